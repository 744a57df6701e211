//! The records of every memory, in the engine's order and widths.

use super::factors;
use crate::Geometry;
use crate::engine::lanes_a_record;
use crate::geometry::{
    ACCUMULATOR_BITS, BRANCH_SHIFT, BRANCH_SLOPE_BITS, HEAD_ADDEND_BITS, HEAD_WEIGHT_BITS, MUL_BITS,
    TRANSFORMED_WEIGHT_BITS,
};
use bsr_model::integer::{BinaryConv, Branch, Conv, LeakyRelu, SigmoidTable, Streaming};

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
    let lanes = |record: &dyn Fn(usize, usize) -> Bits| {
        let each = (0..stages.len()).flat_map(|stage| (0..g.channels).map(move |oc| (stage, oc)));
        each.map(|(stage, oc)| record(stage, oc)).collect::<Vec<_>>()
    };
    let next_threshold = |stage: usize, oc: usize| {
        let next = stages.get(stage).filter(|_| oc < pads.real);
        i64::from(next.and_then(|stage| stage.threshold()).map_or(0, |threshold| threshold[oc]))
    };
    let mut all = vec![
        lanes(&|stage, oc| pads.sign_weights(g, stages[stage], oc)),
        lanes(&|stage, oc| pads.tap_sums(g, stages[stage], oc)),
        lanes(&|stage, oc| pads.affine(g, stages[stage], oc)),
        lanes(&|stage, oc| one(next_threshold(stage + 1, oc), g.threshold_bits())),
        head(g, &pads, view.head, &|oc| next_threshold(0, oc)),
        tail_weights(g, &pads, view.tail),
        tail_addends(g, view.tail),
        stages.iter().map(|s| one(i64::from(s.activation.is_some()), 1)).collect(),
    ];
    all.extend(g.branch.then(|| lanes(&|stage, oc| pads.branch(g, stages[stage], oc))));
    if g.spatial {
        all.extend(factors::records(g, &stages, sigmoid));
    }
    all
}

pub(super) fn one(value: i64, bits: usize) -> Bits {
    let mut record = Bits::default();
    record.push(value, bits);
    record
}

/// Channels of the engine that the network does not have.
///
/// Their stream is 0 and their sign +1 everywhere. Their weights alternate, so that pairs cancel at every tap; where
/// their number is odd the last one's +1 stays at every tap, inside the picture and out, and is taken off the addend.
struct Padding {
    real: usize,
    channels: usize,
}

impl Padding {
    fn weight(&self, stage: &BinaryConv, oc: usize, ic: usize, ky: usize, kx: usize) -> bool {
        if oc < self.real && ic < self.real {
            stage.weight.is_positive(oc, ic, ky, kx)
        } else {
            (self.channels - ic) % 2 == 1
        }
    }

    /// 1 where one padded channel has no partner.
    fn odd(&self) -> i64 {
        odd_padding(self.channels, self.real)
    }

    fn sign_weights(&self, g: &Geometry, stage: &BinaryConv, oc: usize) -> Bits {
        let mut record = Bits::default();
        for ky in 0..3 {
            for kx in 0..3 {
                for ic in 0..g.channels {
                    record.push(i64::from(self.weight(stage, oc, ic, ky, kx)), 1);
                }
            }
        }
        record
    }

    /// What a tap outside the picture, fed as -1, is short of: the sum of its weights, and twice an odd one. The centre
    /// tap is never outside.
    fn tap_sums(&self, g: &Geometry, stage: &BinaryConv, oc: usize) -> Bits {
        let mut record = Bits::default();
        for ky in 0..3 {
            for kx in (0..3).filter(|kx| (ky, *kx) != (1, 1)) {
                let sum: i64 = (0..g.channels).map(|ic| if self.weight(stage, oc, ic, ky, kx) { 1 } else { -1 }).sum();
                record.push(sum + self.odd(), g.tap_sum_bits());
            }
        }
        record
    }

    /// `mul`, shifted up to the hardware's shift, and [`affine_addend`], held within the addend's bits.
    fn affine(&self, g: &Geometry, stage: &BinaryConv, oc: usize) -> Bits {
        let mut record = Bits::default();
        if oc >= self.real {
            record.push(0, MUL_BITS);
            record.push(0, g.addend_bits());
            return record;
        }
        let up = g.affine_shift - stage.shift as usize;
        record.push(i64::from(stage.mul[oc]) << up, MUL_BITS);
        let addend = affine_addend(g, self.real, stage, oc);
        record.push(addend.clamp(-g.addend_limit(), g.addend_limit()), g.addend_bits());
        record
    }

