//! Leaves that Verilog text describes: memories, multipliers, the XNOR popcount.

mod add_multiply_add;
mod agree_counter;
mod fifo;
mod multiply;
mod primitives;
mod ram;

pub use add_multiply_add::add_multiply_add;
pub use agree_counter::{AgreeCost, Popcount};
pub use fifo::fifo;
pub use multiply::{chain_bits, multiply_accumulate, multiply_add, multiply_chain};
pub use primitives::primitive_models;
pub use ram::{RamStyle, ram};
