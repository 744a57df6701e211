//! `spill_saver` and `spill_fetch`.

use crate::Geometry;
use crate::engine::{BURST, FETCHED, READ_SIGNS};
use std::collections::VecDeque;

/// What the last slot of a pass leaves.
#[derive(Clone, Copy)]
pub(super) struct Left {
    pub first_pass: bool,
    pub top: bool,
    pub bottom: bool,
}

pub(super) struct Saver {
    size: i64,
    /// What is on its way to the saver's registers, one entry a cycle.
    late: VecDeque<Option<Left>>,
    left: i64,
    offset: i64,
}

impl Saver {
    pub(super) fn new(g: &Geometry, size: i64) -> Self {
        // The slot's registers, the way to the window, and that of the stream.
        let late = 1 + READ_SIGNS + g.stream_lag();
        Self { size, late: std::iter::repeat_n(None, late).collect(), left: 0, offset: 0 }
    }

    /// The address of the beat that is pushed in this cycle.
    pub(super) fn cycle(&mut self, g: &Geometry, leaves: Option<Left>) -> Option<i64> {
        let pushed = (self.left > 0).then_some(self.offset);
        if pushed.is_some() {
            self.left -= 1;
            self.offset = (self.offset + 1) % self.size;
        }
        self.late.push_back(leaves);
        if let Some(left) = self.late.pop_front().flatten() {
            let (signs, stream) = g.spill_beats();
            let rows = i64::from(left.first_pass && left.top) + i64::from(left.first_pass && !left.bottom);
            self.left = rows * signs as i64 + stream as i64;
        }
        pushed
    }
}

pub(super) struct Fetch {
    size: i64,
    offset: i64,
    available: i64,
    reserved: i64,
    level: i64,
}

impl Fetch {
    pub(super) fn new(size: i64) -> Self {
        Self { size, offset: 0, available: 0, reserved: 0, level: 0 }
    }

    pub(super) fn any(&self) -> bool {
        self.level > 0
    }

    /// Beats of the burst that is asked for.
    pub(super) fn request(&self) -> Option<i64> {
        let to_boundary = BURST as i64 - self.offset % BURST as i64;
        let beats = to_boundary.min(self.available);
        let room = self.reserved <= (FETCHED - BURST) as i64;
        let wants = self.available > 0 && room && (beats == to_boundary || self.reserved == 0);
        wants.then_some(beats)
    }

    pub(super) fn cycle(&mut self, pop: bool, granted: bool, valid: bool, written: i64) {
        let taken = if granted { self.request().expect("granted what was asked for") } else { 0 };
        self.offset = (self.offset + taken) % self.size;
        self.available += written - taken;
        self.reserved += taken - i64::from(pop);
        self.level += i64::from(valid) - i64::from(pop);
    }
}
