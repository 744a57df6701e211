//! Tail, line buffer and output: `tail_unit`, `line_buffer`, `output_register`.

use super::Frame;
use crate::Geometry;
use crate::engine::{BUFFERED_ROWS, tail_latency};
use std::collections::VecDeque;

pub(super) struct Tail {
    run: bool,
    pair: i64,
    round: i64,
    /// Whether a row's last round was issued, one entry a cycle until its last byte is written.
    pipeline: VecDeque<bool>,
    under_way: i64,
    complete: i64,
    sending: bool,
    /// Byte of the row that is sent.
    place: i64,
    full: bool,
    /// Output beats so far.
    pub beats: i64,
}

impl Tail {
    pub(super) fn new(g: &Geometry) -> Self {
        Self {
            run: false,
            pair: 0,
            round: 0,
            pipeline: std::iter::repeat_n(false, tail_latency(g)).collect(),
            under_way: 0,
            complete: 0,
            sending: false,
            place: 0,
            full: false,
            beats: 0,
        }
    }

    pub(super) fn idle(&self) -> bool {
        !self.run
    }

    pub(super) fn cycle(&mut self, g: &Geometry, f: Frame, starts: bool) {
        let room = self.under_way < BUFFERED_ROWS as i64;
        let row_begins = self.run && self.pair == 0 && self.round == 0;
        let advance = self.run && (!row_begins || room);
        let pairs = (f.width + 1) / 2;
        let row_ends = self.run && self.pair == pairs && self.round == g.tail_rounds() as i64 - 1;
        let done = self.pipeline.pop_front().expect("the pipeline has stages");
        self.pipeline.push_back(row_ends);
        let leaves = self.sending && self.place == f.width * g.tail_outputs() as i64 - 1;
        self.beats += i64::from(self.full);
        self.full = self.sending;
        if self.sending {
            self.place = if leaves { 0 } else { self.place + 1 };
        }
        self.sending = if self.sending { !leaves } else { self.complete > 0 };
        self.under_way += i64::from(row_begins && room) - i64::from(leaves);
        self.complete += i64::from(done) - i64::from(leaves);
        if advance {
            self.next_round(g, pairs);
        }
        if starts {
            (self.run, self.pair) = (true, 0);
        }
    }

    fn next_round(&mut self, g: &Geometry, pairs: i64) {
        self.round += 1;
        if self.round == g.pair_cycles() as i64 {
            (self.round, self.pair) = (0, self.pair + 1);
            self.run = self.pair <= pairs;
        }
    }
}
