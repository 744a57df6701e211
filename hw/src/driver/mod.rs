//! The Python driver in `hw/driver`, and what it shares with the generator: the register map and the model file.

mod constants;
mod files;
mod model_file;

pub use constants::constants;
pub use files::{DEPLOYED, FILES};
pub use model_file::{FORMAT_VERSION, model_file};
