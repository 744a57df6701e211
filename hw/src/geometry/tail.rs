//! The tail: what it reads, its rounds, and the bytes that it makes.

use super::Geometry;
use crate::engine::beats;
use crate::rtl::index_bits;

impl Geometry {
    /// Bits of a column in a row of the tail's store: the strip, and two columns of the one before.
    pub fn sum_column_bits(&self) -> usize {
        index_bits(self.sum_columns())
    }

    /// Columns of a row of the tail's store.
    pub fn sum_columns(&self) -> usize {
        if self.memory { self.width + 2 } else { self.width }
    }

    /// Beats of one column of a group of what the tail reads.
    pub fn sum_beats(&self) -> usize {
        beats(self.head_lanes * self.sum_bits())
    }

    /// Bits of what the tail reads: a sum of the long skip, or the stream.
    pub fn sum_bits(&self) -> usize {
        self.stream_bits + usize::from(!self.upsampler)
    }

    /// Steps by which the tail lies behind the head, beyond the stages: its rows are whole when a step begins.
    pub fn tail_lag(&self) -> usize {
        self.chains + if self.upsampler { 2 } else { 3 }
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
