//! Every size of an engine, derived once from its parameters.

use crate::blocks::Popcount;
use crate::engine::{beats, spatial_way};
use crate::rtl::{index_bits, value_bits};
use crate::{EngineConfig, Interface};

/// Bits of a weight of the head or the tail.
pub const WEIGHT_BITS: usize = 16;
/// Bits of a transformed weight of the tail, doubled: the sum of three weights, or twice one.
pub const TRANSFORMED_WEIGHT_BITS: usize = WEIGHT_BITS + 2;
/// Bits of a sum of the tail before its output transform: twice a sum of differences of two, four times a convolution's.
pub const PRODUCT_BITS: usize = ACCUMULATOR_BITS + 2;
/// Bits of a weight of the head, shifted up by up to 7: the rest of its shift is a multiple of 8.
pub const HEAD_WEIGHT_BITS: usize = WEIGHT_BITS + 7;
/// Bits of an addend of the head, shifted up alike.
pub const HEAD_ADDEND_BITS: usize = ACCUMULATOR_BITS + 7;
/// Bits of an affine multiplier, with the shift folded in: a multiplier's narrow port.
pub const MUL_BITS: usize = 18;
/// Bits of a full-precision accumulator; lowering proves that no sum leaves it.
pub const ACCUMULATOR_BITS: usize = 32;
/// Right shift of a branch's slope; a network's own may be less.
pub const BRANCH_SHIFT: usize = 12;
/// Bits of a branch's slope, with the rest of the shift folded in: a multiplier's narrow port.
pub const BRANCH_SLOPE_BITS: usize = 18;
/// Bits of a weight of a spatial factor.
pub const FACTOR_WEIGHT_BITS: usize = WEIGHT_BITS;
/// Bits of the shift of a spatial factor's sum to an index of the sigmoid's table.
pub const FACTOR_SHIFT_BITS: usize = 5;
/// Bits of an index of the sigmoid's table; a network's own may be fewer.
pub const SIGMOID_INDEX_BITS: usize = 10;
/// Bits of a value of the table, in units of `2^-16`.
pub const SIGMOID_BITS: usize = 16;
/// Bits of a factor, which is 1 where there is none.
pub const FACTOR_BITS: usize = SIGMOID_BITS + 1;
/// Cycles of a branch or a factor: a multiplier's.
const MULTIPLIER_CYCLES: usize = 3;
/// Bits of a width, height, row or column.
pub const COORDINATE_BITS: usize = 16;
/// Bits of a column of a picture or left of it, two's complement.
pub const COLUMN_BITS: usize = COORDINATE_BITS + 2;

/// Sizes of an engine. Letters as in the documentation: `C` channels, `P` lanes, `G` pixels, `K` taps.
#[derive(Clone, Debug)]
pub struct Geometry {
    /// `C`.
    pub channels: usize,
    /// `P`.
    pub lanes: usize,
    /// `G`.
    pub pixels: usize,
    /// Passes of a stage over a row, `C / P`.
    pub passes: usize,
    /// Words of a row, `w / G`.
    pub words: usize,
    /// Strip width `w` in pixels.
    pub width: usize,
    /// Most binary stages.
    pub stages: usize,
    /// Interleaved chains.
    pub chains: usize,
    /// `b`.
    pub stream_bits: usize,
    /// Colours of a pixel, a byte each.
    pub colours: usize,
    /// Pixel-shuffle factor.
    pub scale: usize,
    /// Lanes whose parameters load in a cycle.
    pub load_lanes: usize,
    /// Head channels a cycle.
    pub head_lanes: usize,
    /// `U`: channels of the tail a cycle.
    pub tail_channels: usize,
    /// Binary taps of an output value, `K = 9 C`.
    pub taps: usize,
    /// Rows of the stream that are alive at once.
    pub stream_rows: usize,
    /// Rows of the input ring, a power of two.
    pub input_rows: usize,
    /// Register stages of the popcount.
    pub popcount_stages: usize,
    /// Affine shift of the hardware.
    pub affine_shift: usize,
    /// Signed digits of the activation, as `(left shift, negative)`, and its right shift.
    pub slope_digits: Vec<(usize, bool)>,
    /// Right shift of the activation.
    pub slope_shift: usize,
    /// Whether stages may have a branch.
    pub branch: bool,
    /// Whether stages may have spatial factors.
    pub spatial: bool,
    /// Whether stages may have 1x1 kernels.
    pub pointwise: bool,
    /// Whether the last stage is a binary upsampler.
    pub upsampler: bool,
    /// Whether pictures lie in memory and run in strips.
    pub memory: bool,
}

