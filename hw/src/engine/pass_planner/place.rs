//! Where a chain is: a stage, its row, and what follows from them.

use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, Scope, choose, index_bits, lit};

/// A register: present and next value.
pub(super) type State = (Expr, Expr);

/// A row of a stage.
#[derive(Clone)]
pub(super) struct Row<T> {
    /// Row in the picture; without strips two's complement, and before the first below 0.
    pub row: T,
    /// Row of all strips mod 3.
    pub ring: T,
    /// First word of the row's slot and pass in the stream store.
    pub base: T,
    /// In strips, the column at position 0, two's complement.
    pub left: Option<T>,
}

/// A stage's place in a step.
#[derive(Clone)]
pub(super) struct Place<T> {
    pub stage: T,
    pub at: Row<T>,
    /// First word of the boundary that the stage reads in the sign store.
    pub boundary: T,
    /// Record of the pass's first lane.
    pub record: T,
    /// Word of the row that holds column 0 at this stage, in the first strip.
    pub word: T,
    /// `stage mod G`.
    pub skew: T,
}

impl<T> Row<T> {
    fn map<U>(&self, f: &mut impl FnMut(&'static str, &T) -> U) -> Row<U> {
        Row {
            row: f("row", &self.row),
            ring: f("ring", &self.ring),
            base: f("base", &self.base),
            left: self.left.as_ref().map(|left| f("left", left)),
        }
    }

    pub(super) fn fields(&self) -> Vec<&T> {
        [&self.row, &self.ring, &self.base].into_iter().chain(&self.left).collect()
    }
}

impl Row<usize> {
    fn widths(g: &Geometry) -> Self {
        let row = if g.memory { COORDINATE_BITS } else { g.step_bits() };
        Self { row, ring: index_bits(3), base: g.stream_address_bits(), left: g.memory.then_some(COLUMN_BITS) }
    }
}

impl Row<State> {
    pub(super) fn declare(m: &mut Module, g: &Geometry, prefix: &str) -> Self {
        Row::widths(g).map(&mut |name, bits| m.state(&format!("{prefix}{name}"), *bits, 0))
    }
}

impl<T> Place<T> {
    /// The fields that do not change from row to row.
    pub(super) const FIXED: [&'static str; 5] = ["stage", "boundary", "record", "word", "skew"];

    pub(super) fn fixed(&self) -> [&T; 5] {
        [&self.stage, &self.boundary, &self.record, &self.word, &self.skew]
    }

    pub(super) fn fields(&self) -> Vec<&T> {
        self.fixed().into_iter().chain(self.at.fields()).collect()
    }

    /// In the order of [`Self::fields`].
    pub(super) fn map<U>(&self, mut f: impl FnMut(&'static str, &T) -> U) -> Place<U> {
        Place {
            stage: f("stage", &self.stage),
            boundary: f("boundary", &self.boundary),
            record: f("record", &self.record),
            word: f("word", &self.word),
            skew: f("skew", &self.skew),
            at: self.at.map(&mut f),
        }
    }
}

impl Place<usize> {
    pub(super) fn widths(g: &Geometry) -> Self {
        Self {
            stage: 8,
            at: Row::widths(g),
            boundary: g.sign_address_bits(),
            record: g.lane_record_bits(),
            word: g.word_bits(),
            skew: index_bits(g.pixels),
        }
    }
}

impl Place<State> {
    pub(super) fn declare(m: &mut Module, g: &Geometry, prefix: &str) -> Self {
        Place::widths(g)
            .map(|name, bits| m.state(&format!("{prefix}{name}"), *bits, if name == "stage" { 1 } else { 0 }))
    }
}

/// Words of a row of the stream store, and the first word of its last row.
fn stream_rows(g: &Geometry) -> (u64, u64) {
    let row_words = (g.passes * g.words) as u64;
    (row_words, (g.stream_rows as u64 - 1) * row_words)
}

/// The row that follows, that of the next strip after the last.
pub(super) fn next_row(g: &Geometry, height: &Expr, at: &Row<State>) -> Row<Expr> {
    let (row_words, top) = stream_rows(g);
    let (ring, base) = (after(&at.ring.0, 2, 1), after(&at.base.0, top, row_words));
    let Some(left) = &at.left else { return Row { row: at.row.0.plus(1), ring, base, left: None } };
    let last = at.row.0.plus(1).eq(height);
    Row {
        row: choose(&last, &lit(0, COORDINATE_BITS), &at.row.0.plus(1)),
        ring,
        base,
        left: Some(choose(&last, &left.0.plus(g.width as u64), &left.0)),
    }
}

/// The row before, that of the strip before after the first.
pub(super) fn previous_row(g: &Geometry, height: &Expr, at: &Row<Expr>) -> Row<Expr> {
    let (row_words, top) = stream_rows(g);
    let ring = choose(&at.ring.is(0), &lit(2, at.ring.width()), &at.ring.minus(1));
    let base = choose(&at.base.is(0), &lit(top, at.base.width()), &at.base.minus(row_words));
    let Some(left) = &at.left else { return Row { row: at.row.minus(1), ring, base, left: None } };
    let first = at.row.is(0);
    Row {
        row: choose(&first, &height.minus(1), &at.row.minus(1)),
        ring,
        base,
        left: Some(choose(&first, &left.minus(g.width as u64), left)),
    }
}

/// Stage 1 before the first step: row -2.
pub(super) fn first_place(m: &mut Module, g: &Geometry, height: &Expr) -> Place<Expr> {
    let (row_words, _) = stream_rows(g);
    let base = lit((g.stream_rows as u64 - 2) * row_words, g.stream_address_bits());
    let at = if g.memory {
        let single = m.wire("one_row", &height.is(1));
        let strips = |count: u64| lit((1 << COLUMN_BITS) - count * g.width as u64 - 1, COLUMN_BITS);
        Row {
            row: choose(&single, &lit(0, COORDINATE_BITS), &height.minus(2)),
            ring: lit(1, 2),
            base,
            left: Some(choose(&single, &strips(2), &strips(1))),
        }
    } else {
        Row { row: lit((1 << g.step_bits()) - 2, g.step_bits()), ring: lit(1, 2), base, left: None }
    };
    Place {
        stage: lit(1, 8),
        at,
        boundary: lit(0, g.sign_address_bits()),
        record: lit(0, g.lane_record_bits()),
        word: lit(((1 / g.pixels) % g.words) as u64, g.word_bits()),
        skew: lit(1 % g.pixels as u64, index_bits(g.pixels)),
    }
}

/// `q + step`, from `top` back to 0.
pub(super) fn after(q: &Expr, top: u64, step: u64) -> Expr {
    choose(&q.is(top), &lit(0, q.width()), &q.plus(step))
}

/// `pass * words`.
pub(super) fn pass_offset(g: &Geometry, pass: &Expr) -> Expr {
    let bits = g.stream_address_bits();
    let at = |k: usize| lit((k * g.words) as u64, bits);
    (1..g.passes).fold(at(0), |sum, k| choose(&pass.is(k as u64), &at(k), &sum))
}

pub(super) fn assign(s: &mut Scope, place: &Place<State>, value: &Place<Expr>) {
    for (register, value) in place.fields().into_iter().zip(value.fields()) {
        s.set(&register.1, value);
    }
}

pub(super) fn assign_row(s: &mut Scope, row: &Row<State>, value: &Row<Expr>) {
    for (register, value) in row.fields().into_iter().zip(value.fields()) {
        s.set(&register.1, value);
    }
}
