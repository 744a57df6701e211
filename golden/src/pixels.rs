//! Pixels: `in = (pixel << k) - mean_c`, the integer that the head reads; `e - mean_c` where the picture is enlarged first.

use bsr_model::integer::InputFormat;
use ndarray::{Array3, ArrayView3};

use crate::enlarge::enlarge;

/// Centres the pixels of an LR picture, `[c][y][x]`; one mean a channel.
///
/// The result is in units of `2^-k` grey levels.
pub fn centre(lr: ArrayView3<u8>, format: &InputFormat) -> Array3<i32> {
    let pixels = match &format.enlarge {
        Some(filter) => enlarge(lr, filter, format.pixel_shift),
        None => lr.mapv(|pixel| i32::from(pixel) << format.pixel_shift),
    };
    Array3::from_shape_fn(pixels.dim(), |(c, y, x)| pixels[[c, y, x]] - format.mean[c])
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
            let input = centre(lr.view(), &InputFormat { pixel_shift: k, mean: mean.to_vec(), enlarge: None });
            let scale = 2i32.pow(k);
            prop_assert_eq!(input, ndarray::arr3(&[[[i32::from(a) * scale - mean[0]]], [[i32::from(b) * scale - mean[1]]]]));
        }
    }
}
