//! Passes over whole rows of the picture.

use super::{Extent, Moves};
use crate::engine::words::in_words;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, index_bits, lit};

/// How far a pass over a row of `width` pixels reaches; `passes` are the number of the offered pass and of that which
/// runs.
pub(super) fn extent(m: &mut Module, g: &Geometry, moves: &Moves, passes: [&Expr; 2], width: &Expr) -> Extent {
    let [offered, running] = passes;
    let skew = m.input("skew_i", index_bits(g.pixels));
    let span = m.wire("span", &width.minus(1));
    let spanned = in_words(m, g, "span", &span, COORDINATE_BITS - g.place_bits());
    let reads_on = reads_on(m, g, running, &skew, spanned.place.as_ref());
    let merged = m.wire("merged", &(&moves.finishing & &reads_on));
    let (primed_q, primed) = m.state("primed", 1, 0);
    m.comb(|s| {
        s.set(&primed, &primed_q);
        s.when(&moves.finishing, |s| s.set(&primed, &reads_on));
        s.when(&moves.accept, |s| s.set(&primed, &lit(0, 1)));
    });
    let first_read = &(&primed_q | &merged) & &offered.ne(&lit(0, g.pass_bits()));
    let prime = m.wire("needs_prime", &(&skew.is(0) & &!&first_read));
    let skew = skew.extend(COORDINATE_BITS);
    let reach = m.wire("reach", &if g.pixels == 1 { span.clone() } else { &span + &skew });
    let reached = in_words(m, g, "reach", &reach, COORDINATE_BITS - g.place_bits());
    let slots = m.wire("slots_left", &reached.word.extend(COORDINATE_BITS));
    if let Some(place) = &reached.place {
        m.drops("reach", place);
    }
    let none = lit(0, COORDINATE_BITS);
    let column = if g.pixels == 1 { none } else { &none - &skew };
    Extent { ahead: spanned.word.extend(COORDINATE_BITS), slots, column, prime, reads_on: Some(reads_on) }
}

/// Whether, with `span` the place of the row's last column, the last slot of this pass reads nothing of its own and can read for the next pass of the stage.
fn reads_on(m: &mut Module, g: &Geometry, pass: &Expr, skew: &Expr, span: Option<&Expr>) -> Expr {
    let more = pass.ne(&lit(g.passes as u64 - 1, g.pass_bits()));
    let Some(place) = span else { return m.wire("merge", &more) };
    let free = &skew.is(0) & &place.is(0);
    m.wire("merge", &(&more & &free))
}
