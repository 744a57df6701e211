//! Binarized super-resolution networks: how they are described, imported from a checkpoint and lowered.
//!
//! Everything downstream (the golden model, the CPU implementation, the RTL) consumes one type,
//! [`integer::IntegerNetwork`]: integers only, every width stated.

pub mod integer;
pub mod protocol;
