//! Affine: `t = rnd(mul_c * dot + add_c, shift)`, a dot into the stream's units. No saturation here.

use crate::{dot::Dot, requantise::rnd};

/// What a stage adds to the stream; `shift` is 1..=31.
pub fn affine(dot: Dot, mul: i16, add: i32, shift: u32) -> i64 {
    rnd(i64::from(mul) * i64::from(dot.value()) + i64::from(add), shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: `floor((2 (mul * dot + add) + 2^s) / 2^(s+1))` in wider integers.
        #[test]
        fn affine_is_the_rounded_quotient(dot in -40_000i32..40_000, mul: i16, add: i32, shift in 1u32..=31) {
            let doubled = 2 * (i128::from(mul) * i128::from(dot) + i128::from(add));
            let expected = (doubled + (1 << shift)).div_euclid(1 << (shift + 1));
            prop_assert_eq!(i128::from(affine(Dot::from(dot), mul, add, shift)), expected);
        }
    }
}
