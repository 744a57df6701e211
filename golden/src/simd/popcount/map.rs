//! The maps of a run.

use super::{
    GROUPS, LANES, STEP,
    lanes::{Lanes16, Line},
};

/// Signs of the two halves of a pixel's channels.
pub(super) type Word = [i32; 2];
/// Values of a pixel.
pub(super) type Pixel = [Lanes16; GROUPS];

/// A pixel of zeros.
pub(super) const ZERO: Pixel = [Line([0; LANES]); GROUPS];

/// Size of the picture and of the maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Size {
    /// Pixels from a row of the stream to the next.
    pub(super) fn pitch(self) -> usize {
        self.width.next_multiple_of(STEP)
    }

    /// Pixels from a row of signs to the next.
    pub(super) fn stride(self) -> usize {
        self.pitch() + 2
    }

    /// Words of a map of signs.
    pub(super) fn words(self) -> usize {
        (self.height + 2) * self.stride()
    }

    /// Border class of a row: which of the rows above and below are missing.
    pub(super) fn row_class(self, y: usize) -> usize {
        usize::from(y == 0) | usize::from(y + 1 == self.height) << 1
    }

    /// Border class of a column: which of the columns to the left and right are missing.
    pub(super) fn column_class(self, x: usize) -> usize {
        usize::from(x == 0) << 2 | usize::from(x + 1 == self.width) << 3
    }
}

/// Stream, signs and the head's output.
#[derive(Debug)]
pub(super) struct Maps {
    pub(super) size: Size,
    pub(super) stream: Vec<Pixel>,
    /// The head's output, where there is a long skip; else empty.
    pub(super) first: Vec<Pixel>,
    pub(super) signs: Vec<Word>,
    pub(super) next: Vec<Word>,
}

impl Maps {
    /// Zeros.
    pub(super) fn new(size: Size, long_skip: bool) -> Self {
        let pixels = size.height * size.pitch();
        Self {
            size,
            stream: vec![ZERO; pixels],
            first: vec![ZERO; if long_skip { pixels } else { 0 }],
            signs: vec![[0; 2]; size.words()],
            next: vec![[0; 2]; size.words()],
        }
    }
}
