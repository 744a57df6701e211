//! The sigmoid as a table: one for a whole network.

use serde::{Deserialize, Serialize};

/// `2^n` values of the sigmoid in units of `2^-16`, for the indices `-2^(n-1) ..= 2^(n-1) - 1` in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigmoidTable {
    /// `n` is 1..=12.
    pub values: Vec<u16>,
}

impl SigmoidTable {
    /// `n`; `None` where the number of values is not `2^n` with `n` in 1..=12.
    pub fn index_bits(&self) -> Option<u32> {
        let bits = self.values.len().checked_ilog2()?;
        (self.values.len().is_power_of_two() && (1..=12).contains(&bits)).then_some(bits)
    }
}
