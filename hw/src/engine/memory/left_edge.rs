//! The left neighbours of a pass: what the pass of the same stage, row and channels left in the strip before.

use super::BEAT_BITS;
use super::gather::gather;
use crate::blocks::{RamStyle, ram};
use crate::geometry::{FACTOR_BITS, Geometry};
use crate::rtl::{Module, cat, choose, index_bits, lit};
use std::rc::Rc;

const IDLE: u64 = 0;
const RECALL: u64 = 1;
const MIDDLE: u64 = 2;
const LOWER: u64 = 3;
const STREAM: u64 = 4;
const READY: u64 = 5;

/// Cycles from a pass's acceptance until `window` has taken its signs.
pub(crate) const TAKEN: u64 = 4;

/// Cycles from a pass's acceptance until `centre` has taken its column of the stream.
pub(crate) fn stream_taken(g: &Geometry) -> usize {
    TAKEN as usize + g.stream_lag()
}

/// Unpacks the beats for the pass that is offered next.
pub(in crate::engine) fn left_edge(g: &Geometry) -> Rc<Module> {
    let row = 2 * g.channels;
    let (sign_beats, stream_beats) = g.spill_beats();
    let mut m = Module::clocked(
        "left_edge",
        "The two columns of signs of three rows, and the column of the stream, left of the pass that is offered:\n\
             signs_o = lower, middle, upper row, the left column lowest; ready_o says that they are here. The upper two\n\
             rows are those that the row above had as its lower two; the rest comes from memory, in the order in which\n\
             spill_saver sent it. stream_o belongs to the pass that was accepted last.",
    );
    let offers = m.input("offers_i", 1);
    let restores = m.input("restores_i", 1);
    let stage = m.input("stage_i", 8);
    let pass = m.input("pass_i", g.pass_bits());
    let top = m.input("missing_top_i", 1);
    let has_next = m.input("has_next_row_i", 1);
    let accept = m.input("accept_i", 1);
    let data = m.input("data_i", BEAT_BITS);
    let any = m.input("any_i", 1);
    let (state_q, state) = m.state("state", 3, IDLE);
    let (settle_q, settle) = m.state("settle", 2, 0);
    let turn_bits = index_bits(sign_beats.max(stream_beats));
    let (turn_q, turn) = m.state("turn", turn_bits, 0);
    let at = |state: u64| state_q.is(state);
    let takes = m.wire("takes", &(&any & &(&at(MIDDLE) | &(&at(LOWER) | &at(STREAM)))));
    let sign_ends = m.wire("signs_end", &(&takes & &turn_q.is(sign_beats as u64 - 1)));
    let stream_ends = m.wire("stream_ends", &(&takes & &turn_q.is(stream_beats as u64 - 1)));
    let leads = m.wire("first_pass", &pass.is(0));
    let wanted = m.wire("wanted", &(&(&offers & &restores) & &settle_q.is(0)));
    let after_own = choose(&has_next, &lit(LOWER, 3), &lit(STREAM, 3));
    let accepted = m.wire("accepted", &(&accept & &at(READY)));
    m.comb(|s| {
        s.set(&state, &state_q);
        s.set(&settle, &choose(&settle_q.is(0), &settle_q, &settle_q.minus(1)));
        s.set(&turn, &turn_q);
        let go = |s: &mut crate::rtl::Scope, to: &crate::rtl::Expr| {
            s.set(&state, to);
            s.set(&turn, &lit(0, turn_bits));
        };
        s.when(&takes, |s| s.set(&turn, &turn_q.plus(1)));
        s.when(&(&at(IDLE) & &wanted), |s| go(s, &choose(&leads, &lit(RECALL, 3), &lit(STREAM, 3))));
        s.when(&at(RECALL), |s| go(s, &choose(&top, &lit(MIDDLE, 3), &after_own)));
        s.when(&(&at(MIDDLE) & &sign_ends), |s| go(s, &after_own));
        s.when(&(&at(LOWER) & &sign_ends), |s| go(s, &lit(STREAM, 3)));
        s.when(&(&at(STREAM) & &stream_ends), |s| go(s, &lit(READY, 3)));
        s.when(&accepted, |s| {
            go(s, &lit(IDLE, 3));
            s.set(&settle, &lit(TAKEN - 1, 2));
        });
    });
    let recalled = m.promise("recalled", 2 * row);
    let recall = m.wire("recall", &at(RECALL));
    let upper = m.register_free("upper_q", row, false);
    m.drive_when(&upper, &recall, &recalled.slice(0, row));
    let kept = m.register_free("kept_q", row, false);
    m.drive_when(&kept, &recall, &recalled.slice(row, row));
    let take = |here: u64| {
        let here = &takes & &at(here);
        let turn_q = turn_q.clone();
        move |k: usize| &here & &turn_q.is(k as u64)
    };
    let own = gather(&mut m, "own", row, &data, &take(MIDDLE));
    let from_memory = m.register_free("row_is_first_q", 1, false);
    m.drive_when(&from_memory, &recall, &top);
    let middle = m.wire("middle", &choose(&from_memory.q, &own, &kept.q));
    let lower = gather(&mut m, "lower", row, &data, &take(LOWER));
    let lower = m.wire("lower", &lower);
    let incoming = gather(&mut m, "stream", g.spill_column(), &data, &take(STREAM));
    let incoming = m.wire("stream_incoming", &incoming);
    let store = m.wire("remember", &(&(&at(STREAM) & &stream_ends) & &leads));
    let address = m.wire("stage_before", &stage.minus(1));
    let bits = index_bits(g.stages);
    if bits < 8 {
        m.drops("stage_before", &address.slice(bits, 8 - bits));
    }
    let address = address.slice(0, bits);
    let memory = m.instance(
        "rows",
        &ram(g.stages, 2 * row, RamStyle::Immediate),
        &[
            ("write_en_i", &store),
            ("write_address_i", &address),
            ("write_data_i", &cat(&[lower.clone(), middle.clone()])),
            ("read_address_i", &address),
        ],
        &["read_data_o"],
    );
    m.fulfil(&recalled, &memory[0]);
    let stream = m.register_free("stream_q", g.spill_column(), false);
    m.drive_when(&stream, &accepted, &incoming);
    m.output("pop_o", &takes);
    m.output("ready_o", &at(READY));
    m.output("signs_o", &cat(&[lower, middle, upper.q]));
    let values = g.lanes * g.stream_bits;
    m.output("stream_o", &stream.q.slice(0, values));
    if g.spatial {
        m.output("factor_o", &stream.q.slice(values, FACTOR_BITS));
    }
    Rc::new(m)
}
