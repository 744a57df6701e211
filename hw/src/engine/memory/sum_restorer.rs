//! What the tail reads left of a strip, back from memory.

use super::BEAT_BITS;
use super::gather::gather;
use crate::geometry::Geometry;
use crate::rtl::{Module, index_bits, lit};
use std::rc::Rc;

const IDLE: u64 = 0;
const TAKE: u64 = 1;
const WRITE: u64 = 2;

/// Writes the two columns of a row into the tail's store, in cycles in which the long skip writes nothing.
pub(in crate::engine) fn sum_restorer(g: &Geometry) -> Rc<Module> {
    let (words, beats) = (2 * g.head_groups(), g.sum_beats());
    let mut m = Module::clocked(
        "sum_restorer",
        format!(
            "After start_i: {words} words of what the tail reads left of the strip, {beats} beat(s) each, in the order of\n\
             sum_saver; each is offered with valid_o until busy_i is low. column_o is 0 or 1, counted as in the store."
        ),
    );
    let start = m.input("start_i", 1);
    let busy = m.input("busy_i", 1);
    let data = m.input("data_i", BEAT_BITS);
    let any = m.input("any_i", 1);
    let group_bits = index_bits(g.head_groups());
    let word_bits = group_bits + 1;
    let turn_bits = index_bits(beats);
    let (state_q, state) = m.state("state", 2, IDLE);
    let (word_q, word) = m.state("word", word_bits, 0);
    let (turn_q, turn) = m.state("turn", turn_bits, 0);
    let takes = m.wire("takes", &(&state_q.is(TAKE) & &any));
    let writes = m.wire("writes", &(&state_q.is(WRITE) & &!&busy));
    m.comb(|s| {
        for (d, q) in [(&state, &state_q), (&word, &word_q), (&turn, &turn_q)] {
            s.set(d, q);
        }
        s.when(&takes, |s| {
            s.set(&turn, &turn_q.plus(1));
            s.when(&turn_q.is(beats as u64 - 1), |s| s.set(&state, &lit(WRITE, 2)));
        });
        s.when(&writes, |s| {
            s.set(&turn, &lit(0, turn_bits));
            s.set(&word, &word_q.plus(1));
            s.when_else(
                &word_q.is(words as u64 - 1),
                |s| s.set(&state, &lit(IDLE, 2)),
                |s| s.set(&state, &lit(TAKE, 2)),
            );
        });
        s.when(&start, |s| {
            s.set(&state, &lit(TAKE, 2));
            s.set(&word, &lit(0, word_bits));
            s.set(&turn, &lit(0, turn_bits));
        });
    });
    let sum = gather(&mut m, "sum", g.head_lanes * g.sum_bits(), &data, &|k| &takes & &turn_q.is(k as u64));
    m.output("pop_o", &takes);
    m.output("valid_o", &state_q.is(WRITE));
    m.output("group_o", &word_q.slice(1, group_bits));
    m.output("column_o", &word_q.slice(0, 1).extend(g.sum_column_bits()));
    m.output("sum_o", &sum);
    m.output("idle_o", &state_q.is(IDLE));
    Rc::new(m)
}
