//! Pixels: `in = (pixel << k) - mean_c`, the integer that the head reads.

use bsr_model::integer::InputFormat;
use ndarray::{Array3, ArrayView3};

/// Centres the pixels of an LR picture, `[c][y][x]`; one mean a channel.
///
/// The result is in units of `2^-k` grey levels.
pub fn centre(lr: ArrayView3<u8>, format: &InputFormat) -> Array3<i32> {
    Array3::from_shape_fn(lr.dim(), |(c, y, x)| (i32::from(lr[[c, y, x]]) << format.pixel_shift) - format.mean[c])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: multiplication by `2^k`, channel by channel.
        #[test]
        fn every_channel_loses_its_own_mean(a: u8, b: u8, k in 0u32..=7, mean in [-500i32..500, -500i32..500]) {
            let lr = ndarray::arr3(&[[[a]], [[b]]]);
            let input = centre(lr.view(), &InputFormat { pixel_shift: k, mean: mean.to_vec() });
            let scale = 2i32.pow(k);
            prop_assert_eq!(input, ndarray::arr3(&[[[i32::from(a) * scale - mean[0]]], [[i32::from(b) * scale - mean[1]]]]));
        }
    }
}
