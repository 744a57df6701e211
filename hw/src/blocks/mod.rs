//! Leaves that Verilog text describes: memories, multipliers, the XNOR popcount.

mod agree_counter;
mod multiply;
mod ram;

pub use agree_counter::{AgreeCost, Popcount, primitive_models};
pub use multiply::{multiply, multiply_add};
pub use ram::{RamStyle, ram};
