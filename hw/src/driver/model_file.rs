//! A network as the driver loads it: the register writes, and the engine that they are for.
//!
//! The file is a safetensors file with one tensor, `writes`: `(byte address, data)` in order, U32 of shape `[n, 2]`. Its
//! metadata has one key, `bsr_model`, with a JSON object:
//!
//! | key | is |
//! |---|---|
//! | `version` | [`FORMAT_VERSION`] |
//! | `name` | the network's name |
//! | `stages` | its binary stages |
//! | `engine` | the [`crate::EngineConfig`] that the writes are for |
//! | `rtl_sha256` | SHA-256 of that engine's Verilog, file after file |
//! | `writes_sha256` | SHA-256 of the tensor's bytes |

use std::collections::HashMap;

use bsr_model::files::hash;
use safetensors::{Dtype, tensor::TensorView};
use serde_json::json;

use crate::{Design, Program};

/// Version of the format.
pub const FORMAT_VERSION: u32 = 1;

/// The model file of a network of this name for an engine; the same network and engine give the same bytes.
pub fn model_file(design: &Design, program: &Program, name: &str) -> Vec<u8> {
    let writes = program.writes();
    let bytes: Vec<u8> =
        writes.iter().flat_map(|(address, data)| [address, data]).flat_map(|word| word.to_le_bytes()).collect();
    let about = json!({
        "version": FORMAT_VERSION,
        "name": name,
        "stages": program.stages,
        "engine": design.config,
        "rtl_sha256": design.sha256(),
        "writes_sha256": hash(&bytes),
    });
    let tensor = TensorView::new(Dtype::U32, vec![writes.len(), 2], &bytes).expect("eight bytes a write");
    let about = HashMap::from([("bsr_model".to_owned(), about.to_string())]);
    safetensors::serialize([("writes", tensor)], Some(about)).expect("the header is shorter than the format's limit")
}
