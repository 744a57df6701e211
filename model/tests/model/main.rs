//! The model library as its users see it: small networks written down, imported, lowered, and kept in files.

mod common;
mod describing;
mod files;
mod importing;
mod lowering;
mod zoo;
