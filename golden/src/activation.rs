//! Activation: if `v < 0`, `v = sat_b((v * slope) >> m)`, **floor, never half-up**.
//!
//! Half-up would turn small negative values into 0 and flip the next sign.

use bsr_model::integer::{Activation, LeakyRelu};
use ndarray::Array3;

use crate::saturate::saturate;

/// Applies a layer's activation, where it has one, to `[c][y][x]`.
pub fn activate(activation: Option<&Activation>, values: Array3<i32>, stream_bits: u32) -> Array3<i32> {
    let Some(activation) = activation else { return values };
    Array3::from_shape_fn(values.dim(), |(c, y, x)| {
        leaky_relu(values[[c, y, x]], &activation.of_channel(c), stream_bits)
    })
}

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
    use bsr_model::integer::Prelu;
    use ndarray::arr3;
    use proptest::prelude::*;

    #[test]
    fn the_smallest_negative_values_stay_negative() {
        let tenth = LeakyRelu { slope: 13, shift: 7 };
        assert_eq!([-10, -5, -4, -1, 0, 1].map(|v| leaky_relu(v, &tenth, 12)), [-2, -1, -1, -1, 0, 1]);
    }

    #[test]
    fn each_channel_has_its_own_slope() {
        let prelu = Activation::Prelu(Prelu { slope: vec![1, -1], shift: 1 });
        let values = arr3(&[[[-5, 5]], [[-5, 5]]]);
        assert_eq!(activate(Some(&prelu), values.clone(), 8), arr3(&[[[-3, 5]], [[2, 5]]]));
        assert_eq!(activate(None, values.clone(), 8), values);
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