impl Geometry {
    /// Sizes of `config`, which must be valid.
    pub(crate) fn new(config: &EngineConfig) -> Self {
        // An upsampler's row leaves for the tail's store at once.
        let stream_rows = config.max_stages + config.chains + if config.upsampler { 1 } else { 2 };
        Self {
            channels: config.channels,
            lanes: config.lanes,
            pixels: config.pixels,
            passes: config.channels / config.lanes,
            words: config.strip_width / config.pixels,
            width: config.strip_width,
            stages: config.max_stages,
            chains: config.chains,
            stream_bits: config.stream_bits as usize,
            colours: config.colours,
            scale: config.scale,
            load_lanes: config.load_lanes,
            head_lanes: config.head_lanes,
            tail_channels: config.tail_channels,
            taps: 9 * config.channels,
            stream_rows,
            input_rows: (stream_rows + 6).next_power_of_two(),
            popcount_stages: config.popcount_stages,
            affine_shift: config.affine_shift as usize,
            slope_digits: signed_digits(config.activation.slope),
            slope_shift: config.activation.shift as usize,
            branch: config.branch,
            spatial: config.spatial,
            pointwise: config.pointwise,
            upsampler: config.upsampler,
            memory: config.interface == Interface::Memory,
        }
    }

    /// Bits of `k`, of which means of three colours need more.
    pub fn pixel_shift_bits(&self) -> usize {
        if self.colours > 1 { 3 } else { 2 }
    }

    /// Bits of `mean`.
    pub fn mean_bits(&self) -> usize {
        if self.colours > 1 { 15 } else { 12 }
    }

    /// Bits of `in = (pixel << k) - mean`.
    pub fn input_bits(&self) -> usize {
        self.mean_bits() + 1
    }

    /// Widest picture: the words of a row must hold it at every skew; in strips, the bytes of its lines at every scale.
    pub fn max_width(&self) -> usize {
        if self.memory { (1 << COORDINATE_BITS) / (4 * self.colours) - 1 } else { self.width - (self.pixels - 1) }
    }

    /// Most rows of a picture.
    pub fn max_height(&self) -> usize {
        (1 << COORDINATE_BITS) - 1
    }

    /// Bits of a step number: rows of all strips, stages and the lag of the tail.
    pub fn step_bits(&self) -> usize {
        if self.memory { 32 } else { COORDINATE_BITS + 2 }
    }

    /// Bytes of a row of the input ring, a power of two: the strip, the skew of the last stage, a column on either
    /// side, rounded to beats.
    pub fn input_row(&self) -> usize {
        if self.memory {
            (self.colours * (self.width + self.stages + 3) + 14).next_power_of_two()
        } else {
            1 << index_bits(self.colours * self.width)
        }
    }

    /// Bits of a column in a row of the tail's store: the strip, and two columns of the one before.
    pub fn sum_column_bits(&self) -> usize {
        index_bits(self.sum_columns())
    }

    /// Columns of a row of the tail's store.
    pub fn sum_columns(&self) -> usize {
        if self.memory { self.width + 2 } else { self.width }
    }

    /// Beats in memory of two columns of signs of one row, and of a pass's values of one column.
    pub fn spill_beats(&self) -> (usize, usize) {
        (beats(2 * self.channels), beats(self.spill_column()))
    }

    /// Bits of a pass's values of one column, and above them the pixel's factor where there are factors.
    pub fn spill_column(&self) -> usize {
        self.lanes * self.stream_bits + if self.spatial { FACTOR_BITS } else { 0 }
    }

    /// Beats that a pass leaves for the next strip at most: in the first row there are two rows of signs.
    pub fn most_spill_beats(&self) -> usize {
        let (signs, stream) = self.spill_beats();
        2 * signs + stream
    }

    /// Cycles between the last slots of two passes that leave signs: those of the first are kept until its column of the
    /// stream has come, and are sent before it.
    pub fn signs_apart(&self) -> usize {
        self.stream_lag() + 2 * self.spill_beats().0
    }

    /// Groups of `head_lanes` channels.
    pub fn head_groups(&self) -> usize {
        self.channels / self.head_lanes
    }

    /// Beats of one column of a group of what the tail reads.
    pub fn sum_beats(&self) -> usize {
        beats(self.head_lanes * self.sum_bits())
    }

