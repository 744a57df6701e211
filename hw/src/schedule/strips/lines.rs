//! `line_writer`.

use super::Sizes;
use crate::Geometry;

pub(super) struct Lines {
    stride: i64,
    open: bool,
    measured: bool,
    settled: bool,
    /// Row of all strips.
    row: i64,
    line: i64,
    column: i64,
    /// The beat that is pushed in the next cycle: its address and whether its line ends.
    push: Option<(i64, bool)>,
}

impl Lines {
    pub(super) fn new(stride: i64) -> Self {
        Self { stride, open: true, measured: false, settled: false, row: 0, line: 0, column: 0, push: None }
    }

    pub(super) fn ended(&self) -> bool {
        !self.open
    }

    pub(super) fn pushing(&self) -> bool {
        self.push.is_some()
    }

    /// Whether a byte would be taken.
    pub(super) fn takes(&self, room: bool) -> bool {
        room && self.open && self.settled
    }

    /// The beat that is pushed in this cycle. `byte`: one is taken.
    pub(super) fn cycle(&mut self, g: &Geometry, sizes: &Sizes, byte: bool) -> Option<(i64, bool)> {
        let pushed = self.push.take();
        let (scale, bytes) = (g.scale as i64, g.line_outputs() as i64);
        let (row, base) = sizes.place(self.row);
        let left = base - sizes.frame.stages - 1;
        let first = left.max(0) * bytes;
        let end = sizes.frame.width.min(left + sizes.strip) * bytes;
        if !self.settled {
            self.column = first;
        }
        (self.measured, self.settled) = (self.open, self.open && self.measured);
        if byte {
            let ends = self.column + 1 == end;
            if ends || self.column % 8 == 7 {
                self.push = Some(((row * scale + self.line) * self.stride + self.column / 8, ends));
            }
            self.column += 1;
            if ends {
                (self.column, self.line) = (first, self.line + 1);
            }
            if ends && self.line == scale {
                (self.line, self.row) = (0, self.row + 1);
                if row + 1 == sizes.frame.height {
                    (self.measured, self.settled) = (false, false);
                    self.open = self.row < sizes.rows;
                }
            }
        }
        pushed
    }
}
