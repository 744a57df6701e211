//! Leaves that Verilog text describes: memories, multipliers, the XNOR popcount.

mod agree_counter;
mod multiply;
mod ram;

pub use agree_counter::agree_counter;
pub use multiply::{multiply, multiply_add};
pub use ram::{RamStyle, ram};
