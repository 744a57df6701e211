//! Full-precision convolution in f32: `y_o = sum w[o][i][ky][kx] * x_i + bias_o`.

use ndarray::{Array3, ArrayView3, ArrayView4, Axis, s};
use rayon::prelude::*;

use super::{FloatConv, plane::reached};

/// Neighbouring outputs that are summed together, in registers.
const TILE: usize = 32;

impl FloatConv {
    /// Convolves `[in][y][x]` to `[out][y][x]`; without skip and activation.
    pub(super) fn run(&self, input: ArrayView3<f32>) -> Array3<f32> {
        convolve(self.weight.view(), &self.bias, input)
    }
}

/// Convolves `[in][y][x]` with `[out][in][ky][kx]`.
///
/// Every output is the bias and the taps `[in][ky][kx]` in this order, on every machine: in a sum that is rounded in another
/// order, the sign of a value next to 0 may differ, and with it a score.
pub(super) fn convolve(weight: ArrayView4<f32>, bias: &[f32], input: ArrayView3<f32>) -> Array3<f32> {
    let (outputs, inputs, kernel, _) = weight.dim();
    let (_, height, width) = input.dim();
    let taps = inputs * kernel * kernel;
    let weight = weight.to_shape((outputs, taps)).expect("as many weights as taps of all outputs");
    let mut output = Array3::zeros((outputs, height, width));
    output.axis_iter_mut(Axis(1)).into_par_iter().enumerate().for_each_init(
        || Array3::zeros((width.div_ceil(TILE), taps, TILE)),
        |read, (y, mut row)| {
            gather(input, kernel, y, read);
            for ((weight, &bias), mut row) in weight.outer_iter().zip(bias).zip(row.outer_iter_mut()) {
                for (mut outputs, read) in row.axis_chunks_iter_mut(Axis(0), TILE).zip(read.outer_iter()) {
                    let read = read.to_slice().expect("tiles lie one after the other").as_chunks::<TILE>().0;
                    let mut sums = [bias; TILE];
                    for (&weight, values) in weight.iter().zip(read) {
                        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
                    }
                    outputs.iter_mut().zip(sums).for_each(|(output, sum)| *output = sum);
                }
            }
        },
    );
    output
}

/// What the taps `[in][ky][kx]` read for row `y`, `[tile][tap][x]`: 0 outside the picture.
fn gather(input: ArrayView3<f32>, kernel: usize, y: usize, read: &mut Array3<f32>) {
    let (_, height, width) = input.dim();
    for (tap, mut tiles) in read.axis_iter_mut(Axis(1)).enumerate() {
        let (ic, ky, kx) = (tap / (kernel * kernel), tap / kernel % kernel, tap % kernel);
        let (ys, xs) = (reached(ky, kernel, height), reached(kx, kernel, width));
        tiles.fill(0.0);
        if ys.contains(&y) && !xs.is_empty() {
            let from = xs.start + kx - kernel / 2;
            let source = input.slice(s![ic, y + ky - kernel / 2, from..from + xs.len()]);
            for (x, &value) in xs.zip(source) {
                tiles[[x / TILE, x % TILE]] = value;
            }
        }
    }
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
