//! `head_unit`, and the way of a sum to the tail.

use super::steps::Columns;
use super::sums::Sum;
use crate::Geometry;
use crate::engine::{FETCH_CYCLES, SUM_ARRIVES, drain_cycles};
use std::collections::VecDeque;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Fetch,
    Skip,
    Head,
    Drain,
    Slots,
    Settle,
}

#[derive(Default)]
pub(super) struct Head {
    state: State,
    pixel: i64,
    word: i64,
    count: i64,
    pass: i64,
    /// Words on their way to the tail: when, the pass and the first column.
    sums: VecDeque<(u64, i64, i64)>,
    now: u64,
}

impl Head {
    pub(super) fn idle(&self) -> bool {
        self.state == State::Idle
    }

    pub(super) fn request(&self, hold: bool) -> bool {
        self.state == State::Slots && self.count == 0 && !hold
    }

    fn to(&mut self, state: State) {
        (self.state, self.count) = (state, 0);
    }

    fn after_pixel(&mut self, g: &Geometry) {
        let pixels = g.pixels as i64;
        if self.pixel % pixels == pixels - 1 {
            self.to(State::Drain);
        } else {
            self.to(State::Fetch);
            self.pixel += 1;
        }
    }

    /// The sum that the tail's store takes in this cycle, if it lies in the picture.
    pub(super) fn cycle(&mut self, g: &Geometry, starts: bool, hold: bool, columns: &Columns) -> Option<Sum> {
        let sum = self.arriving(g, columns);
        let (head, skip) = (self.word < columns.head_words, self.word < columns.skip_words);
        if self.request(hold) && skip {
            let column = columns.skip_column + self.pixel / g.pixels as i64 * g.pixels as i64;
            self.sums.push_back((self.now + SUM_ARRIVES as u64 + g.stream_lag() as u64, self.pass, column));
        }
        self.now += 1;
        let groups = (g.channels / g.head_lanes) as i64;
        let settle = (g.write_back() + g.pixels + 4) as i64;
        let (after_head, after_skip) = drain_cycles(g);
        let drain = if head { after_head } else { after_skip };
        let now = self.count;
        self.count += 1;
        let ends = |cycles: i64| now == cycles - 1;
        match self.state {
            State::Idle => {
                self.count = 0;
                if starts && (columns.head_words > 0 || columns.skip_words > 0) {
                    self.to(State::Fetch);
                    (self.pixel, self.word) = (-2, 0);
                }
            }
            State::Fetch if ends(FETCH_CYCLES as i64) => {
                if self.pixel < 0 {
                    self.to(State::Fetch);
                    self.pixel += 1;
                } else {
                    self.to(if skip { State::Skip } else { State::Head });
                }
            }
            State::Skip if ends(groups) && head => self.to(State::Head),
            State::Skip | State::Head if ends(groups) => self.after_pixel(g),
            State::Drain if ends(drain as i64) => {
                self.to(State::Slots);
                self.pass = 0;
            }
            State::Slots if now == 0 && hold => self.count = 0,
            State::Slots if ends(g.pixels as i64) => self.next_pass(g, columns),
            State::Settle if ends(settle) => self.to(State::Idle),
            _ => {}
        }
        sum
    }

    fn next_pass(&mut self, g: &Geometry, columns: &Columns) {
        self.count = 0;
        self.pass += 1;
        if self.pass == g.passes as i64 {
            let last = self.word + 1 >= columns.head_words.max(columns.skip_words);
            self.pixel += 1;
            self.word += 1;
            self.to(if last { State::Settle } else { State::Fetch });
        }
    }

    fn arriving(&mut self, g: &Geometry, columns: &Columns) -> Option<Sum> {
        let (at, pass, column) = *self.sums.front()?;
        let turn = self.now.checked_sub(at)? as i64;
        if turn == g.pixels as i64 - 1 {
            self.sums.pop_front();
        }
        let column = column + turn;
        let last = column - columns.skip_left == g.width as i64 - 1;
        (0..columns.width).contains(&column).then_some(Sum { completes: last && pass == g.passes as i64 - 1 })
    }
}
