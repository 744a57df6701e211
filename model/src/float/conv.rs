//! Full-precision convolution in f32: `y_o = sum w[o][i][ky][kx] * x_i + bias_o`.

use ndarray::{Array3, ArrayView3, ArrayView4, Axis, s};
use rayon::prelude::*;

use super::{
    FloatConv,
    plane::{Tap, taps},
};

impl FloatConv {
    /// Convolves `[in][y][x]` to `[out][y][x]`; without skip and activation.
    pub(super) fn run(&self, input: ArrayView3<f32>) -> Array3<f32> {
        convolve(self.weight.view(), &self.bias, input)
    }
}

/// Convolves `[in][y][x]` with `[out][in][ky][kx]`.
pub(super) fn convolve(weight: ArrayView4<f32>, bias: &[f32], input: ArrayView3<f32>) -> Array3<f32> {
    let (outputs, _, kernel, _) = weight.dim();
    let (_, height, width) = input.dim();
    let mut output = Array3::zeros((outputs, height, width));
    output.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(oc, mut plane)| {
        plane.fill(bias[oc]);
        for (ic, source) in input.axis_iter(Axis(0)).enumerate() {
            for Tap { ky, kx, reached: [ys, xs], read: [from_ys, from_xs] } in taps(kernel, (height, width)) {
                let shifted = source.slice(s![from_ys, from_xs]);
                plane.slice_mut(s![ys, xs]).scaled_add(weight[[oc, ic, ky, kx]], &shifted);
            }
        }
    });
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::PlacedSkip;
    use ndarray::Array4;

    #[test]
    fn a_convolution_equals_the_sum_over_the_taps_inside_the_image() {
        let weight = Array4::from_shape_fn((2, 3, 3, 3), |(o, i, y, x)| (o * 7 + i * 5 + y * 3 + x) as f32 - 9.0);
        let conv =
            FloatConv { name: "c".into(), weight, bias: vec![0.5, -2.0], skip: PlacedSkip::None, activation: None };
        for (height, width) in [(1, 1), (1, 4), (3, 1), (4, 5)] {
            let input = Array3::from_shape_fn((3, height, width), |(c, y, x)| (c * 11 + y * 4 + x * 3) as f32 - 6.0);
            let at = |c: usize, y: isize, x: isize| match (usize::try_from(y), usize::try_from(x)) {
                (Ok(y), Ok(x)) => input.get((c, y, x)).copied().unwrap_or(0.0),
                _ => 0.0,
            };
            for ((o, y, x), &value) in conv.run(input.view()).indexed_iter() {
                let sum: f32 =
                    conv.weight.index_axis(Axis(0), o).indexed_iter().fold(0.0, |sum, ((i, ky, kx), w)| {
                        sum + w * at(i, (y + ky) as isize - 1, (x + kx) as isize - 1)
                    });
                assert_eq!(value, sum + conv.bias[o]);
            }
        }
    }
}
