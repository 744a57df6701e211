//! What was spilled, back from memory in the order in which it was written.

use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BURST, LENGTH_BITS, burst_length};
use crate::blocks::fifo;
use crate::rtl::{Module, choose, lit, value_bits};
use std::rc::Rc;

/// Beats of the queue: two bursts under way and two to read from.
pub(crate) const FETCHED: usize = 4 * BURST;

/// Reads a region as a ring: only what memory has answered for is asked for.
pub(in crate::engine) fn spill_fetch() -> Rc<Module> {
    let mut m = Module::clocked(
        "spill_fetch",
        format!(
            "Beats of a ring in memory, in the order in which they were written, up to {FETCHED} ahead. A burst is asked for\n\
             when the response for all its beats has come: up to the next multiple of {BURST}, or whatever there is once\n\
             nothing else is left. address_i to address_i + size_i is the region, in beats; size_i is a multiple of {BURST}.\n\
             overrun_o: more was written than the region holds."
        ),
    );
    let start = m.input("start_i", 1);
    let address = m.input("address_i", BEAT_ADDRESS_BITS);
    let size = m.input("size_i", BEAT_ADDRESS_BITS);
    let written = m.input("written_i", 1);
    let written_length = m.input("written_length_i", LENGTH_BITS);
    let grant = m.input("grant_i", 1);
    let valid = m.input("valid_i", 1);
    let data = m.input("data_i", BEAT_BITS);
    let pop = m.input("pop_i", 1);
    let bits = BEAT_ADDRESS_BITS;
    let (offset_q, offset) = m.state("offset", bits, 0);
    let (available_q, available) = m.state("available", bits, 0);
    let reserved_bits = value_bits(FETCHED);
    let (reserved_q, reserved) = m.state("reserved", reserved_bits, 0);
    let at = m.wire("read_address", &(&address + &offset_q));
    let length = burst_length(&mut m, &offset_q, &available_q);
    let full = m.wire("up_to_boundary", &length.eq(&!&offset_q.slice(0, LENGTH_BITS)));
    let empty = m.wire("nothing_left", &reserved_q.is(0));
    let room = reserved_q.lt(&lit((FETCHED - BURST + 1) as u64, reserved_bits));
    let request = m.wire("wants", &(&(&available_q.any() & &room) & &(&full | &empty)));
    let count = m.wire("burst_beats", &length.extend(bits).plus(1));
    let taken = m.wire("beats_taken", &choose(&grant, &count, &lit(0, bits)));
    let wrote = written_length.extend(bits).plus(1);
    let wrote = m.wire("beats_written", &choose(&written, &wrote, &lit(0, bits)));
    let next = m.wire("next_offset", &(&offset_q + &taken));
    let popped = m.wire("popped", &pop.extend(reserved_bits));
    m.comb(|s| {
        s.set(&offset, &choose(&next.eq(&size), &lit(0, bits), &next));
        s.set(&available, &(&(&available_q - &taken) + &wrote));
        s.set(&reserved, &(&(&reserved_q + &taken.slice(0, reserved_bits)) - &popped));
        s.when(&start, |s| {
            s.set(&offset, &lit(0, bits));
            s.set(&available, &lit(0, bits));
        });
    });
    let queue = m.instance(
        "beats",
        &fifo(FETCHED, BEAT_BITS),
        &[("push_i", &valid), ("data_i", &data), ("pop_i", &pop)],
        &["data_o", "level_o", "any_o"],
    );
    m.drops("beats_level", &queue[1]);
    m.output("request_o", &request);
    m.output("read_address_o", &at);
    m.output("length_o", &length);
    m.output("data_o", &queue[0]);
    m.output("any_o", &queue[2]);
    m.output("overrun_o", &size.lt(&available_q));
    Rc::new(m)
}
