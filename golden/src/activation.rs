//! Activation: if `v < 0`, `v = sat_b((v * slope) >> m)`, **floor, never half-up**.
//!
//! Half-up would turn small negative values into 0 and flip the next sign.

use bsr_model::integer::LeakyRelu;

use crate::saturate::saturate;

/// Leaky ReLU of a stream value.
pub fn leaky_relu(v: i32, activation: &LeakyRelu, stream_bits: u32) -> i32 {
    if v >= 0 {
        return v;
    }
    saturate((i64::from(v) * i64::from(activation.slope)) >> activation.shift, stream_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_smallest_negative_values_stay_negative() {
        let tenth = LeakyRelu { slope: 13, shift: 7 };
        assert_eq!([-10, -5, -4, -1, 0, 1].map(|v| leaky_relu(v, &tenth, 12)), [-2, -1, -1, -1, 0, 1]);
    }

    proptest! {
        /// Oracle: Euclidean division by `2^m`, which floors where the divisor is positive.
        #[test]
        fn negative_values_are_scaled_and_floored(bits in 4u32..=24, raw: i32, slope: i32, shift in 0u32..=31) {
            let v = raw >> (32 - bits);
            let limit = 2i128.pow(bits - 1);
            let scaled = (i128::from(v) * i128::from(slope)).div_euclid(1 << shift).max(-limit).min(limit - 1);
            let expected = if v < 0 { scaled } else { i128::from(v) };
            prop_assert_eq!(i128::from(leaky_relu(v, &LeakyRelu { slope, shift }, bits)), expected);
        }
    }
}
