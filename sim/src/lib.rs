//! Co-simulation of the generated RTL in Verilator.
//!
//! | module | what it does |
//! |---|---|
//! | [`tools`] | finds Verilator, Yosys and the compilers |
//! | [`build`] | RTL text to a loaded simulator, through a cache |
//! | [`bench`](mod@bench) | clocks a simulator: AXI agents, stall patterns, monitors |
//! | [`compare`] | every tap and every output beat against the golden model |
//! | [`session`] | a network and a picture through all of these |

pub mod bench;
pub mod build;
pub mod compare;
mod engine;
mod ffi;
pub mod session;
pub mod tools;

pub use bench::Bench;
pub use build::{BuildError, Simulator, Variant};
pub use engine::{EngineError, engine_for, memory_engine_for, strip_width};
