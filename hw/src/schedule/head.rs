//! Head and long skip: `head_unit`.

use crate::Geometry;
use crate::engine::{fetch_cycles, prefetched, request_delay, settle_cycles};
use std::collections::VecDeque;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Prime,
    Run,
    Flush,
    Settle,
}

/// What the multipliers make for the long skip.
pub(super) struct Issue {
    /// Word of the row and pixel of the word.
    pub word: i64,
    pub pixel: i64,
    /// Group of channels.
    pub group: i64,
}

pub(super) struct Head {
    state: State,
    beat: i64,
    colour: usize,
    part: i64,
    pass: i64,
    word: i64,
    count: i64,
    /// Bytes of the column that is fetched.
    fetched: usize,
    columns_ahead: usize,
    /// Slots on their way to be asked for.
    asks: VecDeque<bool>,
}

impl Head {
    pub(super) fn new(g: &Geometry) -> Self {
        Self {
            state: State::Idle,
            beat: 0,
            colour: 0,
            part: 0,
            pass: 0,
            word: 0,
            count: 0,
            fetched: 0,
            columns_ahead: 0,
            asks: std::iter::repeat_n(false, request_delay(g)).collect(),
        }
    }

    pub(super) fn idle(&self) -> bool {
        self.state == State::Idle
    }

    fn opens_pass(&self) -> bool {
        self.state == State::Run && self.beat == 0 && self.colour == 0 && self.part == 0
    }

    fn issue(&self, g: &Geometry, hold: bool) -> bool {
        let fetched = self.columns_ahead >= g.pixels + 3;
        self.state == State::Run && (!self.opens_pass() || (fetched && !hold))
    }

    /// Whether a slot is asked for in this cycle; called once a cycle.
    pub(super) fn request(&mut self, g: &Geometry, hold: bool) -> bool {
        self.asks.push_back((self.opens_pass() && self.issue(g, hold)) || self.state == State::Flush);
        self.asks.pop_front().expect("one was just put in")
    }

    /// One cycle of a step in which the longer of both rows has so many words.
    pub(super) fn cycle(&mut self, g: &Geometry, words: i64, starts: bool, hold: bool) -> Option<Issue> {
        let (priming, issue) = (self.state == State::Prime, self.issue(g, hold));
        let parts = (g.lanes / g.head_lanes) as i64;
        let (word, pixel, group) = (self.word, self.beat, self.pass * parts + self.part);
        let fetching = matches!(self.state, State::Prime | State::Run) && self.columns_ahead < prefetched(g);
        let last_beat = self.beat == 2 * g.pixels as i64 - 1;
        let completes = self.colour == g.colours - 1;
        if fetching {
            self.fetched += 1;
            if self.fetched == fetch_cycles(g) {
                (self.fetched, self.columns_ahead) = (0, self.columns_ahead + 1);
            }
        }
        if priming || issue {
            self.beat = if last_beat { 0 } else { self.beat + 1 };
        }
        self.count += 1;
        match self.state {
            State::Idle if starts && words > 0 => {
                (self.state, self.word) = (State::Prime, 0);
                (self.fetched, self.columns_ahead) = (0, 0);
            }
            State::Prime if last_beat => self.state = State::Run,
            State::Run if issue && last_beat => {
                self.colour = (self.colour + 1) % g.colours;
                if completes {
                    self.next_group(g, words, parts);
                }
            }
            State::Flush => (self.state, self.count) = (State::Settle, 0),
            State::Settle if self.count == settle_cycles(g) as i64 => self.state = State::Idle,
            _ => {}
        }
        (issue && completes && pixel < g.pixels as i64).then_some(Issue { word, pixel, group })
    }

    fn next_group(&mut self, g: &Geometry, words: i64, parts: i64) {
        self.part += 1;
        if self.part == parts {
            (self.part, self.pass) = (0, self.pass + 1);
        }
        if self.pass == g.passes as i64 {
            (self.pass, self.word) = (0, self.word + 1);
            self.columns_ahead -= g.pixels;
            if self.word >= words {
                self.state = State::Flush;
            }
        }
    }
}