    /// Cycles by which a slot reads its stream after its signs: the skip add needs it no earlier.
    pub fn stream_lag(&self) -> usize {
        self.factor_lag() + self.factor_cycles() + self.branch_cycles()
    }

    /// The same of the factors of its pixels.
    pub fn factor_lag(&self) -> usize {
        4 + self.popcount_stages
    }

    /// Cycles from the slot that reads a word to the cycle that writes its result.
    pub fn write_back(&self) -> usize {
        8 + self.stream_lag()
    }

    /// `D`: cycles from the slot that reads a word to the first slot that may read its result, and the factors that the
    /// result makes.
    pub fn latency(&self) -> usize {
        let result = self.write_back() + 1;
        if self.spatial { result.max(self.write_back() + spatial_way(self) - self.factor_lag()) } else { result }
    }

    /// The popcount of a window.
    pub fn popcount(&self) -> Popcount {
        Popcount::new(9, self.channels, self.popcount_stages)
    }

    /// Bits of an agreement count, `0..=K`.
    pub fn agree_bits(&self) -> usize {
        value_bits(self.taps)
    }

    /// Bits of the sum of one tap's weights over the channels, two's complement.
    pub fn tap_sum_bits(&self) -> usize {
        value_bits(self.channels + 2) + 1
    }

    /// Bits of a border correction, two's complement.
    pub fn correction_bits(&self) -> usize {
        value_bits(9 * (self.channels + 2)) + 1
    }

    /// Bits of `2 * agree + correction`, two's complement.
    pub fn dot_bits(&self) -> usize {
        self.agree_bits().max(self.correction_bits()) + 2
    }

    /// Bits `p` that hold a product of the affine, and a stream value shifted up to it.
    fn affine_bits(&self) -> usize {
        (MUL_BITS + self.dot_bits()).max(self.stream_bits + self.affine_shift)
    }

    /// Bits of an affine addend, with the rounding half, the tap count and the shift folded in.
    pub fn addend_bits(&self) -> usize {
        self.affine_bits() + 2
    }

    /// The largest magnitude of an addend, `2^(p+1) - 2^(p-1)`. With it or beyond, whatever the product, the sum is at
    /// least `2^p` from 0 and the stream saturates: a larger one is loaded as this one. No sum leaves the addend's bits.
    pub fn addend_limit(&self) -> i64 {
        let p = self.affine_bits();
        (1 << (p + 1)) - (1 << (p - 1))
    }

    /// Bits of what the affine gives, after its shift.
    pub fn affine_value_bits(&self) -> usize {
        self.addend_bits() - self.affine_shift
    }

    /// Cycles of a branch, between the affine and the skip.
    pub fn branch_cycles(&self) -> usize {
        if self.branch { MULTIPLIER_CYCLES } else { 0 }
    }

    /// Cycles of a spatial factor, before the branch.
    pub fn factor_cycles(&self) -> usize {
        if self.spatial { MULTIPLIER_CYCLES } else { 0 }
    }

    /// Bits of a branch's addend, with the rounding half and the shift folded in, and of the sum with it.
    pub fn branch_addend_bits(&self) -> usize {
        BRANCH_SLOPE_BITS + self.affine_value_bits() + 1
    }

    /// The largest magnitude of a branch's addend. With it, whatever the product, the stream saturates, as with the affine's:
    /// a larger one is loaded as this one.
    pub fn branch_addend_limit(&self) -> i64 {
        let p = BRANCH_SLOPE_BITS + self.affine_value_bits() - 2;
        (1 << (p + 2)) - (1 << p)
    }

    /// Bits of a threshold, which may lie one past either end of the stream's range.
    pub fn threshold_bits(&self) -> usize {
        self.stream_bits + 1
    }

    /// Bits of the stream of `P` lanes of `G` pixels.
    pub fn stream_word(&self) -> usize {
        self.lanes * self.pixels * self.stream_bits
    }

    /// Bits of what the tail reads: a sum of the long skip, or the stream.
    pub fn sum_bits(&self) -> usize {
        self.stream_bits + usize::from(!self.upsampler)
    }

    /// Steps by which the tail lies behind the head, beyond the stages: its rows are whole when a step begins.
    pub fn tail_lag(&self) -> usize {
        self.chains + if self.upsampler { 2 } else { 3 }
    }

    /// Phases of the last stage: passes over all its inputs, each for as many outputs.
    pub fn phases(&self) -> usize {
        if self.upsampler { self.scale * self.scale } else { 1 }
    }

