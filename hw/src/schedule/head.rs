//! Head and long skip: `head_unit`.

use super::Frame;
use crate::Geometry;
use crate::engine::{FETCH_CYCLES, drain_cycles};

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
    count: i64,
    pass: i64,
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

    pub(super) fn cycle(&mut self, g: &Geometry, f: Frame, starts: bool, hold: bool, head: bool, skip: bool) {
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
                if starts && (head || skip) {
                    self.to(State::Fetch);
                    self.pixel = -1;
                }
            }
            State::Fetch if ends(FETCH_CYCLES as i64) => {
                if self.pixel < 0 {
                    self.to(State::Fetch);
                    self.pixel = 0;
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
            State::Slots if ends(g.pixels as i64) => self.next_pass(g, f),
            State::Settle if ends(settle) => self.to(State::Idle),
            _ => {}
        }
    }

    fn next_pass(&mut self, g: &Geometry, f: Frame) {
        self.count = 0;
        self.pass += 1;
        if self.pass == g.passes as i64 {
            let last = self.pixel - f.stages % g.pixels as i64 + 1 >= f.width;
            self.pixel += 1;
            self.to(if last { State::Settle } else { State::Fetch });
        }
    }
}
