//! `sum_saver` and `sum_restorer`.

use crate::Geometry;

/// A sum that the long skip hands to the tail.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    /// It is the last of what the next strip reads.
    pub completes: bool,
}

pub(super) struct SumSaver {
    size: i64,
    left: i64,
    offset: i64,
}

impl SumSaver {
    pub(super) fn new(size: i64) -> Self {
        Self { size, left: 0, offset: 0 }
    }

    pub(super) fn idle(&self) -> bool {
        self.left == 0
    }

    /// The address of the beat that is pushed in this cycle.
    pub(super) fn cycle(&mut self, g: &Geometry, sum: Option<Sum>, room: bool) -> Option<i64> {
        let pushed = (self.left > 0 && room).then_some(self.offset);
        if pushed.is_some() {
            self.left -= 1;
            self.offset = (self.offset + 1) % self.size;
        }
        if sum.is_some_and(|sum| sum.completes) {
            self.left = (2 * g.head_groups() * g.sum_beats()) as i64;
        }
        pushed
    }
}

#[derive(Default)]
pub(super) struct Restorer {
    /// Words to go.
    words: i64,
    turn: i64,
    writing: bool,
}

impl Restorer {
    pub(super) fn idle(&self) -> bool {
        self.words == 0
    }

    /// True if a beat is taken; `busy` while the long skip writes.
    pub(super) fn cycle(&mut self, g: &Geometry, any: bool, starts: bool, busy: bool) -> bool {
        let takes = self.words > 0 && !self.writing && any;
        if takes {
            self.turn += 1;
            self.writing = self.turn == g.sum_beats() as i64;
        } else if self.writing && !busy {
            (self.writing, self.turn, self.words) = (false, 0, self.words - 1);
        }
        if starts {
            (self.words, self.turn, self.writing) = (2 * g.head_groups() as i64, 0, false);
        }
        takes
    }
}
