//! What the tail reads of the last two columns of a strip, for the next.

use super::gather::{beat_of, by_turn};
use super::{BEAT_ADDRESS_BITS, BEAT_BITS};
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Module, cat, choose, index_bits, lit};
use std::rc::Rc;

/// Keeps the two columns of a row as they come, then sends them.
pub(in crate::engine) fn sum_saver(g: &Geometry) -> Rc<Module> {
    let (words, beats, bits) = (2 * g.head_groups(), g.sum_beats(), g.head_lanes * g.sum_bits());
    let mut m = Module::clocked(
        "sum_saver",
        format!(
            "The last two columns of what the tail reads of a row: {words} words of {} lanes, {beats} beat(s) each, group\n\
             by group, the left column first. They are kept while the long skip makes the row and sent when the last has come.\n\
             column_i counts from two columns left of the strip. Ring of size_i beats at address_i.",
            g.head_lanes
        ),
    );
    let start = m.input("start_i", 1);
    let address = m.input("address_i", BEAT_ADDRESS_BITS);
    let size = m.input("size_i", BEAT_ADDRESS_BITS);
    let saves = m.input("saves_i", 1);
    let valid = m.input("valid_i", 1);
    let group = m.input("group_i", index_bits(g.head_groups()));
    let column = m.input("column_i", g.sum_column_bits());
    let sum = m.input("sum_i", bits);
    let room = m.input("room_i", 1);
    let word_bits = index_bits(words);
    let turn_bits = index_bits(beats);
    let (sending_q, sending) = m.state("sending", 1, 0);
    let (word_q, word) = m.state("word", word_bits, 0);
    let (turn_q, turn) = m.state("turn", turn_bits, 0);
    let (offset_q, offset) = m.state("offset", BEAT_ADDRESS_BITS, 0);
    let left = m.wire("is_left", &column.is(g.width as u64));
    let right = m.wire("is_right", &column.is(g.width as u64 + 1));
    let keep = m.wire("keep", &(&(&valid & &saves) & &(&left | &right)));
    let complete = m.wire("complete", &(&(&keep & &right) & &group.is(g.head_groups() as u64 - 1)));
    let push = m.wire("push", &(&sending_q & &room));
    let last_turn = m.wire("last_turn", &turn_q.is(beats as u64 - 1));
    let last = m.wire("last_beat", &(&last_turn & &word_q.is(words as u64 - 1)));
    let next_offset = m.wire("next_offset", &offset_q.plus(1));
    m.comb(|s| {
        for (d, q) in [(&sending, &sending_q), (&word, &word_q), (&turn, &turn_q), (&offset, &offset_q)] {
            s.set(d, q);
        }
        s.when(&push, |s| {
            s.set(&turn, &turn_q.plus(1));
            s.set(&offset, &choose(&next_offset.eq(&size), &lit(0, BEAT_ADDRESS_BITS), &next_offset));
            s.when(&last_turn, |s| {
                s.set(&turn, &lit(0, turn_bits));
                s.set(&word, &word_q.plus(1));
            });
            s.when(&last, |s| s.set(&sending, &lit(0, 1)));
        });
        s.when(&complete, |s| {
            s.set(&sending, &lit(1, 1));
            s.set(&word, &lit(0, word_bits));
            s.set(&turn, &lit(0, turn_bits));
        });
        s.when(&start, |s| s.set(&offset, &lit(0, BEAT_ADDRESS_BITS)));
    });
    let slot = m.wire("slot", &cat(&[group.clone(), right]));
    let kept = m.instance(
        "words",
        &ram(words, bits, RamStyle::Immediate),
        &[
            ("write_en_i", &keep),
            ("write_address_i", &slot.slice(0, word_bits)),
            ("write_data_i", &sum),
            ("read_address_i", &word_q),
        ],
        &["read_data_o"],
    );
    let parts: Vec<_> = (0..beats).map(|k| beat_of(&kept[0], k)).collect();
    debug_assert!(parts.iter().all(|part| part.width() == BEAT_BITS));
    m.output("push_o", &push);
    m.output("data_o", &by_turn(&turn_q, &parts));
    m.output("beat_address_o", &(&address + &offset_q));
    m.output("idle_o", &!&sending_q);
    Rc::new(m)
}
