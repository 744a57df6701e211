//! Full-precision convolution in 32 bits: `rnd(sum w*in + add_o, shift)`, weights `[ky][kx][i][o]`.
//!
//! The sums fit because [`crate::check`] proved `sum|w| * max|in| + |add| + 2^(shift-1) < 2^31`.

use bsr_model::integer;

use super::grid::Grid;

/// A head, a convolution of the stream or a tail.
#[derive(Clone, Debug)]
pub(super) struct Conv {
    kernel: usize,
    /// `[ky][kx][i][o]`.
    weight: Vec<i32>,
    /// `add_o + 2^(shift-1)`.
    bias: Vec<i32>,
    shift: u32,
}

impl Conv {
    /// Lays a convolution out.
    pub(super) fn new(conv: &integer::Conv) -> Self {
        let weight = conv.weight.view().permuted_axes([2, 3, 1, 0]).iter().copied().collect();
        let half = 1 << (conv.shift - 1);
        let bias = conv.add.iter().map(|add| add + half).collect();
        Self { kernel: conv.weight.dim().2, weight, bias, shift: conv.shift }
    }

    /// Right shift of the sums.
    pub(super) fn shift(&self) -> u32 {
        self.shift
    }

    /// Output channels.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Margin that the input needs.
    pub(super) fn radius(&self) -> usize {
        self.kernel / 2
    }

    /// Shows each pixel's requantised outputs, not yet saturated, as `emit(y, x, outputs)`.
    pub(super) fn run(&self, input: &Grid<i32>, emit: impl FnMut(usize, usize, &[i32])) {
        self.run_beside(input, |_, _, _| (), emit);
    }

    /// As [`Self::run`], with more in the sums before they are shifted: `beside(y, x, sums)` adds it.
    pub(super) fn run_beside(
        &self,
        input: &Grid<i32>,
        beside: impl Fn(usize, usize, &mut [i32]),
        mut emit: impl FnMut(usize, usize, &[i32]),
    ) {
        let row_weights = self.kernel * input.depth() * self.outputs();
        let mut sums = vec![0; self.outputs()];
        let (height, width) = input.size();
        for y in 0..height {
            for x in 0..width {
                sums.copy_from_slice(&self.bias);
                beside(y, x, &mut sums);
                for (ky, weights) in self.weight.chunks_exact(row_weights).enumerate() {
                    multiply_add(input.window_row(y, x, ky, self.kernel), weights, &mut sums);
                }
                for sum in &mut sums {
                    *sum >>= self.shift;
                }
                emit(y, x, &sums);
            }
        }
    }
}

/// `sums[o] += sum over j of values[j] * weights[j][o]`.
fn multiply_add(values: &[i32], weights: &[i32], sums: &mut [i32]) {
    for (&value, weights) in values.iter().zip(weights.chunks_exact(sums.len())) {
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum += weight * value;
        }
    }
}
