//! The two rows of a step, the head's and the long skip's: which of their words and columns there are.

use super::control::Place;
use crate::engine::step_counter::STEP_BITS;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, index_bits, lit, value_bits};

/// What the controller's place means in both rows.
pub(super) struct Rows {
    /// Column of the first pixel of the row's first word, two's complement; none is column 0.
    pub head_first: Option<Expr>,
    pub skip_first: Option<Expr>,
    /// Column of the first pixel of the head's word at hand.
    pub head_column: Expr,
    /// Whether the long skip's word at hand belongs to its row.
    pub skip_active: Expr,
    /// Whether the head writes the word at hand.
    pub head_writes: Expr,
    pub first_skip_word: Expr,
    /// The word at hand is the last of both rows.
    pub last_word: Expr,
    /// There is a word at all.
    pub any: Expr,
}

/// Whole rows of a picture; the long skip's lie where the last stage left them, a few pixels to the left.
pub(super) fn whole(m: &mut Module, g: &Geometry, p: &Place, width: &Expr) -> Rows {
    let head_active = m.input("head_active_i", 1);
    let skip_active = m.input("skip_active_i", 1);
    let skew = (g.pixels > 1).then(|| m.input("last_skew_i", index_bits(g.pixels)).extend(STEP_BITS));
    let first_skip_word = m.input("last_word_i", g.word_bits());
    let next = m.wire("next_word_column", &p.position.0.plus(g.pixels as u64));
    let next = skew.as_ref().map_or_else(|| next.clone(), |skew| &next - skew);
    let head_column = p.position.0.slice(0, COORDINATE_BITS);
    Rows {
        head_first: None,
        skip_first: skew.map(|skew| m.wire("skip_first", &(&lit(0, STEP_BITS) - &skew))),
        head_writes: m.wire("head_writes", &(&head_active & &head_column.lt(width))),
        head_column,
        any: &head_active | &skip_active,
        skip_active,
        first_skip_word,
        last_word: m.wire("last_word", &next.ge(&width.extend(STEP_BITS))),
    }
}

/// The parts of both rows that lie in their strips; each row may be in a strip of its own.
pub(super) fn of_strip(m: &mut Module, g: &Geometry, p: &Place) -> Rows {
    let counts = value_bits(g.words);
    let mut row = |name: &str| {
        let column = m.input(&format!("{name}_column_i"), COLUMN_BITS);
        (column, m.input(&format!("{name}_words_i"), counts))
    };
    let (head, skip) = (row("head"), row("skip"));
    let first_skip_word = m.input("skip_word_i", g.word_bits());
    let word = m.wire("word_at_hand", &p.word.0.extend(counts));
    let next = m.wire("next_word", &word.plus(1));
    Rows {
        head_column: m.wire("head_word_column", &(&head.0 + &p.position.0)),
        head_first: Some(head.0),
        skip_first: Some(skip.0),
        head_writes: m.wire("head_writes", &word.lt(&head.1)),
        skip_active: m.wire("skip_active", &word.lt(&skip.1)),
        first_skip_word,
        last_word: m.wire("last_word", &(&next.ge(&head.1) & &next.ge(&skip.1))),
        any: &head.1.any() | &skip.1.any(),
    }
}
