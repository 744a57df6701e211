//! What a pass leaves for the next strip: the last two columns of the signs that it read, and the last column of the
//! stream, as they are in the registers of `window` and `centre` when its last slot has gone by.

use super::gather::{beat_of, by_turn};
use super::{BEAT_ADDRESS_BITS, BEAT_BITS};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};
use std::rc::Rc;

/// Beats into the spill's write queue, at ascending addresses of a ring.
pub(in crate::engine) fn spill_saver(g: &Geometry) -> Rc<Module> {
    let (sign_beats, stream_beats) = g.spill_beats();
    let row = 2 * g.channels;
    let mut m = Module::clocked(
        "spill_saver",
        format!(
            "What a pass leaves for the next strip, in beats. The first pass of a row leaves two columns of signs of the\n\
             row below, {sign_beats} beat(s), in the first row before it those of its own; every pass then one column of the\n\
             stream of its {} lanes, {stream_beats} beat(s). save_i comes with the last word of signs, and what it leaves is\n\
             sent when the stream's last word comes, {} cycles later. Ring of size_i beats at address_i.",
            g.lanes,
            g.stream_lag()
        ),
    );
    let start = m.input("start_i", 1);
    let address = m.input("address_i", BEAT_ADDRESS_BITS);
    let size = m.input("size_i", BEAT_ADDRESS_BITS);
    let save = m.input("save_i", 1);
    let leads = m.input("first_pass_i", 1);
    let top = m.input("missing_top_i", 1);
    let bottom = m.input("missing_bottom_i", 1);
    let signs = m.input("signs_i", 2 * row);
    let stream = m.input("stream_i", g.spill_column());
    let kept = m.register_free("signs_q", 2 * row, false);
    m.drive_when(&kept, &(&save & &leads), &signs);
    let own_row = m.wire("own_row", &(&leads & &top));
    let next_row = m.wire("next_row", &(&leads & &!&bottom));
    let arrives = m.delay_reset_by("save_late", &save, g.stream_lag());
    let own_row = m.delay_by("own_row_late", &own_row, g.stream_lag());
    let next_row = m.delay_by("next_row_late", &next_row, g.stream_lag());
    let held = m.register_free("stream_q", g.spill_column(), false);
    m.drive_when(&held, &arrives, &stream);
    let beats = g.most_spill_beats();
    let turn_bits = index_bits(beats);
    let (turn_q, turn) = m.state("turn", turn_bits, 0);
    let (sending_q, sending) = m.state("sending", 1, 0);
    let (offset_q, offset) = m.state("offset", BEAT_ADDRESS_BITS, 0);
    let skips_next = m.register_free("skips_next_q", 1, false);
    m.drive_when(&skips_next, &arrives, &!&next_row);
    let turn_of = |k: usize| lit(k as u64, turn_bits);
    let (to_next, to_stream) = (turn_of(sign_beats), turn_of(2 * sign_beats));
    let first = choose(&own_row, &turn_of(0), &choose(&next_row, &to_next, &to_stream));
    let own_ends = m.wire("own_row_ends", &(&turn_q.is(sign_beats as u64 - 1) & &skips_next.q));
    let last = m.wire("last_beat", &turn_q.is(beats as u64 - 1));
    let next_offset = m.wire("next_offset", &offset_q.plus(1));
    let wraps = next_offset.eq(&size);
    m.comb(|s| {
        for (d, q) in [(&turn, &turn_q), (&sending, &sending_q), (&offset, &offset_q)] {
            s.set(d, q);
        }
        s.when(&sending_q, |s| {
            s.set(&turn, &choose(&own_ends, &to_stream, &turn_q.plus(1)));
            s.set(&offset, &choose(&wraps, &lit(0, BEAT_ADDRESS_BITS), &next_offset));
            s.when(&last, |s| s.set(&sending, &lit(0, 1)));
        });
        s.when(&arrives, |s| {
            s.set(&sending, &lit(1, 1));
            s.set(&turn, &first);
        });
        s.when(&start, |s| s.set(&offset, &lit(0, BEAT_ADDRESS_BITS)));
    });
    let mut parts: Vec<Expr> = vec![];
    for side in 0..2 {
        let row_signs = m.wire(if side == 0 { "own_signs" } else { "next_signs" }, &kept.q.slice(side * row, row));
        parts.extend((0..sign_beats).map(|k| beat_of(&row_signs, k)));
    }
    parts.extend((0..stream_beats).map(|k| beat_of(&held.q, k)));
    debug_assert_eq!(cat(&parts).width(), beats * BEAT_BITS);
    m.output("push_o", &sending_q);
    m.output("data_o", &by_turn(&turn_q, &parts));
    m.output("beat_address_o", &(&address + &offset_q));
    Rc::new(m)
}
