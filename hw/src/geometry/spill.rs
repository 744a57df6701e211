//! What a pass leaves in memory for the next strip.

use super::{FACTOR_BITS, Geometry};
use crate::engine::beats;

impl Geometry {
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
}
