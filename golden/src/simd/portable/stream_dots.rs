//! Dot of the stream itself and affine, without a product: `-x = !x + 1`.
//!
//! With masks `m = 0` for +1 and `m = -1` for -1, `+-x = (x ^ m) - m`, so that a dot is the number of its -1 weights, padded
//! taps included, plus the sum of `x ^ m`. The sum may wrap on the way; the dot fits 32 bits.

use bsr_model::integer::BinaryConv;

use super::grid::Grid;

/// Weights and affine of a stage that multiplies the stream.
#[derive(Clone, Debug)]
pub(super) struct StreamDots {
    kernel: usize,
    /// `[ky][kx][i][o]`.
    masks: Vec<i32>,
    /// Weights of -1 an output.
    negatives: Vec<i32>,
    mul: Vec<i64>,
    /// `add + 2^(shift-1)`.
    bias: Vec<i64>,
    shift: u32,
}

impl StreamDots {
    /// Lays the weights of a stage out.
    pub(super) fn new(layer: &BinaryConv) -> Self {
        let weight = &layer.weight;
        let (outputs, inputs, kernel) = (weight.out_channels(), weight.in_channels(), weight.kernel());
        let mut masks = Vec::with_capacity(outputs * inputs * kernel * kernel);
        let mut negatives = vec![0; outputs];
        for tap in 0..kernel * kernel {
            for i in 0..inputs {
                for (o, negatives) in negatives.iter_mut().enumerate() {
                    let mask = i32::from(weight.is_positive(o, i, tap / kernel, tap % kernel)) - 1;
                    *negatives -= mask;
                    masks.push(mask);
                }
            }
        }
        let half = 1i64 << (layer.shift - 1);
        Self {
            kernel,
            masks,
            negatives,
            mul: layer.mul.iter().map(|&mul| mul.into()).collect(),
            bias: layer.add.iter().map(|&add| i64::from(add) + half).collect(),
            shift: layer.shift,
        }
    }

    /// Margin that the stream needs.
    pub(super) fn radius(&self) -> usize {
        self.kernel / 2
    }

    /// Shows the affine `t` of each pixel, `emit(y, x, t)`.
    pub(super) fn run(&self, stream: &Grid<i32>, mut emit: impl FnMut(usize, usize, &mut [i64])) {
        let outputs = self.negatives.len();
        let row_masks = self.kernel * stream.depth() * outputs;
        let (mut dots, mut values) = (vec![0; outputs], vec![0; outputs]);
        let (height, width) = stream.size();
        for y in 0..height {
            for x in 0..width {
                dots.copy_from_slice(&self.negatives);
                for (ky, masks) in self.masks.chunks_exact(row_masks).enumerate() {
                    accumulate(stream.window_row(y, x, ky, self.kernel), masks, &mut dots);
                }
                for (((t, &dot), mul), bias) in values.iter_mut().zip(&dots).zip(&self.mul).zip(&self.bias) {
                    *t = (mul * i64::from(dot) + bias) >> self.shift;
                }
                emit(y, x, &mut values);
            }
        }
    }
}

/// `sums[o] += sum over j of values[j] ^ masks[j][o]`.
fn accumulate(values: &[i32], masks: &[i32], sums: &mut [i32]) {
    for (&value, masks) in values.iter().zip(masks.chunks_exact(sums.len())) {
        for (sum, mask) in sums.iter_mut().zip(masks) {
            *sum = sum.wrapping_add(value ^ mask);
        }
    }
}
