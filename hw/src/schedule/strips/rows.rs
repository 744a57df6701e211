//! `row_reader`.

use super::Sizes;
use crate::Geometry;
use crate::engine::BURST;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Measure,
    Ask,
    Take,
}

pub(super) struct Rows {
    stride: i64,
    state: State,
    received: i64,
    asked: i64,
    taken: i64,
}

impl Rows {
    pub(super) fn new(stride: i64) -> Self {
        Self { stride, state: State::Measure, received: 0, asked: 0, taken: 0 }
    }

    pub(super) fn received(&self) -> i64 {
        self.received
    }

    pub(super) fn all_received(&self) -> bool {
        self.state == State::Idle
    }

    /// First beat in memory and beats of the row that is read.
    fn extent(&self, g: &Geometry, sizes: &Sizes) -> (i64, i64) {
        let (row, base) = sizes.place(self.received);
        let colours = g.colours as i64;
        let origin = if base == 0 { 0 } else { colours * (base - sizes.frame.stages - 2) / 8 * 8 };
        let end = colours * sizes.frame.width.min(base + sizes.strip + 1);
        (row * self.stride + origin / 8, (end - origin + 7) / 8)
    }

    /// Beats of the burst that is asked for.
    pub(super) fn request(&self, g: &Geometry, sizes: &Sizes) -> Option<i64> {
        let (from, beats) = self.extent(g, sizes);
        let to_boundary = BURST as i64 - (from + self.asked) % BURST as i64;
        (self.state == State::Ask).then(|| to_boundary.min(beats - self.asked))
    }

    pub(super) fn cycle(&mut self, g: &Geometry, sizes: &Sizes, oldest: i64, granted: bool, valid: bool) {
        let beats = self.extent(g, sizes).1;
        let complete = self.state == State::Take && self.taken == beats;
        let asks = self.request(g, sizes);
        self.taken += i64::from(valid);
        if self.state == State::Measure && self.received - oldest < g.input_rows as i64 {
            self.state = State::Ask;
        }
        if granted {
            self.asked += asks.expect("granted what was asked for");
            if self.asked == beats {
                self.state = State::Take;
            }
        }
        if complete {
            self.received += 1;
            (self.asked, self.taken) = (0, 0);
            self.state = if self.received == sizes.rows { State::Idle } else { State::Measure };
        }
    }
}
