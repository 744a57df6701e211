//! Skip: `v = sat_b(x + t)`, the only saturation of a stage before its activation.

use crate::saturate::saturate;

/// The stream value `x` with the affine's `t` added, in `stream_bits` bits.
pub fn skip(x: i32, t: i64, stream_bits: u32) -> i32 {
    saturate(i64::from(x) + t, stream_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{affine::affine, dot::Dot};
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the skip moved inside the rounding, `sat_b((mul*dot + add + half + (x << shift)) >> shift)`.
        #[test]
        fn the_skip_may_be_added_before_the_shift(
            bits in 4u32..=24, raw: i32, dot in -5_000i32..5_000, mul: i16, add: i32, shift in 1u32..=31,
        ) {
            let x = raw >> (32 - bits);
            let sum = i64::from(mul) * i64::from(dot) + i64::from(add) + (1 << (shift - 1)) + (i64::from(x) << shift);
            let limit = 2i64.pow(bits - 1);
            let expected = (sum >> shift).max(-limit).min(limit - 1);
            prop_assert_eq!(i64::from(skip(x, affine(Dot::from(dot), mul, add, shift), bits)), expected);
        }
    }
}
