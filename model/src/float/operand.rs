//! The signs that a binary convolution reads, packed.

use ndarray::{Array2, Array3, ArrayView2, ArrayView3, Axis, s};
use rayon::prelude::*;

use super::{
    FloatOperand,
    factors::means,
    plane::{Tap, taps},
};
use crate::integer::Gap;

/// Signs of a picture, 64 channels a word: `[word][y][x]`, so that a row of one word is contiguous.
pub(super) type SignPlanes = Array3<u64>;

impl FloatOperand {
    /// The signs of a stream `[c][y][x]`; `None` where the operand is the stream itself.
    pub(super) fn signs(&self, x: ArrayView3<f32>, gap: Gap) -> Option<SignPlanes> {
        match self {
            FloatOperand::Sign(threshold) => Some(pack(x, |ic, v| v >= threshold[ic])),
            FloatOperand::LocalMean(kernel) => {
                let mut above = x.to_owned();
                above.axis_iter_mut(Axis(0)).into_par_iter().for_each(|mut plane| {
                    let difference = above_local_mean(plane.view(), *kernel);
                    plane.assign(&difference);
                });
                Some(pack(above.view(), |_, v| v >= 0.0))
            }
            FloatOperand::Mean => {
                let mut above = x.to_owned();
                for strip in gap.strips(x.dim().2) {
                    let means = means(x.slice(s![.., .., strip.clone()]));
                    let mut strip = above.slice_mut(s![.., .., strip]);
                    strip.outer_iter_mut().zip(means).for_each(|(mut plane, mean)| plane -= mean);
                }
                Some(pack(above.view(), |_, v| v >= 0.0))
            }
            FloatOperand::Stream => None,
        }
    }
}

/// `n * x - sum` over the `n` valid values around each value of a plane.
fn above_local_mean(plane: ArrayView2<f32>, kernel: usize) -> Array2<f32> {
    let mut above = Array2::zeros(plane.dim());
    for Tap { reached: [ys, xs], read: [from_ys, from_xs] } in taps(kernel, plane.dim()) {
        let centre = plane.slice(s![ys.clone(), xs.clone()]);
        let difference = &centre - &plane.slice(s![from_ys, from_xs]);
        let mut reached = above.slice_mut(s![ys, xs]);
        reached += &difference;
    }
    above
}

/// `positive(channel, value)` for every value.
fn pack(x: ArrayView3<f32>, positive: impl Fn(usize, f32) -> bool + Sync) -> SignPlanes {
    let (channels, height, width) = x.dim();
    let mut planes = SignPlanes::zeros((channels.div_ceil(64), height, width));
    planes.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(word, mut plane)| {
        for ic in word * 64..channels.min(word * 64 + 64) {
            plane.zip_mut_with(&x.index_axis(Axis(0), ic), |bits, &v| {
                *bits |= u64::from(positive(ic, v)) << (ic % 64);
            });
        }
    });
    planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_compared_with_the_mean_of_the_values_inside_the_picture() {
        let plane = Array2::from_shape_fn((4, 5), |(y, x)| ((y * 7 + x * 11) % 13) as f32);
        for kernel in [3_usize, 5] {
            let above = above_local_mean(plane.view(), kernel);
            let near = |a: usize, b: usize| a.abs_diff(b) <= kernel / 2;
            for ((y, x), &found) in above.indexed_iter() {
                let around = plane.indexed_iter().filter(|&((sy, sx), _)| near(y, sy) && near(x, sx)).map(|(_, &v)| v);
                let (sum, n) = around.fold((0.0, 0.0), |(sum, n), v| (sum + v, n + 1.0));
                assert_eq!(found, n * plane[[y, x]] - sum, "{y},{x} of {kernel}");
            }
        }
    }
}
