//! Sigmoid: `S = table[clamp(rnd(v, s), -2^(n-1), 2^(n-1) - 1)]`, a factor in units of `2^-16` from a weighted sum.
//!
//! The table is part of the network. Index `-2^(n-1)` is its first value.

use bsr_model::integer::SigmoidTable;

use crate::requantise::rnd;

/// The factor of a sum; `shift` is 1..=31.
///
/// # Panics
/// If the table has no power of two of values.
pub fn sigmoid(sum: i64, shift: u32, table: &SigmoidTable) -> u16 {
    let half = 1i64 << (table.index_bits().expect("a table has 2^n values") - 1);
    let index = rnd(sum, shift).clamp(-half, half - 1) + half;
    table.values[usize::try_from(index).expect("clamped to the table")]
}

/// `(t * S + 2^15) >> 16`.
pub fn scale(t: i64, factor: u16) -> i64 {
    rnd(t * i64::from(factor), 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the value at the rounded quotient, where the table counts its own places, and its ends beyond them.
        #[test]
        fn sums_beyond_the_table_take_its_ends(bits in 1u32..=12, sum in -(1i64 << 31)..1 << 31, shift in 1u32..=31) {
            let values: Vec<u16> = (0..1 << bits).collect();
            let place = (sum as f64 / f64::from(1u32 << shift) + 0.5).floor() + f64::from(1 << (bits - 1));
            let expected = place.clamp(0.0, f64::from((1 << bits) - 1)) as u16;
            prop_assert_eq!(sigmoid(sum, shift, &SigmoidTable { values }), expected);
        }

        /// Oracle: the rounded product in wider integers.
        #[test]
        fn a_factor_scales_by_less_than_one(t in -(1i64 << 46)..1 << 46, factor: u16) {
            let doubled = 2 * i128::from(t) * i128::from(factor) + (1 << 16);
            prop_assert_eq!(i128::from(scale(t, factor)), doubled.div_euclid(1 << 17));
        }
    }
}
