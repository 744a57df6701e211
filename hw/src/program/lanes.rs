//! The records of the lanes: sign weights, tap sums, affine, branch of a stage's output.

use super::records::Bits;
use crate::Geometry;
use crate::geometry::{BRANCH_SHIFT, BRANCH_SLOPE_BITS, MUL_BITS};
use bsr_model::integer::{BinaryConv, Branch, LeakyRelu};

/// Taps of a 3x3 kernel beside the centre.
const BESIDE: i64 = 8;

/// Whether a stage has a 1x1 kernel: it runs as the centre of a 3x3 kernel, with the other taps fed as if they were
/// outside the picture.
pub(super) fn is_pointwise(stage: &BinaryConv) -> bool {
    stage.weight.kernel() == 1
}

/// Channels of the engine that the network does not have.
///
/// Their stream is 0 and their sign +1 everywhere, and no output of the network is theirs. Their weights alternate, so that
/// pairs cancel at every tap; where their number is odd the last one's +1 stays at every tap, inside the picture and out,
/// and is taken off the addend.
pub(super) struct Padding {
    /// Channels of the network.
    pub(super) real: usize,
    /// Channels of the engine.
    pub(super) channels: usize,
}

impl Padding {
    /// The network's output that a stage makes in lane `lane` of all its passes. An upsampler makes output `k` of every
    /// input in phase `k`, so that a lane adds the input that it always has.
    pub(super) fn output(&self, stage: &BinaryConv, lane: usize) -> Option<usize> {
        let (phase, channel) = (lane / self.channels, lane % self.channels);
        let phases = stage.weight.out_channels() / self.real;
        (channel < self.real).then_some(channel * phases + phase)
    }

    /// Whether the weight at a tap of 3x3 is +1. Those beside a 1x1 kernel are -1, as what they meet.
    fn weight(&self, stage: &BinaryConv, oc: Option<usize>, ic: usize, ky: usize, kx: usize) -> bool {
        if is_pointwise(stage) {
            (ky, kx) == (1, 1) && self.at_tap(stage, oc, ic, (0, 0))
        } else {
            self.at_tap(stage, oc, ic, (ky, kx))
        }
    }

    /// Whether the weight at a tap of the stage's own kernel is +1; `oc` is none for an output of the padding.
    fn at_tap(&self, stage: &BinaryConv, oc: Option<usize>, ic: usize, (ky, kx): (usize, usize)) -> bool {
        match oc.filter(|_| ic < self.real) {
            Some(oc) => stage.weight.is_positive(oc, ic, ky, kx),
            None => (self.channels - ic) % 2 == 1,
        }
    }

    /// 1 where one padded channel has no partner.
    fn odd(&self) -> i64 {
        odd_padding(self.channels, self.real)
    }

    /// The record of an output's sign weights, tap after tap, channel 0 first.
    pub(super) fn sign_weights(&self, g: &Geometry, stage: &BinaryConv, oc: Option<usize>) -> Bits {
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
    /// tap is never outside. Beside a 1x1 kernel all taps are fed so everywhere, and nothing depends on the border.
    pub(super) fn tap_sums(&self, g: &Geometry, stage: &BinaryConv, oc: Option<usize>) -> Bits {
        let mut record = Bits::default();
        for ky in 0..3 {
            for kx in (0..3).filter(|kx| (ky, *kx) != (1, 1)) {
                let weights = (0..g.channels).map(|ic| if self.weight(stage, oc, ic, ky, kx) { 1 } else { -1 });
                let short = if is_pointwise(stage) { 0 } else { weights.sum::<i64>() + self.odd() };
                record.push(short, g.tap_sum_bits());
            }
        }
        record
    }

    /// `mul`, shifted up to the hardware's shift, and [`affine_addend`], held within the addend's bits.
    pub(super) fn affine(&self, g: &Geometry, stage: &BinaryConv, oc: Option<usize>) -> Bits {
        let mut record = Bits::default();
        let Some(oc) = oc else {
            record.push(0, MUL_BITS);
            record.push(0, g.addend_bits());
            return record;
        };
        let up = g.affine_shift - stage.shift as usize;
        record.push(i64::from(stage.mul[oc]) << up, MUL_BITS);
        let addend = affine_addend(g, self.real, stage, oc);
        record.push(addend.clamp(-g.addend_limit(), g.addend_limit()), g.addend_bits());
        record
    }

    /// Slope and offset before the skip: 1 and 0 where the stage has none. Shifted up to the hardware's shift, with the
    /// rounding half.
    pub(super) fn branch(&self, g: &Geometry, stage: &BinaryConv, oc: Option<usize>) -> Bits {
        let found = stage.branch.as_ref().zip(oc);
        let slope = found.map_or(1 << BRANCH_SHIFT, |(branch, oc)| branch_slope(branch, oc));
        let offset = found.map_or(0, |(branch, oc)| i64::from(branch.offset[oc]));
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
/// With a 1x1 kernel there is one odd tap, and the taps beside it agree everywhere, which gives `8 C` to the dot.
pub(super) fn affine_addend(g: &Geometry, real: usize, stage: &BinaryConv, oc: usize) -> i64 {
    let (mul, add) = (i64::from(stage.mul[oc]), i64::from(stage.add[oc]));
    let half = 1 << (stage.shift - 1);
    let odd = odd_padding(g.channels, real);
    let beside = if is_pointwise(stage) { g.channels as i64 } else { odd };
    (add - mul * (g.taps as i64 + odd + BESIDE * beside) + half) << (g.affine_shift - stage.shift as usize)
}

/// The slope of a channel in units of `2^-BRANCH_SHIFT`; the network's shift is at most that.
pub(super) fn branch_slope(branch: &Branch, oc: usize) -> i64 {
    let LeakyRelu { slope, shift } = branch.activation.of_channel(oc);
    i64::from(slope) << (BRANCH_SHIFT - shift as usize)
}