    /// Slope and offset before the skip: 1 and 0 where the stage has none. Shifted up to the hardware's shift, with the
    /// rounding half.
    fn branch(&self, g: &Geometry, stage: &BinaryConv, oc: usize) -> Bits {
        let found = stage.branch.as_ref().filter(|_| oc < self.real);
        let slope = found.map_or(1 << BRANCH_SHIFT, |branch| branch_slope(branch, oc));
        let offset = found.map_or(0, |branch| i64::from(branch.offset[oc]));
        let (addend, limit) = ((offset << BRANCH_SHIFT) + (1 << (BRANCH_SHIFT - 1)), g.branch_addend_limit());
        let mut record = Bits::default();
        record.push(slope, BRANCH_SLOPE_BITS);
        record.push(addend.clamp(-limit, limit), g.branch_addend_bits());
        record
    }
}

/// 1 where an odd number of channels is padded.
fn odd_padding(channels: usize, real: usize) -> i64 {
    ((channels - real) % 2) as i64
}

/// `add - mul * (K + 9 odd) + half`, shifted up to the hardware's shift, of an output of a network with `real` channels.
pub(super) fn affine_addend(g: &Geometry, real: usize, stage: &BinaryConv, oc: usize) -> i64 {
    let (mul, add) = (i64::from(stage.mul[oc]), i64::from(stage.add[oc]));
    let half = 1 << (stage.shift - 1);
    (add - mul * (g.taps as i64 + 9 * odd_padding(g.channels, real)) + half) << (g.affine_shift - stage.shift as usize)
}

/// The slope of a channel in units of `2^-BRANCH_SHIFT`; the network's shift is at most that.
pub(super) fn branch_slope(branch: &Branch, oc: usize) -> i64 {
    let LeakyRelu { slope, shift } = branch.activation.of_channel(oc);
    i64::from(slope) << (BRANCH_SHIFT - shift as usize)
}

/// Weights, addend with the rounding half, and threshold of the channels that are loaded together. Weights and addend are
/// shifted up so that the shift that is left is the next multiple of 8.
fn head(g: &Geometry, pads: &Padding, conv: &Conv, threshold: &dyn Fn(usize) -> i64) -> Vec<Bits> {
    let up = conv.shift.next_multiple_of(8) - conv.shift;
    let lanes = lanes_a_record(g);
    let group = |first: usize| {
        let mut record = Bits::default();
        for oc in first..first + lanes {
            let real = |value: &dyn Fn() -> i64| if oc < pads.real { value() << up } else { 0 };
            for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                record.push(real(&|| conv.weight[[oc, 0, ky, kx]].into()), HEAD_WEIGHT_BITS);
            }
            record.push(real(&|| with_half(conv, oc)), HEAD_ADDEND_BITS);
            record.push(threshold(oc), g.threshold_bits());
        }
        record
    };
    (0..g.channels).step_by(lanes).map(group).collect()
}

fn with_half(conv: &Conv, oc: usize) -> i64 {
    i64::from(conv.add[oc]) + (1 << (conv.shift - 1))
}

/// Transformed weights, doubled: for every channel of a round and every output row a bank of the rounds' records.
///
/// The transform of `g` is `(g0, (g0+g1+g2)/2, (g0-g1+g2)/2, g2)`: its double is whole.
fn tail_weights(g: &Geometry, pads: &Padding, conv: &Conv) -> Vec<Bits> {
    let groups = g.channels / g.tail_channels;
    let record = |u: usize, line: usize, round: usize| {
        let (ky, ic) = (round / groups, round % groups * g.tail_channels + u);
        let mut record = Bits::default();
        for output in 0..g.scale {
            let weight = |kx: usize| match ic < pads.real {
                true => i64::from(conv.weight[[line * g.scale + output, ic, ky, kx]]),
                false => 0,
            };
            let [g0, g1, g2] = [0, 1, 2].map(weight);
            for value in [2 * g0, g0 + g1 + g2, g0 - g1 + g2, 2 * g2] {
                record.push(value, TRANSFORMED_WEIGHT_BITS);
            }
        }
        record
    };
    let banks = (0..g.tail_channels).flat_map(|u| (0..g.scale).map(move |line| (u, line)));
    banks.flat_map(|(u, line)| (0..g.tail_rounds()).map(move |round| record(u, line, round))).collect()
}

fn tail_addends(g: &Geometry, conv: &Conv) -> Vec<Bits> {
    (0..g.scale * g.scale).map(|oc| one(with_half(conv, oc), ACCUMULATOR_BITS)).collect()
}
