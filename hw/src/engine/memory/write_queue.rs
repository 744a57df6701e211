//! Beats that wait to be written, and the bursts that they make.

use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BEAT_BYTES, BURST, COMMANDS, LENGTH_BITS, PATIENCE};
use crate::blocks::fifo;
use crate::rtl::{Expr, Module, cat, choose, lit, value_bits};
use std::rc::Rc;

/// Bits of a queued burst: address and length.
const COMMAND_BITS: usize = BEAT_ADDRESS_BITS + LENGTH_BITS;

/// Collects beats of ascending addresses into bursts, for `write_master`. There is room while more
/// than `reserve` beats fit.
pub(in crate::engine) fn write_queue(depth: usize, reserve: usize) -> Rc<Module> {
    let mut m = Module::clocked(
        format!("write_queue_{depth}_{reserve}"),
        format!(
            "{depth} beats of data and byte strobes on the way to memory. A burst takes beats of consecutive addresses and\n\
             closes with last_i, before an address that is a multiple of {BURST}, or after {PATIENCE} cycles without a beat while\n\
             no other burst waits. A closed burst is a command: its beats are all here when it starts.\n\
             room_o: there is room for more than {reserve} beats."
        ),
    );
    let push = m.input("push_i", 1);
    let data = m.input("data_i", BEAT_BITS);
    let strobe = m.input("strobe_i", BEAT_BYTES);
    let address = m.input("address_i", BEAT_ADDRESS_BITS);
    let last = m.input("last_i", 1);
    let take_beat = m.input("take_beat_i", 1);
    let take_command = m.input("take_command_i", 1);
    let waits = m.promise("command_waits", 1);
    let (open_q, open) = m.state("open", LENGTH_BITS, 0);
    let (quiet_q, quiet) = m.state("quiet", value_bits(PATIENCE), 0);
    let begins = m.wire("burst_begins", &(&push & &open_q.is(0)));
    let start = m.register_free("start_q", BEAT_ADDRESS_BITS, false);
    m.drive_when(&start, &begins, &address);
    let full = m.wire("reaches_boundary", &address.slice(0, LENGTH_BITS).all());
    let closes = m.wire("closes", &(&push & &(&last | &full)));
    let patient = quiet_q.is(PATIENCE as u64);
    let gives_up = m.wire("gives_up", &(&(&patient & &open_q.any()) & &(&!&push & &!&waits)));
    m.comb(|s| {
        s.set(&open, &open_q);
        s.set(&quiet, &choose(&quiet_q.is(PATIENCE as u64), &quiet_q, &quiet_q.plus(1)));
        s.when(&push, |s| {
            s.set(&open, &open_q.plus(1));
            s.set(&quiet, &lit(0, value_bits(PATIENCE)));
        });
        s.when(&(&closes | &gives_up), |s| s.set(&open, &lit(0, LENGTH_BITS)));
    });
    let from = choose(&open_q.is(0), &address, &start.q);
    let length = m.wire("command_length", &choose(&gives_up, &open_q.minus(1), &open_q));
    let command = cat(&[length, from]);
    let commands = m.instance(
        "commands",
        &fifo(COMMANDS, COMMAND_BITS),
        &[("push_i", &(&closes | &gives_up)), ("data_i", &command), ("pop_i", &take_command)],
        &["data_o", "any_o", "level_o"],
    );
    m.fulfil(&waits, &commands[1]);
    let entry = cat(&[strobe, data]);
    let beats = m.instance(
        "beats",
        &fifo(depth, BEAT_BITS + BEAT_BYTES),
        &[("push_i", &push), ("data_i", &entry), ("pop_i", &take_beat)],
        &["data_o", "level_o", "any_o"],
    );
    m.output("command_valid_o", &commands[1]);
    m.output("command_address_o", &commands[0].slice(0, BEAT_ADDRESS_BITS));
    m.output("command_length_o", &commands[0].slice(BEAT_ADDRESS_BITS, LENGTH_BITS));
    m.output("beat_data_o", &beats[0].slice(0, BEAT_BITS));
    m.output("beat_strobe_o", &beats[0].slice(BEAT_BITS, BEAT_BYTES));
    let few = |level: &Expr, depth: usize| level.lt(&lit(depth as u64, level.width()));
    m.output("room_o", &(&few(&beats[1], depth - reserve) & &few(&commands[2], COMMANDS - 2)));
    m.output("any_o", &beats[2]);
    Rc::new(m)
}
