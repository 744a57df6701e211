//! RustHDL generator of the streaming XNOR-popcount engine.
//!
//! [`EngineConfig`] gives the shape of an engine, [`generate`] its Verilog, [`Program`] a network as the register
//! writes that load it.

pub mod area;
pub mod blocks;
pub mod board;
pub mod config;
pub mod ddr;
pub mod design;
pub mod driver;
pub mod engine;
pub mod explore;
mod fit;
pub mod geometry;
pub mod program;
pub mod raster;
pub mod rate;
pub mod regions;
pub mod registers;
pub mod rtl;
pub mod schedule;

pub use config::{ConfigError, EngineConfig, Interface};
pub use ddr::Ddr;
pub use design::{Design, SourceFile, generate};
pub use fit::largest_divisor;
pub use geometry::Geometry;
pub use program::{LimitError, Program};
pub use raster::{planes, raster};
pub use regions::Regions;
pub use schedule::{Prediction, predict};
