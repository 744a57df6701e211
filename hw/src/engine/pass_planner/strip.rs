//! In strips: which of a stage's columns lie in the picture, and how its passes reach over the edges of the strip.

use super::place::Place;
use super::walk::Walk;
use crate::engine::words::in_words;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, lit};

/// A stage's row and strip.
pub(super) struct Position {
    /// The row lies in the first strip or a later one.
    begun: Expr,
    /// Column at position 0, two's complement.
    left: Expr,
    width: Expr,
    height: Expr,
}

impl Position {
    pub(super) fn new(m: &mut Module, g: &Geometry, here: &Place<Expr>, walk: &Walk, height: &Expr) -> Self {
        let width = m.input("width_i", COORDINATE_BITS);
        let left = here.at.left.as_ref().expect("an engine with strips");
        let mut lag = here.stage.extend(g.step_bits());
        if let Some(chain) = &walk.chain {
            lag = &lag + &chain.0.extend(g.step_bits());
        }
        Self {
            begun: m.wire("row_begun", &lag.lt(&walk.step.0)),
            left: left.clone(),
            width: m.wire("picture_width", &width.extend(COLUMN_BITS)),
            height: height.clone(),
        }
    }

    /// Whether the stage has columns of the picture in its strip.
    pub(super) fn has_columns(&self) -> Expr {
        &self.begun & &self.left.signed().lt(&self.width.signed())
    }

    /// Whether `leave`, in this step, left the last row of the last stage's last strip.
    pub(super) fn is_last_step(&self, m: &mut Module, g: &Geometry, here: &Place<Expr>, end: [&Expr; 3]) -> Expr {
        let [start, leave, stages] = end;
        let next = m.wire("next_position", &self.left.plus(g.width as u64));
        let last_row = &next.signed().ge(&self.width.signed()) & &here.at.row.plus(1).eq(&self.height);
        let ends = &(&last_row & &here.stage.eq(stages)) & &(&self.begun & leave);
        let ends = m.wire("last_row_left", &ends);
        let (seen_q, seen) = m.state("last_row_seen", 1, 0);
        m.comb(|s| {
            s.set(&seen, &(&seen_q | &ends));
            s.when(start, |s| s.set(&seen, &lit(0, 1)));
        });
        m.wire("last_step", &(&seen_q | &ends))
    }

    /// The pass that is offered, one cycle after the offer: its first word and column, its words but one, whether the
    /// first window needs the word before it, and whether it takes columns from the strip before and leaves some for
    /// the next.
    pub(super) fn describe(&self, m: &mut Module, g: &Geometry, here: &Place<Expr>, offering: &Expr) {
        let left = &self.left;
        let first = m.wire("in_first_strip", &left.bit(COLUMN_BITS - 1));
        let none = lit(0, COLUMN_BITS);
        let column = if g.pixels == 1 { none.clone() } else { &none - &here.skew.extend(COLUMN_BITS) };
        let column = choose(&first, &column, left);
        let word = m.wire("first_word", &choose(&first, &here.word, &lit(0, g.word_bits())));
        let reach = m.wire("reach", &(&self.width - left).minus(1));
        let end = lit(g.width as u64 - 1, COLUMN_BITS);
        let spills = m.wire("reaches_next_strip", &end.lt(&reach));
        let last = m.wire("last_position", &choose(&spills, &end, &reach));
        let ends = in_words(m, g, "last_position", &last, g.word_bits());
        let slots = &ends.word - &word;
        if let Some(place) = &ends.place {
            m.drops("last_position", place);
        }
        let high = g.place_bits() + g.word_bits();
        m.drops("last_position_high", &last.slice(high, COLUMN_BITS - high));
        let primes = &first & &here.skew.is(0);
        let restores = m.wire("takes_edge", &(offering & &!&first));
        let has_next = here.at.row.plus(1).ne(&self.height);
        for (name, value) in [
            ("word", &word),
            ("column", &column),
            ("slots", &slots),
            ("primes", &primes),
            ("restores", &restores),
            ("spills", &spills),
            ("has_next_row", &has_next),
        ] {
            let q = m.delay(&format!("{name}_q"), value);
            m.output(&format!("{name}_o"), &q);
        }
        m.output("offers_o", offering);
    }
}
