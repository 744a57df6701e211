//! `strip_counter`.

use super::{Sizes, rows::Rows};
use crate::Geometry;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Wait,
    Start,
    Run,
    Idle,
}

/// What the rows of head, long skip and tail have in a step.
#[derive(Clone, Copy, Default)]
pub(super) struct Columns {
    /// Width of the picture.
    pub width: i64,
    pub head_words: i64,
    pub skip_words: i64,
    /// Column of the long skip's first word.
    pub skip_column: i64,
    /// Column at position 0 of the long skip's row.
    pub skip_left: i64,
    pub saves: bool,
    pub restores: bool,
    /// Columns of the tail's row, 0 where there is none.
    pub tail: i64,
}

#[derive(Default)]
pub(super) struct Steps {
    state: State,
    pub step: i64,
    /// As of the last cycle.
    pub columns: Columns,
}

/// Rows between the head and the long skip.
fn lag(g: &Geometry, sizes: &Sizes) -> i64 {
    sizes.frame.stages + g.chains as i64 + 1
}

impl Steps {
    pub(super) fn starts(&self) -> bool {
        self.state == State::Start
    }

    pub(super) fn running(&self) -> bool {
        self.state == State::Run
    }

    fn ready(&self, received: i64, all: bool) -> bool {
        all || received >= self.step + 2
    }

    pub(super) fn waits(&self, rows: &Rows, _: &Sizes) -> bool {
        self.state == State::Wait && !self.ready(rows.received(), rows.all_received())
    }

    pub(super) fn oldest(&self, g: &Geometry, sizes: &Sizes) -> i64 {
        (self.step - lag(g, sizes) - 1).max(0)
    }

    fn measure(&self, g: &Geometry, sizes: &Sizes) -> Columns {
        let (frame, pixels, width) = (sizes.frame, g.pixels as i64, sizes.strip);
        let words = |columns: i64| (columns.min(width) + pixels - 1) / pixels;
        let (_, head) = sizes.place(self.step);
        let lag = lag(g, sizes);
        let skip_runs = self.step >= lag;
        let (_, skip) = sizes.place(self.step - lag);
        let left = skip - frame.stages;
        let first = skip == 0;
        let first_word = if first { frame.stages / pixels } else { 0 };
        let skip_active = skip_runs && left < frame.width;
        let tail_runs = self.step >= lag + 2;
        let (_, tail) = sizes.place(self.step - lag - 2);
        let tail_left = tail - frame.stages - 1;
        let from = tail_left.max(0);
        Columns {
            width: frame.width,
            head_words: if head < frame.width { words(frame.width - head) } else { 0 },
            skip_words: if skip_active { words(frame.width - left) - first_word } else { 0 },
            skip_column: if first { -(frame.stages % pixels) } else { left },
            skip_left: left,
            saves: skip_runs && left - 1 + width < frame.width,
            restores: skip_runs && !first && left - 1 < frame.width,
            tail: if tail_runs && from < frame.width { frame.width.min(tail_left + width) - from } else { 0 },
        }
    }

    pub(super) fn cycle(&mut self, g: &Geometry, sizes: &Sizes, done: bool, received: i64, all: bool) {
        self.columns = self.measure(g, sizes);
        let last = self.step == sizes.rows - 1 + lag(g, sizes) + 2;
        self.state = match self.state {
            State::Wait if self.ready(received, all) => State::Start,
            State::Start => State::Run,
            State::Run if done => {
                self.step += 1;
                if last { State::Idle } else { State::Wait }
            }
            state => state,
        };
    }
}