    /// Channels that the tail reads.
    pub fn tail_inputs(&self) -> usize {
        self.phases() * self.channels
    }

    /// Groups of `U` channels that the tail reads of a row of its kernel. Of the SR pixels in the LR row above, those of an
    /// upsampler are next to the row at hand in the last row of phases alone; of those below, in the first.
    pub fn tail_groups(&self, row: usize) -> std::ops::Range<usize> {
        let groups = self.tail_inputs() / self.tail_channels;
        let of_phases = groups / self.scale;
        match row {
            0 if self.upsampler => groups - of_phases..groups,
            2 if self.upsampler => 0..of_phases,
            _ => 0..groups,
        }
    }

    /// Channels of a column that the tail's store takes at once.
    pub fn sum_lanes(&self) -> usize {
        if self.upsampler { self.lanes } else { self.head_lanes }
    }

    /// Groups of `sum_lanes` channels of a column.
    pub fn sum_groups(&self) -> usize {
        self.tail_inputs() / self.sum_lanes()
    }

    /// Bits of what a stage adds to its dot: the stream, with an upsampler also its sum with the head's output.
    pub fn skip_bits(&self) -> usize {
        self.stream_bits + usize::from(self.upsampler)
    }

    /// Bits of the address of a stream word.
    pub fn stream_address_bits(&self) -> usize {
        index_bits(self.stream_depth())
    }

    /// Words of the stream store.
    pub fn stream_depth(&self) -> usize {
        self.stream_rows * self.passes * self.words
    }

    /// Words of a sign bank.
    pub fn sign_depth(&self) -> usize {
        self.stages * self.words
    }

    /// Bits of the address of a sign word.
    pub fn sign_address_bits(&self) -> usize {
        index_bits(self.sign_depth())
    }

    /// Bits of a word's index in a row.
    pub fn word_bits(&self) -> usize {
        index_bits(self.words)
    }

    /// Bits of a pixel's place in its word; none for one pixel a word.
    pub fn place_bits(&self) -> usize {
        self.pixels.next_power_of_two().trailing_zeros() as usize
    }

    /// Bits of a pass number.
    pub fn pass_bits(&self) -> usize {
        index_bits(self.passes)
    }

    /// Bits of a lane number.
    pub fn lane_bits(&self) -> usize {
        index_bits(self.lanes)
    }

    /// Records of the lane stores: one a stage and output channel.
    pub fn lane_records(&self) -> usize {
        (self.stages - 1) * self.channels + self.tail_inputs()
    }

    /// Cycles in which the lanes' parameters load.
    pub fn load_cycles(&self) -> usize {
        self.lanes / self.load_lanes
    }

    /// Bits of the address of a lane record.
    pub fn lane_record_bits(&self) -> usize {
        index_bits(self.lane_records())
    }

    /// Rounds of the tail for a pair of columns: the groups of channels of three rows, `3 C / U` without an upsampler.
    pub fn tail_rounds(&self) -> usize {
        (0..3).map(|row| self.tail_groups(row).len()).sum()
    }

    /// Outputs of the tail on a line: the bytes that a column of a row becomes there, the colours of a pixel together.
    pub fn line_outputs(&self) -> usize {
        self.scale * self.colours
    }

    /// Outputs of the tail: those of the `s` lines of a row, line after line.
    pub fn tail_outputs(&self) -> usize {
        self.scale * self.line_outputs()
    }

    /// Bytes that a pair of columns becomes.
    pub fn pair_bytes(&self) -> usize {
        2 * self.tail_outputs()
    }

    /// Cycles from one pair of columns of the tail to the next: its rounds, or the bytes of the pair one by one.
    pub fn pair_cycles(&self) -> usize {
        self.tail_rounds().max(self.pair_bytes())
    }

    /// Bits of a transformed column of the tail: a sum or difference of two of its sums.
    pub fn transformed_bits(&self) -> usize {
        self.sum_bits() + 1
    }
}

/// Non-adjacent form of a positive slope, lowest digit first.
fn signed_digits(slope: i32) -> Vec<(usize, bool)> {
    let mut digits = vec![];
    let (mut rest, mut place) = (i64::from(slope), 0);
    while rest != 0 {
        if rest & 1 != 0 {
            let digit = 2 - (rest & 3);
            digits.push((place, digit < 0));
            rest -= digit;
        }
        rest >>= 1;
        place += 1;
    }
    digits
}
