//! What a board with PYNQ needs beside the Verilog: scripts and descriptions for the tools of others.

mod block_design;
mod clock;
mod core_file;
mod handoff;
mod ip_xact;
mod ports;
mod script;
mod xml;

pub use block_design::{ADDRESS, ADDRESS_RANGE, VLNV};
pub use clock::{Clock, ClockError};
pub use core_file::{constraints, core_file};
pub use handoff::handoff;
pub use ip_xact::component;
pub use script::build_script;
