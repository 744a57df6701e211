//! The records of every memory, in the engine's order and widths.

use super::factors;
use super::lanes::{Padding, is_pointwise};
use crate::Geometry;
use crate::engine::lanes_a_record;
use crate::geometry::{ACCUMULATOR_BITS, HEAD_ADDEND_BITS, HEAD_WEIGHT_BITS, TRANSFORMED_WEIGHT_BITS};
use bsr_model::integer::{Conv, SigmoidTable, Streaming};
use ndarray::Array4;

/// A record: bits, lowest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<bool>);

impl Bits {
    /// Appends the low `bits` bits of a two's complement number.
    pub(super) fn push(&mut self, value: i64, bits: usize) {
        let fits = bits >= 64 || (-(1 << (bits - 1))..1 << bits).contains(&value);
        assert!(fits, "{value} does not fit {bits} bits");
        self.0.extend((0..bits).map(|k| value >> k & 1 == 1));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Word `k` of 32 bits, zero beyond the end.
    pub(super) fn word(&self, k: usize) -> u32 {
        let bits = self.0.iter().skip(32 * k).take(32);
        bits.enumerate().map(|(i, bit)| u32::from(*bit) << i).sum()
    }
}

/// Records of the memories, in the order of LOAD_TARGET.
pub(super) fn all(g: &Geometry, view: &Streaming, sigmoid: Option<&SigmoidTable>) -> Vec<Vec<Bits>> {
    let stages: Vec<_> = view.stages().collect();
    let pads = Padding { real: view.channels(), channels: g.channels };
    let last = stages.len() - 1;
    let lanes = |record: &dyn Fn(usize, Option<usize>) -> Bits| {
        let outputs = |stage: usize| 0..if stage == last { g.tail_inputs() } else { g.channels };
        let each = (0..stages.len()).flat_map(|stage| outputs(stage).map(move |lane| (stage, lane)));
        each.map(|(stage, lane)| record(stage, pads.output(stages[stage], lane))).collect::<Vec<_>>()
    };
    let next_threshold = |stage: usize, oc: Option<usize>| {
        let threshold = stages.get(stage).and_then(|stage| stage.threshold()).zip(oc);
        i64::from(threshold.map_or(0, |(threshold, oc)| threshold[oc]))
    };
    let mut all = vec![
        lanes(&|stage, oc| pads.sign_weights(g, stages[stage], oc)),
        lanes(&|stage, oc| pads.tap_sums(g, stages[stage], oc)),
        lanes(&|stage, oc| pads.affine(g, stages[stage], oc)),
        lanes(&|stage, oc| one(next_threshold(stage + 1, oc), g.threshold_bits())),
        head(g, &pads, view.head, &|oc| next_threshold(0, (oc < pads.real).then_some(oc))),
        tail_weights(g, &tail_kernel(g, &pads, view.tail)),
        tail_addends(g, view.tail),
        stages.iter().map(|s| one(i64::from(s.activation.is_some()), 1)).collect(),
    ];
    all.extend(g.branch.then(|| lanes(&|stage, oc| pads.branch(g, stages[stage], oc))));
    if g.spatial {
        all.extend(factors::records(g, &stages, sigmoid));
    }
    all.extend(g.pointwise.then(|| stages.iter().map(|s| one(i64::from(is_pointwise(s)), 1)).collect()));
    all
}

pub(super) fn one(value: i64, bits: usize) -> Bits {
    let mut record = Bits::default();
    record.push(value, bits);
    record
}

/// Weights, addend with the rounding half, and threshold of the channels that are loaded together: for each group those of
/// one colour after the other, of which the first has the addend. Weights and addend are shifted up so that the shift that
/// is left is the next multiple of 8.
fn head(g: &Geometry, pads: &Padding, conv: &Conv, threshold: &dyn Fn(usize) -> i64) -> Vec<Bits> {
    let up = conv.shift.next_multiple_of(8) - conv.shift;
    let lanes = lanes_a_record(g);
    let record = |first: usize, colour: usize| {
        let mut record = Bits::default();
        for oc in first..first + lanes {
            let real = |value: &dyn Fn() -> i64| if oc < pads.real { value() << up } else { 0 };
            for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                record.push(real(&|| conv.weight[[oc, colour, ky, kx]].into()), HEAD_WEIGHT_BITS);
            }
            record.push(if colour == 0 { real(&|| with_half(conv, oc)) } else { 0 }, HEAD_ADDEND_BITS);
            record.push(threshold(oc), g.threshold_bits());
        }
        record
    };
    let mut records = vec![];
    for group in (0..g.channels).step_by(g.head_lanes) {
        for colour in 0..g.colours {
            records.extend((group..group + g.head_lanes).step_by(lanes).map(|first| record(first, colour)));
        }
    }
    records
}

