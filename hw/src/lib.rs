//! RustHDL generator of the streaming XNOR-popcount engine.

pub mod config;
pub mod registers;

pub use config::EngineConfig;
