//! Leaves that Verilog text describes: memories, multipliers, the XNOR popcount.

mod agree_counter;
mod fifo;
mod multiply;
mod ram;

pub use agree_counter::{AgreeCost, Popcount, primitive_models};
pub use fifo::fifo;
pub use multiply::{chain_bits, multiply_accumulate, multiply_add, multiply_chain};
pub use ram::{RamStyle, ram};
