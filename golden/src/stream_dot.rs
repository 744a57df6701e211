//! Dot of a multi-bit operand: the sum over the valid taps of `+-x`, the signs being those of the weights
//! (Ma et al., CVPRW 2019: only the weights are binary).
//!
//! A tap outside the picture adds 0. The sum of `n` taps of `b`-bit values stays within `n * 2^(b-1) < 2^31`.

use bsr_model::integer::SignWeights;
use ndarray::{Array3, ArrayView3};

use crate::{dot::Dot, window::source};

/// The dots of a binary convolution of the stream itself, `[o][y][x]`.
///
/// `stream` has as many channels as the weights have inputs.
pub fn stream_dots(stream: ArrayView3<i32>, weight: &SignWeights) -> Array3<Dot> {
    let (channels, height, width) = stream.dim();
    let kernel = weight.kernel();
    Array3::from_shape_fn((weight.out_channels(), height, width), |(o, y, x)| {
        let mut sum = 0;
        for ky in 0..kernel {
            for kx in 0..kernel {
                if let (Some(sy), Some(sx)) = (source(y, ky, kernel, height), source(x, kx, kernel, width)) {
                    for i in 0..channels {
                        let value = stream[[i, sy, sx]];
                        sum += if weight.is_positive(o, i, ky, kx) { value } else { -value };
                    }
                }
            }
        }
        Dot::from(sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dot::dots, sign::sign};
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the dot of signs, one bit plane of the stream at a time: `x = -2^(b-1) + sum of 2^k bit_k`, and a bit is
        /// half of one more than its sign.
        #[test]
        fn the_dot_of_values_is_the_weighted_sum_of_the_dots_of_their_bits(
            channels in 1usize..5, height in 1usize..4, width in 1usize..4, kernel in prop::sample::select(vec![1usize, 3, 5]),
            values in prop::collection::vec(-128i32..128, 36), signs: u64,
        ) {
            let stream = Array3::from_shape_fn((channels, height, width), |(c, y, x)| values[(c * 3 + y) * 3 + x]);
            let weight = SignWeights::from_fn(2, channels, kernel, |o, i, ky, kx| signs >> ((o * 31 + i * 7 + ky * 5 + kx) % 64) & 1 == 1);
            let ones = dots(&sign(Array3::zeros(stream.dim()).view(), &vec![0; channels]), &weight);
            let mut twice = ones.mapv(|sum| -256 * sum.value());
            for k in 0..8 {
                let bits = stream.mapv(|v| (v + 128) >> k & 1);
                let plane = dots(&sign(bits.view(), &vec![1; channels]), &weight);
                ndarray::Zip::from(&mut twice).and(&plane).and(&ones).for_each(|sum, bit, one| *sum += (bit.value() + one.value()) << k);
            }
            let found = stream_dots(stream.view(), &weight).mapv(|dot| 2 * dot.value());
            prop_assert_eq!(found, twice);
        }
    }
}
