//! `tail_unit` and `line_buffer`.

use super::steps::Columns;
use crate::Geometry;
use crate::engine::{BUFFERED_ROWS, tail_latency};
use std::collections::VecDeque;

pub(super) struct Tail {
    run: bool,
    pair: i64,
    round: i64,
    /// Whether a row's last round was issued, one entry a cycle until its last byte is written.
    pipeline: VecDeque<bool>,
    /// Bytes of the rows that are under way.
    under_way: VecDeque<i64>,
    complete: i64,
    sending: bool,
    /// Byte of the row that is sent.
    place: i64,
}

impl Tail {
    pub(super) fn new(g: &Geometry) -> Self {
        let pipeline = std::iter::repeat_n(false, tail_latency(g)).collect();
        Self {
            run: false,
            pair: 0,
            round: 0,
            pipeline,
            under_way: VecDeque::new(),
            complete: 0,
            sending: false,
            place: 0,
        }
    }

    pub(super) fn idle(&self) -> bool {
        !self.run
    }

    pub(super) fn offers(&self) -> bool {
        self.sending
    }

    /// True if a byte goes to the lines.
    pub(super) fn cycle(&mut self, g: &Geometry, columns: &Columns, starts: bool, taken: bool) -> bool {
        let room = self.under_way.len() < BUFFERED_ROWS as usize;
        let row_begins = self.run && self.pair == 0 && self.round == 0;
        let advance = self.run && (!row_begins || room);
        let pairs = (columns.tail + 1) / 2;
        let row_ends = self.run && self.pair == pairs && self.round == g.tail_rounds() as i64 - 1;
        let done = self.pipeline.pop_front().expect("the pipeline has stages");
        self.pipeline.push_back(row_ends);
        let sent = self.sending && taken;
        let leaves = sent && self.under_way.front().is_some_and(|bytes| self.place == bytes - 1);
        if sent {
            self.place = if leaves { 0 } else { self.place + 1 };
        }
        self.sending = if self.sending { !leaves } else { self.complete > 0 };
        if leaves {
            self.under_way.pop_front();
        }
        if row_begins && room {
            self.under_way.push_back(columns.tail * g.tail_outputs() as i64);
        }
        self.complete += i64::from(done) - i64::from(leaves);
        if advance {
            self.next_round(g, pairs);
        }
        if starts && columns.tail > 0 {
            (self.run, self.pair) = (true, 0);
        }
        sent
    }

    fn next_round(&mut self, g: &Geometry, pairs: i64) {
        self.round += 1;
        if self.round == g.pair_cycles() as i64 {
            (self.round, self.pair) = (0, self.pair + 1);
            self.run = self.pair <= pairs;
        }
    }
}
