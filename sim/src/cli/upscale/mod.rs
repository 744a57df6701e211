//! `sim upscale`: pictures and video on the CPU, by the SIMD implementation. Nothing here needs Verilator.

mod engine;
mod pictures;
mod video;
mod y4m;

use std::path::Path;

use super::{args::Upscale, failure::Failure};
use engine::Engine;

/// Where a stream stands for a file.
const STREAM: &str = "-";

/// Enlarges what the arguments name.
pub(crate) fn run(arguments: &Upscale, json: bool) -> Result<bool, Failure> {
    let engine = Engine::new(arguments)?;
    if is_video(&arguments.input) {
        video::run(&engine, arguments, json)?;
    } else {
        pictures::run(&engine, arguments, json)?;
    }
    Ok(true)
}

fn is_video(input: &Path) -> bool {
    input.as_os_str() == STREAM || input.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("y4m"))
}
