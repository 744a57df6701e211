//! Dot of signs and affine, from the number of differing bits.
//!
//! With `n` channels, `dot = n * valid - 2 * (differ - padded)`, where `differ` also counts, for each padded tap, the weights
//! that are +1 (its word is zero). So the affine is one product from the count,
//!
//! `mul * dot + add + half = bias[class] - 2 * mul * differ`,
//! `bias[class] = mul * (n * valid + 2 * padded) + add + half`,
//!
//! where a border class says how many rows and columns of the window are missing on each side. A 3x3 has 16.

use std::ops::Range;

use bsr_model::integer::BinaryConv;

use super::{
    differ::{self, Block, GROUP, LANES},
    grid::Grid,
};

/// Weights and affine of a stage that multiplies signs.
#[derive(Clone, Debug)]
pub(super) struct SignDots {
    kernel: usize,
    weight: Vec<Block>,
    /// `[class][o]`.
    bias: Vec<i64>,
    /// `2 * mul`, one an output: what one more differing bit takes away.
    step: Vec<i64>,
    shift: u32,
}

impl SignDots {
    /// Lays the weights of a stage out.
    pub(super) fn new(layer: &BinaryConv) -> Self {
        let (kernel, outputs) = (layer.weight.kernel(), layer.weight.out_channels());
        let tap_words = layer.weight.in_channels().div_ceil(64);
        let weight = differ::blocks(outputs, kernel * kernel * tap_words, |o, word| {
            let tap = word / tap_words;
            layer.weight.tap_words(o, tap / kernel, tap % kernel)[word % tap_words]
        });
        let classes = (kernel / 2 + 1).pow(4);
        Self {
            kernel,
            weight,
            bias: (0..classes).flat_map(|class| biases(layer, class)).collect(),
            step: layer.mul.iter().map(|&mul| 2 * i64::from(mul)).collect(),
            shift: layer.shift,
        }
    }

    /// Margin that the signs need.
    pub(super) fn radius(&self) -> usize {
        self.kernel / 2
    }

    /// Shows the affine `t` of each pixel, `emit(y, x, t)`.
    pub(super) fn run(&self, signs: &Grid<u64>, mut emit: impl FnMut(usize, usize, &mut [i64])) {
        let outputs = self.step.len();
        let row_words = self.kernel * signs.depth();
        let mut window = vec![[0; GROUP]; (self.kernel * row_words).div_ceil(GROUP)];
        let mut differ = vec![[0; LANES]; outputs.div_ceil(LANES)];
        let mut values = vec![0; outputs];
        let (height, width) = signs.size();
        for y in 0..height {
            for x in 0..width {
                for (ky, row) in window.as_flattened_mut().chunks_exact_mut(row_words).take(self.kernel).enumerate() {
                    row.copy_from_slice(signs.window_row(y, x, ky, self.kernel));
                }
                differ::count(&window, &self.weight, &mut differ);
                let class = class(self.radius(), (y, height), (x, width));
                let bias = &self.bias[class * outputs..][..outputs];
                for (((t, differ), bias), step) in
                    values.iter_mut().zip(differ.as_flattened()).zip(bias).zip(&self.step)
                {
                    *t = (bias - step * differ.cast_signed()) >> self.shift;
                }
                emit(y, x, &mut values);
            }
        }
    }
}

/// Border class of a pixel: how many rows or columns are missing at the top, bottom, left and right, in base `radius + 1`.
fn class(radius: usize, (y, height): (usize, usize), (x, width): (usize, usize)) -> usize {
    let missing = [y, height - 1 - y, x, width - 1 - x].map(|inside| radius.saturating_sub(inside));
    missing.into_iter().fold(0, |class, missing| class * (radius + 1) + missing)
}

/// The rows or columns of the window that are inside the image, for two digits of a class.
fn inside(kernel: usize, digits: usize) -> Range<usize> {
    let base = kernel / 2 + 1;
    digits / base..kernel - digits % base
}

/// `bias[class]` of every output.
fn biases(layer: &BinaryConv, class: usize) -> impl Iterator<Item = i64> {
    let kernel = layer.weight.kernel();
    let channels = layer.weight.in_channels() as i64;
    let pair = (kernel / 2 + 1).pow(2);
    let (rows, columns) = (inside(kernel, class / pair), inside(kernel, class % pair));
    (0..layer.weight.out_channels()).map(move |o| {
        let mut dot_at_no_difference = 0;
        for ky in 0..kernel {
            for kx in 0..kernel {
                let valid = rows.contains(&ky) && columns.contains(&kx);
                let positive = || layer.weight.tap(o, ky, kx).count_ones() as i64;
                dot_at_no_difference += if valid { channels } else { 2 * positive() };
            }
        }
        i64::from(layer.mul[o]) * dot_at_no_difference + i64::from(layer.add[o]) + (1 << (layer.shift - 1))
    })
}
