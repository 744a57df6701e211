//! Binary convolution stage: exact dot products by popcount, then the affine map, skip and activation in f32.
//!
//! `dot = n - 2 * popcount(x ^ w)` over the `n` values of the taps inside the image.

use ndarray::{Array3, ArrayView3, Axis};
use rayon::prelude::*;

use super::{FloatBinaryConv, plane::reached};

/// Signs of a picture, 64 channels a word: `[word][y][x]`, so that a row of one word is contiguous.
type SignPlanes = Array3<u64>;

impl FloatBinaryConv {
    /// The stage before its activation: `scale_c * dot_c + offset_c + x_c`, `[c][y][x]`.
    pub(super) fn before_activation(&self, x: ArrayView3<f32>) -> Array3<f32> {
        let signs = self.signs(x);
        let mut output = x.to_owned();
        output.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(oc, mut plane)| {
            let (scale, offset) = (self.scale[oc], self.offset[oc]);
            let mut dots = vec![0; plane.dim().1];
            for (y, mut row) in plane.outer_iter_mut().enumerate() {
                self.dot_row(oc, y, &signs, &mut dots);
                row.iter_mut().zip(&dots).for_each(|(v, &dot)| *v += scale * dot as f32 + offset);
            }
        });
        output
    }

    /// Applies the activation in place.
    pub(super) fn activate(&self, values: &mut Array3<f32>) {
        if let Some(slope) = self.leaky_relu {
            values.mapv_inplace(|v| if v < 0.0 { v * slope } else { v });
        }
    }

    /// `x >= threshold` for every value, packed.
    fn signs(&self, x: ArrayView3<f32>) -> SignPlanes {
        let (channels, height, width) = x.dim();
        let mut planes = SignPlanes::zeros((channels.div_ceil(64), height, width));
        planes.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(word, mut plane)| {
            for ic in word * 64..channels.min(word * 64 + 64) {
                let threshold = self.threshold[ic];
                plane.zip_mut_with(&x.index_axis(Axis(0), ic), |bits, &v| {
                    *bits |= u64::from(v >= threshold) << (ic % 64);
                });
            }
        });
        planes
    }

    /// Dot products of output channel `oc` along row `y`.
    fn dot_row(&self, oc: usize, y: usize, signs: &SignPlanes, dots: &mut [i32]) {
        let (kernel, inputs) = (self.weight.kernel(), self.weight.in_channels() as i32);
        let (_, height, width) = signs.dim();
        dots.fill(0);
        for ky in (0..kernel).filter(|&ky| reached(ky, kernel, height).contains(&y)) {
            for kx in 0..kernel {
                let xs = reached(kx, kernel, width);
                if xs.is_empty() {
                    continue;
                }
                let from = xs.start + kx - kernel / 2;
                dots[xs.clone()].iter_mut().for_each(|dot| *dot += inputs);
                for (word, &weights) in self.weight.tap_words(oc, ky, kx).iter().enumerate() {
                    let row = signs.slice(ndarray::s![word, y + ky - kernel / 2, from..from + xs.len()]);
                    let row = row.to_slice().expect("a row of one word is contiguous");
                    for (dot, &bits) in dots[xs.clone()].iter_mut().zip(row) {
                        *dot -= 2 * (bits ^ weights).count_ones() as i32;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integer::SignWeights;
    use proptest::prelude::*;

    /// The definition, one multiplication of +-1 at a time.
    fn naive_dot(weight: &SignWeights, positive: &Array3<bool>, oc: usize, y: usize, x: usize) -> i32 {
        let radius = weight.kernel() as isize / 2;
        let mut sum = 0;
        for ((ic, sy, sx), &s) in positive.indexed_iter() {
            let (ky, kx) = (sy as isize - y as isize + radius, sx as isize - x as isize + radius);
            let taps = 0..weight.kernel() as isize;
            if taps.contains(&ky) && taps.contains(&kx) {
                sum += if s == weight.is_positive(oc, ic, ky as usize, kx as usize) { 1 } else { -1 };
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn the_dot_product_equals_the_sum_over_valid_taps(
            channels in prop::sample::select(vec![1_usize, 3, 63, 64, 65, 130]),
            kernel in prop::sample::select(vec![1_usize, 3, 5]),
            height in 1_usize..4,
            width in 1_usize..4,
            seed in any::<u64>(),
        ) {
            let mut state = seed;
            let mut coin = || { state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); state >> 63 == 1 };
            let weight = SignWeights::from_fn(channels, channels, kernel, |_, _, _, _| coin());
            let positive = Array3::from_shape_fn((channels, height, width), |_| coin());
            let x = positive.mapv(|p| if p { 0.0 } else { -1.0 });
            let stage = FloatBinaryConv {
                name: "s".into(),
                threshold: vec![0.0; channels],
                scale: vec![1.0; channels],
                offset: vec![0.0; channels],
                leaky_relu: None,
                weight,
            };
            let output = stage.before_activation(x.view()) - &x;
            for ((oc, y, x), &dot) in output.indexed_iter().filter(|((oc, _, _), _)| oc % 29 == 0) {
                prop_assert_eq!(dot, naive_dot(&stage.weight, &positive, oc, y, x) as f32);
            }
        }
    }
}
