//! Saturate: `sat_b(v)` is the value nearest to `v` among the two's complement numbers of `b` bits.

/// Clamps `v` to `[-2^(b-1), 2^(b-1) - 1]`; `bits` is 1..=32.
pub fn saturate(v: i64, bits: u32) -> i32 {
    let limit = 1i64 << (bits - 1);
    i32::try_from(v.clamp(-limit, limit - 1)).expect("at most 32 bits are left by the clamp")
}

#[cfg(test)]
mod tests {
    use super::saturate;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: sign extension of the low `b` bits gives the value back exactly where it fits.
        #[test]
        fn a_value_that_fits_is_kept_and_any_other_goes_to_the_end_on_its_side(v in -(1i64 << 34)..1 << 34, bits in 1u32..=32) {
            let fits = (v << (64 - bits)) >> (64 - bits) == v;
            let end = if v < 0 { i32::MIN >> (32 - bits) } else { i32::MAX >> (32 - bits) };
            prop_assert_eq!(i64::from(saturate(v, bits)), if fits { v } else { i64::from(end) });
        }
    }
}