fn with_half(conv: &Conv, oc: usize) -> i64 {
    i64::from(conv.add[oc]) + (1 << (conv.shift - 1))
}

/// Transformed weights, doubled: for every channel of a round and every line a bank of the rounds' records.
///
/// The transform of `g` is `(g0, (g0+g1+g2)/2, (g0-g1+g2)/2, g2)`: its double is whole.
fn tail_weights(g: &Geometry, kernel: &Array4<i32>) -> Vec<Bits> {
    let rounds: Vec<_> = (0..3).flat_map(|ky| g.tail_groups(ky).map(move |group| (ky, group))).collect();
    let record = |u: usize, line: usize, (ky, group): (usize, usize)| {
        let ic = group * g.tail_channels + u;
        let mut record = Bits::default();
        for output in outputs_of_line(g, line) {
            let [g0, g1, g2] = [0, 1, 2].map(|kx| i64::from(kernel[[output, ic, ky, kx]]));
            for value in [2 * g0, g0 + g1 + g2, g0 - g1 + g2, 2 * g2] {
                record.push(value, TRANSFORMED_WEIGHT_BITS);
            }
        }
        record
    };
    let banks = (0..g.tail_channels).flat_map(|u| (0..g.scale).map(move |line| (u, line)));
    banks.flat_map(|(u, line)| rounds.iter().map(move |round| record(u, line, *round))).collect()
}

/// The tail as the engine runs it, `[output][input][ky][kx]` over the LR picture. A tail behind the shuffle has one output
/// a colour: at phase `(i, j)` of the SR pixels it reads, from the SR pixel `(i + dy, j + dx)`, a channel of the LR pixel and
/// phase in which that lies.
fn tail_kernel(g: &Geometry, pads: &Padding, conv: &Conv) -> Array4<i32> {
    let s = g.scale;
    let mut kernel = Array4::zeros((g.tail_outputs(), g.tail_inputs(), 3, 3));
    for ((oc, ic, ky, kx), &weight) in conv.weight.indexed_iter() {
        if !g.upsampler {
            kernel[[oc, ic, ky, kx]] = weight;
            continue;
        }
        for (i, j) in (0..s * s).map(|output| (output / s, output % s)) {
            let (y, x) = (s + i + ky - 1, s + j + kx - 1);
            let phase = y % s * s + x % s;
            kernel[[(oc * s + i) * s + j, phase * pads.channels + ic, y / s, x / s]] = weight;
        }
    }
    kernel
}

fn tail_addends(g: &Geometry, conv: &Conv) -> Vec<Bits> {
    let of_conv = |output: usize| if g.upsampler { output / (g.scale * g.scale) } else { output };
    let outputs = (0..g.scale).flat_map(|line| outputs_of_line(g, line));
    outputs.map(|output| one(with_half(conv, of_conv(output)), ACCUMULATOR_BITS)).collect()
}

/// The tail's outputs, before the pixel shuffle, that are the bytes of a line: its pixels from left to right, of each the
/// colours.
fn outputs_of_line(g: &Geometry, line: usize) -> impl Iterator<Item = usize> {
    let (scale, colours) = (g.scale, g.colours);
    (0..scale).flat_map(move |column| (0..colours).map(move |colour| (colour * scale + line) * scale + column))
}
