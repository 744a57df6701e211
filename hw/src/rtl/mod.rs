//! Modules of run-time width, built on RustHDL.
//!
//! RustHDL's derive macros fix every width at compile time; its abstract syntax tree, its checks and its printer do
//! not. A [`Module`] is a RustHDL `Block` whose body is that tree: [`check`](Module::check) runs RustHDL's checks
//! (every signal driven, no input written, no local read before it is written), and the statements are printed by
//! RustHDL. This layer adds what the tree lacks: widths and signs checked while building, registers, one Verilog
//! module a kind with named connections, and the header of a file. No other part of this crate names RustHDL.

mod block;
mod emit;
mod expr;
mod instances;
mod module;
mod registers;

pub use emit::{Language, line_shares};
pub use expr::{Expr, cat, choose, lit, pick, repeat, slit};
pub use module::{Module, Register, Scope};

/// Bits that hold the values `0..n`; at least one.
pub fn index_bits(n: usize) -> usize {
    (usize::BITS - n.max(2).saturating_sub(1).leading_zeros()) as usize
}

/// Bits that hold the value `n`; at least one.
pub fn value_bits(n: usize) -> usize {
    index_bits(n + 1)
}
