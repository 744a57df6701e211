//! Stage: dot, affine, skip, activation, in place.
//!
//! With `n` channels, `dot = n * valid - 2 * (differ - padded)`, where `differ` also counts, for each padded tap, the weights
//! that are +1 (its word is zero). So the affine is one product from the count,
//!
//! `mul * dot + add + half = bias[class] - 2 * mul * differ`,
//! `bias[class] = mul * (n * valid + 2 * padded) + add + half`,
//!
//! where a border class says how many rows and columns of the window are missing on each side. A 3x3 has 16.

use std::ops::Range;

use bsr_model::integer::{BinaryConv, Formats, LeakyRelu};

use super::{
    differ::{self, Block, GROUP, LANES},
    grid::Grid,
};

/// A binary convolution stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    kernel: usize,
    threshold: Vec<i32>,
    weight: Vec<Block>,
    /// `[class][o]`.
    bias: Vec<i64>,
    /// `2 * mul`, one an output: what one more differing bit takes away.
    step: Vec<i64>,
    shift: u32,
    /// The activation; the identity where there is none.
    leak: LeakyRelu,
    min: i64,
    max: i64,
}

impl Stage {
    /// Lays a stage out.
    pub(super) fn new(layer: &BinaryConv, formats: Formats) -> Self {
        let (kernel, outputs) = (layer.weight.kernel(), layer.weight.out_channels());
        let tap_words = layer.weight.in_channels().div_ceil(64);
        let weight = differ::blocks(outputs, kernel * kernel * tap_words, |o, word| {
            let tap = word / tap_words;
            layer.weight.tap_words(o, tap / kernel, tap % kernel)[word % tap_words]
        });
        let classes = (kernel / 2 + 1).pow(4);
        Self {
            kernel,
            threshold: layer.threshold.clone(),
            weight,
            bias: (0..classes).flat_map(|class| biases(layer, class)).collect(),
            step: layer.mul.iter().map(|&mul| 2 * i64::from(mul)).collect(),
            shift: layer.shift,
            leak: layer.activation.unwrap_or(LeakyRelu { slope: 1, shift: 0 }),
            min: formats.min().into(),
            max: formats.max().into(),
        }
    }

    /// Margin that the signs need.
    pub(super) fn radius(&self) -> usize {
        self.kernel / 2
    }

    /// One threshold a channel.
    pub(super) fn threshold(&self) -> &[i32] {
        &self.threshold
    }

    /// Updates the stream, of which `signs` are the signs.
    pub(super) fn run(&self, signs: &Grid<u64>, stream: &mut Grid<i32>) {
        let outputs = self.step.len();
        let row_words = self.kernel * signs.depth();
        let mut window = vec![[0; GROUP]; (self.kernel * row_words).div_ceil(GROUP)];
        let mut differ = vec![[0; LANES]; outputs.div_ceil(LANES)];
        let (height, width) = stream.size();
        for y in 0..height {
            for x in 0..width {
                for (ky, row) in window.as_flattened_mut().chunks_exact_mut(row_words).take(self.kernel).enumerate() {
                    row.copy_from_slice(signs.window_row(y, x, ky, self.kernel));
                }
                differ::count(&window, &self.weight, &mut differ);
                let class = class(self.radius(), (y, height), (x, width));
                self.finish(differ.as_flattened(), &self.bias[class * outputs..][..outputs], stream.pixel_mut(y, x));
            }
        }
    }

    /// Affine, skip and activation of one pixel.
    fn finish(&self, differ: &[u64], bias: &[i64], pixel: &mut [i32]) {
        for (((x, differ), bias), step) in pixel.iter_mut().zip(differ).zip(bias).zip(&self.step) {
            let t = (bias - step * differ.cast_signed()) >> self.shift;
            let v = (i64::from(*x) + t).clamp(self.min, self.max);
            let leak = ((v * i64::from(self.leak.slope)) >> self.leak.shift).clamp(self.min, self.max);
            let v = if v < 0 { leak } else { v };
            *x = i32::try_from(v).expect("saturated to at most 24 bits");
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
