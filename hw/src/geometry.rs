//! Every size of an engine, derived once from its parameters.

mod lane;
mod spill;
mod tail;

use crate::rtl::index_bits;
use crate::{EngineConfig, Interface, registers};

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
            slope_digits: lane::signed_digits(config.activation.slope),
            slope_shift: config.activation.shift as usize,
            branch: config.branch,
            spatial: config.spatial,
            pointwise: config.pointwise,
            upsampler: config.upsampler,
            memory: config.interface == Interface::Memory,
        }
    }

    /// Bits of `k`.
    pub fn pixel_shift_bits(&self) -> usize {
        registers::pixel_shift(self.colours).bits as usize
    }

    /// Bits of `mean`.
    pub fn mean_bits(&self) -> usize {
        registers::pixel_mean(self.colours).bits as usize
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

    /// Groups of `head_lanes` channels.
    pub fn head_groups(&self) -> usize {
        self.channels / self.head_lanes
    }

    /// Bits of the stream of `P` lanes of `G` pixels.
    pub fn stream_word(&self) -> usize {
        self.lanes * self.pixels * self.stream_bits
    }

    /// Phases of the last stage: passes over all its inputs, each for as many outputs.
    pub fn phases(&self) -> usize {
        if self.upsampler { self.scale * self.scale } else { 1 }
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
}
