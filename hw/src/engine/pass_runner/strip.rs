//! Passes over the part of a row that lies in a strip.

use super::{Extent, Moves, age};
use crate::engine::memory::stream_taken;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, lit};

/// Passes that may leave columns while those of an earlier one are still on their way to the write queue.
pub(crate) const SPILL_LAG: usize = 5;

/// How far the offered pass reaches, as the planner tells. The stage before it may be a word shorter where the picture
/// ends.
pub(super) fn extent(m: &mut Module, g: &Geometry) -> Extent {
    let slots = m.input("slots_i", g.word_bits());
    let column = m.input("column_i", COLUMN_BITS);
    let prime = m.input("primes_i", 1);
    let ahead = choose(&slots.is(0), &slots, &slots.minus(1)).extend(COORDINATE_BITS);
    Extent { ahead, slots, column, prime, reads_on: None }
}

/// Whether the edges of the strip let the offered pass start: its left neighbours are here and those of the pass
/// before are taken; what it leaves does not come before what the last one left is sent. Says when to take and to save.
/// `passes` are the number of the offered pass and of that which runs.
pub(super) fn edges(m: &mut Module, g: &Geometry, moves: &Moves, slots: &Expr, passes: [&Expr; 2]) -> Expr {
    let restores = m.input("restores_i", 1);
    let spills = m.input("spills_i", 1);
    let edge_ready = m.input("edge_ready_i", 1);
    let spill_room = m.input("spill_room_i", 1);
    let takes = m.wire("takes_edge", &(&moves.accept & &restores));
    let running = m.register_free("spills_q", 1, false);
    m.drive_when(&running, &moves.accept, &spills);
    let leaves = m.wire("leaves_edge", &(&moves.finishing & &running.q));
    let (taken, sent) = (stream_taken(g), g.most_spill_beats());
    let take_age = age(m, "take_age", taken, &takes);
    let leave_age = age(m, "leave_age", sent, &leaves);
    let edge_free = &take_age.ge(&lit(taken as u64, take_age.width())) & &edge_ready;
    let long = lit(sent as u64, COORDINATE_BITS).lt(&slots.extend(COORDINATE_BITS));
    let apart = &leave_age.ge(&lit(sent as u64, leave_age.width())) & &!&leaves;
    let leads = passes.map(|pass| pass.is(0));
    let leaves_signs = m.wire("leaves_signs", &(&leaves & &leads[1]));
    let signs_apart = signs_apart(m, g, slots, &leaves_signs);
    let spill_free = &(&spill_room & &(&long | &apart)) & &(&signs_apart | &!&leads[0]);
    let free = &(&!&restores | &edge_free) & &(&!&spills | &spill_free);
    for (name, value) in [("takes_edge", &takes), ("leaves_edge", &leaves)] {
        let q = m.delay_reset(&format!("{name}_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
    let first_pass = m.delay("leaves_first_q", &passes[1].is(0));
    m.output("leaves_first_pass_o", &first_pass);
    m.output("edge_waits_o", &(&restores & &!&edge_ready));
    m.wire("edges_free", &free)
}

/// Whether the offered pass of so many slots and one has its last slot late enough after one that left signs.
fn signs_apart(m: &mut Module, g: &Geometry, slots: &Expr, leaves_signs: &Expr) -> Expr {
    let wanted = g.signs_apart();
    let age = age(m, "signs_age", wanted, leaves_signs);
    let slots = slots.extend(COORDINATE_BITS);
    let sum = m.wire("signs_age_and_slots", &(&slots + &age.extend(COORDINATE_BITS)));
    let at_once = slots.ge(&lit(wanted as u64 - 1, COORDINATE_BITS));
    let later = sum.ge(&lit(wanted as u64 - 2, COORDINATE_BITS));
    m.wire("signs_apart", &choose(leaves_signs, &at_once, &later))
}
