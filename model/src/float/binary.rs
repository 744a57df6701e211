//! Binary convolution stage: exact dot products by popcount, then the affine map, factors and branch in f32.
//!
//! `dot = n - 2 * popcount(x ^ w)` over the `n` values of the taps inside the image.

use ndarray::{Array3, Array4, ArrayView3, Axis, Zip};
use rayon::prelude::*;

use super::{FloatBinaryConv, FloatBranch, conv::convolve, operand::SignPlanes, plane::reached};
use crate::integer::Gap;

impl FloatBinaryConv {
    /// The residual branch: what is added to the skip, `[c][y][x]`.
    pub(super) fn branch(&self, x: ArrayView3<f32>, gap: Gap) -> Array3<f32> {
        let mut output = self.scaled_dots(x, gap);
        if let Some(factor) = &self.spatial {
            factor.apply_to_pixels(x, &mut output);
        }
        if let Some(factor) = &self.channel {
            factor.apply_to_channels(x, gap, &mut output);
        }
        if let Some(FloatBranch { activation, offset }) = &self.branch {
            activation.apply(&mut output);
            Zip::from(output.outer_iter_mut()).and(offset).for_each(|mut plane, &offset| plane += offset);
        }
        output
    }

    /// `scale_c * dot_c + offset_c`.
    fn scaled_dots(&self, x: ArrayView3<f32>, gap: Gap) -> Array3<f32> {
        let Some(signs) = self.operand.signs(x, gap) else { return self.scaled_sums(x) };
        let (_, height, width) = x.dim();
        let mut output = Array3::zeros((self.weight.out_channels(), height, width));
        output.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(oc, mut plane)| {
            let (scale, offset) = (self.scale[oc], self.offset[oc]);
            let mut dots = vec![0; plane.dim().1];
            for (y, mut row) in plane.outer_iter_mut().enumerate() {
                self.dot_row(oc, y, &signs, &mut dots);
                row.iter_mut().zip(&dots).for_each(|(v, &dot)| *v = scale * dot as f32 + offset);
            }
        });
        output
    }

    /// The same where the operand is the stream itself: a convolution with weights of one magnitude.
    fn scaled_sums(&self, x: ArrayView3<f32>) -> Array3<f32> {
        let (outputs, inputs, kernel) = (self.weight.out_channels(), self.weight.in_channels(), self.weight.kernel());
        let weight = Array4::from_shape_fn((outputs, inputs, kernel, kernel), |(oc, ic, ky, kx)| {
            if self.weight.is_positive(oc, ic, ky, kx) { self.scale[oc] } else { -self.scale[oc] }
        });
        convolve(weight.view(), &self.offset, x)
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
    use crate::{description::PlacedSkip, float::FloatOperand, integer::SignWeights};
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
                operand: FloatOperand::Sign(vec![0.0; channels]),
                scale: vec![1.0; channels],
                offset: vec![0.0; channels],
                spatial: None,
                channel: None,
                branch: None,
                skip: PlacedSkip::Identity,
                activation: None,
                weight,
            };
            let output = stage.branch(x.view(), Gap::Picture);
            for ((oc, y, x), &dot) in output.indexed_iter().filter(|((oc, _, _), _)| oc % 29 == 0) {
                prop_assert_eq!(dot, naive_dot(&stage.weight, &positive, oc, y, x) as f32);
            }
        }
    }
}
