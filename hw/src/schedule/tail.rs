//! Tail, queue and output: `tail_unit`, `pixel_writer`, `output_register`.

use super::Frame;
use crate::Geometry;
use crate::engine::{QUEUE_GROUPS, tail_latency};
use std::collections::VecDeque;

pub(super) struct Tail {
    run: bool,
    line: i64,
    column: i64,
    tap: i64,
    /// Whether a group's last tap was issued, one entry a cycle of the pipeline.
    pipeline: VecDeque<bool>,
    under_way: i64,
    queued: i64,
    place: i64,
    full: bool,
    /// Output beats so far.
    pub beats: i64,
}

impl Tail {
    pub(super) fn new(g: &Geometry) -> Self {
        Self {
            run: false,
            line: 0,
            column: 0,
            tap: 0,
            pipeline: std::iter::repeat_n(false, tail_latency(g)).collect(),
            under_way: 0,
            queued: 0,
            place: 0,
            full: false,
            beats: 0,
        }
    }

    pub(super) fn idle(&self) -> bool {
        !self.run
    }

    pub(super) fn cycle(&mut self, g: &Geometry, f: Frame, starts: bool) {
        let room = self.under_way < QUEUE_GROUPS as i64;
        let begins = self.run && self.tap == 0 && room;
        let issued = self.run && (self.tap != 0 || room);
        let arrives = self.pipeline.pop_front().expect("the pipeline has stages");
        let sent = self.queued > 0;
        let leaves = sent && self.place == g.scale as i64 - 1;
        self.beats += i64::from(self.full);
        self.full = sent;
        self.under_way += i64::from(begins) - i64::from(leaves);
        self.queued += i64::from(arrives) - i64::from(leaves);
        if sent {
            self.place = if leaves { 0 } else { self.place + 1 };
        }
        let last = issued && self.tap == g.tail_steps() as i64 - 1;
        self.pipeline.push_back(last);
        if issued {
            self.next_tap(g, f, last);
        }
        if starts {
            (self.run, self.line) = (true, 0);
        }
    }

    fn next_tap(&mut self, g: &Geometry, f: Frame, last: bool) {
        self.tap += 1;
        if last {
            (self.tap, self.column) = (0, self.column + 1);
            if self.column == f.width {
                (self.column, self.line) = (0, self.line + 1);
                self.run = self.line < g.scale as i64;
            }
        }
    }
}
