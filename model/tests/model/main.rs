//! The model library as its users see it: small networks written down, imported, lowered, and kept in files.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

mod common;
mod describing;
mod descriptions;
mod files;
mod importing;
mod lowering;
mod pickle;
mod zoo;
