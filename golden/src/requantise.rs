//! Requantise: `rnd(v, s) = (v + 2^(s-1)) >> s`, arithmetic shift, so that halves round up.

/// `v / 2^s` rounded to the nearest integer, halves towards plus infinity.
///
/// `s` is 1..=31 and `|v| < 2^62`.
pub fn rnd(v: i64, s: u32) -> i64 {
    (v + (1 << (s - 1))) >> s
}

#[cfg(test)]
mod tests {
    use super::rnd;
    use proptest::prelude::*;

    #[test]
    fn halves_round_up_on_both_sides_of_zero() {
        assert_eq!([-6, -5, -3, -2, -1, 0, 1, 2, 3, 5].map(|v| rnd(v, 2)), [-1, -1, -1, 0, 0, 0, 0, 1, 1, 1]);
    }

    proptest! {
        /// Oracle: the only integer `n` with `2^s (n - 1/2) <= v < 2^s (n + 1/2)`.
        #[test]
        fn rnd_is_the_nearest_integer(v in -(1i64 << 50)..1 << 50, s in 1u32..=31) {
            let twice_the_error = 2 * (i128::from(v) - (i128::from(rnd(v, s)) << s));
            prop_assert!((-(1i128 << s)..1i128 << s).contains(&twice_the_error));
        }
    }
}
