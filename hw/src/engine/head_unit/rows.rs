//! The two rows of a step, the head's and the long skip's: which of their words and columns there are.

use super::Place;
use crate::engine::step_counter::STEP_BITS;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, index_bits, lit, value_bits};

/// What the controller's place means in both rows.
pub(super) struct Rows {
    /// Column of the pixel at hand, two's complement.
    pub head_pixel: Expr,
    pub skip_pixel: Expr,
    /// Column of the first pixel of the word at hand.
    pub head_column: Expr,
    pub skip_column: Expr,
    /// Whether the word at hand belongs to the row.
    pub head_active: Expr,
    pub skip_active: Expr,
    /// Whether the head writes the word at hand.
    pub head_writes: Expr,
    pub first_skip_word: Expr,
    /// The word at hand is the last of both rows.
    pub last_word: Expr,
    /// There is a word at all.
    pub any: Expr,
}

/// First pixel of the word that holds `pixel`, in `bits` bits.
fn word_start(g: &Geometry, pixel: &Expr, bits: usize) -> Expr {
    if g.pixels == 1 {
        return pixel.slice(0, bits);
    }
    let low = g.pixels.trailing_zeros() as usize;
    cat(&[pixel.slice(low, bits - low), lit(0, low)])
}

/// Whole rows of a picture; the long skip's lie where the last stage left them, a few pixels to the left.
pub(super) fn whole(m: &mut Module, g: &Geometry, p: &Place, width: &Expr) -> Rows {
    let head_active = m.input("head_active_i", 1);
    let skip_active = m.input("skip_active_i", 1);
    let skew = if g.pixels == 1 { lit(0, 1) } else { m.input("last_skew_i", index_bits(g.pixels)) };
    let first_skip_word = m.input("last_word_i", g.word_bits());
    let behind = |pixel: &Expr| if g.pixels == 1 { pixel.clone() } else { pixel - &skew.extend(STEP_BITS) };
    let skip_pixel = m.wire("skip_pixel", &behind(&p.pixel.0));
    let head_column = m.wire("word_start", &word_start(g, &p.pixel.0, COORDINATE_BITS));
    let skip_column = m.wire("skip_word_column", &behind(&word_start(g, &p.pixel.0, STEP_BITS)));
    let next = skip_pixel.plus(1);
    let end = width.extend(STEP_BITS);
    let last_word = if g.pixels == 1 { next.eq(&end) } else { next.ge(&end) };
    Rows {
        head_pixel: p.pixel.0.clone(),
        skip_pixel,
        head_writes: m.wire("head_writes", &(&head_active & &head_column.lt(width))),
        head_column,
        skip_column,
        any: &head_active | &skip_active,
        head_active,
        skip_active,
        first_skip_word,
        last_word: m.wire("last_pixel", &last_word),
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
    let start = m.wire("word_start", &word_start(g, &p.pixel.0, STEP_BITS));
    let head_active = m.wire("head_active", &word.lt(&head.1));
    Rows {
        head_pixel: m.wire("head_pixel", &(&head.0 + &p.pixel.0)),
        skip_pixel: m.wire("skip_pixel", &(&skip.0 + &p.pixel.0)),
        head_column: m.wire("head_word_column", &(&head.0 + &start)),
        skip_column: m.wire("skip_word_column", &(&skip.0 + &start)),
        head_writes: head_active.clone(),
        head_active,
        skip_active: m.wire("skip_active", &word.lt(&skip.1)),
        first_skip_word,
        last_word: m.wire("last_word", &(&next.ge(&head.1) & &next.ge(&skip.1))),
        any: &head.1.any() | &skip.1.any(),
    }
}
