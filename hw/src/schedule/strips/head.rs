//! `head_unit`, and the way of a sum to the tail.

use super::steps::Columns;
use super::sums::Sum;
use crate::Geometry;
use crate::engine::head_latency;
use crate::schedule::head::{self, Issue};
use std::collections::VecDeque;

pub(super) struct Head {
    unit: head::Head,
    /// Sums on their way to the tail, one entry a cycle.
    sums: VecDeque<Option<Sum>>,
}

impl Head {
    pub(super) fn new(g: &Geometry) -> Self {
        let sums = std::iter::repeat_with(|| None).take(head_latency(g) + 1).collect();
        Self { unit: head::Head::new(g), sums }
    }

    pub(super) fn idle(&self) -> bool {
        self.unit.idle()
    }

    pub(super) fn request(&mut self, g: &Geometry, hold: bool) -> bool {
        self.unit.request(g, hold)
    }

    /// The sum that the tail's store takes in this cycle.
    pub(super) fn cycle(&mut self, g: &Geometry, starts: bool, hold: bool, columns: &Columns) -> Option<Sum> {
        let words = columns.head_words.max(columns.skip_words);
        let issue = self.unit.cycle(g, words, starts, hold);
        self.sums.push_back(issue.and_then(|issue| sum(g, columns, &issue)));
        self.sums.pop_front().expect("the way has stages")
    }
}

/// The sum of an issue, if it lies in the row and in the picture.
fn sum(g: &Geometry, columns: &Columns, issue: &Issue) -> Option<Sum> {
    let column = columns.skip_column + issue.word * g.pixels as i64 + issue.pixel;
    let last = column - columns.skip_left == g.width as i64 - 1;
    let made = issue.word < columns.skip_words && (0..columns.width).contains(&column);
    made.then_some(Sum { completes: last && issue.group == g.head_groups() as i64 - 1 })
}
