//! Co-simulation of the generated RTL in Verilator.
//!
//! | module | what it does |
//! |---|---|
//! | [`tools`] | finds Verilator, Yosys and the compilers |
//! | [`build`] | RTL text to a loaded simulator, through a cache |
//! | [`bench`] | clocks a simulator: AXI agents, stall patterns, monitors |
//! | [`compare`] | every tap and every output beat against the golden model |

pub mod bench;
pub mod build;
pub mod compare;
mod ffi;
pub mod tools;

pub use bench::Bench;
pub use build::{BuildError, Simulator, Variant};
