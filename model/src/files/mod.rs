//! The two files of a network: its compact checkpoint and its integer network.
//!
//! Both are safetensors files of which the metadata holds one text (TOML): a format version, what is computed,
//! and the SHA-256 of every tensor. The first line of the text is the SHA-256 of the rest. The same network always
//! gives the same bytes, and a reader checks everything before it uses anything.

mod compact;
mod container;
mod error;
mod integer;
mod shape;
mod write;

pub use compact::{decode_compact, encode_compact, read_compact, write_compact};
pub use container::hash;
pub use error::{CannotRead, FileError};
pub use integer::{decode_integer, encode_integer, read_integer, write_integer};
pub use write::write_atomically;

pub(crate) use container::safetensors_header_fits;

use std::path::Path;

fn read_with<T>(path: &Path, decode: impl FnOnce(&[u8]) -> Result<T, FileError>) -> Result<T, CannotRead> {
    let cannot_read = |source| CannotRead { path: path.into(), source };
    let bytes = std::fs::read(path).map_err(|error| cannot_read(FileError::Io(error)))?;
    decode(&bytes).map_err(cannot_read)
}
