//! The write channels of the AXI4 master.

use super::read_master::first_of;
use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BEAT_BYTES, BURSTS_UNDER_WAY, LENGTH_BITS};
use crate::blocks::fifo;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, repeat, value_bits};
use std::rc::Rc;

/// What a `write_queue` offers.
struct Client {
    address: Expr,
    length: Expr,
    data: Expr,
    strobe: Expr,
}

/// Bursts of `clients`, the first of them first; a burst's beats follow one another. The first `answered` clients hear of
/// responses.
pub(in crate::engine) fn write_master(clients: usize, answered: usize) -> Rc<Module> {
    let mut m = Module::clocked(
        "write_master",
        format!(
            "AXI4 writes for {clients} write queues, queue 0 first. Address and data of a burst are offered together; the\n\
             next burst starts when both are through. written_o says for which of the first {answered} queues a response came,\n\
             written_length_o for how many beats - 1. At most {BURSTS_UNDER_WAY} responses are awaited. With halt_i no burst starts."
        ),
    );
    let commands = m.input("command_valid_i", clients);
    let halt = m.input("halt_i", 1);
    let asked: Vec<Client> = (0..clients)
        .map(|k| Client {
            address: m.input(&format!("address{k}_i"), BEAT_ADDRESS_BITS),
            length: m.input(&format!("length{k}_i"), LENGTH_BITS),
            data: m.input(&format!("data{k}_i"), BEAT_BITS),
            strobe: m.input(&format!("strobe{k}_i"), BEAT_BYTES),
        })
        .collect();
    let address_ready = m.input("awready_i", 1);
    let data_ready = m.input("wready_i", 1);
    let response = m.input("bresp_i", 2);
    let responds = m.input("bvalid_i", 1);
    let owner_bits = index_bits(clients);
    let level = m.promise("awaited", value_bits(BURSTS_UNDER_WAY));
    let (addressing_q, addressing) = m.state("address_valid", 1, 0);
    let (sending_q, sending) = m.state("sending", 1, 0);
    let (left_q, left) = m.state("left", LENGTH_BITS, 0);
    let busy = m.wire("busy", &(&addressing_q | &sending_q));
    let free = &!&(&busy | &halt) & &level.lt(&lit(BURSTS_UNDER_WAY as u64, level.width()));
    let free = m.wire("can_start", &free);
    let starts = first_of(&mut m, "start", &commands, &free);
    let started = m.wire("started", &starts.iter().cloned().reduce(|a, b| a | b).expect("there are clients"));
    let pick = |chosen: &dyn Fn(usize) -> Expr, value: &dyn Fn(&Client) -> Expr| {
        (1..clients).rev().fold(value(&asked[0]), |rest, k| choose(&chosen(k), &value(&asked[k]), &rest))
    };
    let of_start = |k: usize| starts[k].clone();
    let number = (1..clients).fold(lit(0, owner_bits), |rest, k| choose(&starts[k], &lit(k as u64, owner_bits), &rest));
    let number = m.wire("starting", &number);
    let owner = m.register_free("owner_q", owner_bits, false);
    m.drive_when(&owner, &started, &number);
    let address = m.register("address_q", BEAT_ADDRESS_BITS, 0);
    m.drive_when(&address, &started, &pick(&of_start, &|c| c.address.clone()));
    let length = m.wire("starting_length", &pick(&of_start, &|c| c.length.clone()));
    let length_q = m.register("length_q", LENGTH_BITS, 0);
    m.drive_when(&length_q, &started, &length);
    let beat = m.wire("beat", &(&sending_q & &data_ready));
    let last = m.wire("last_beat", &left_q.is(0));
    m.comb(|s| {
        s.set(&addressing, &(&started | &(&addressing_q & &!&address_ready)));
        s.set(&sending, &(&started | &(&sending_q & &!&(&beat & &last))));
        s.set(&left, &left_q);
        s.when(&beat, |s| s.set(&left, &left_q.minus(1)));
        s.when(&started, |s| s.set(&left, &length));
    });
    let entry = cat(&[length, number]);
    let awaited = m.instance(
        "awaited",
        &fifo(BURSTS_UNDER_WAY, owner_bits + LENGTH_BITS),
        &[("push_i", &started), ("data_i", &entry), ("pop_i", &responds)],
        &["data_o", "level_o", "any_o"],
    );
    m.fulfil(&level, &awaited[1]);
    let whose = m.wire("whose", &awaited[0].slice(0, owner_bits));
    let each = |bit: &dyn Fn(usize) -> Expr| cat(&(0..clients).rev().map(bit).collect::<Vec<_>>());
    m.output("take_command_o", &each(&of_start));
    m.output("take_beat_o", &each(&|k| &beat & &owner.q.is(k as u64)));
    let heard: Vec<_> = (0..answered).rev().map(|k| &responds & &whose.is(k as u64)).collect();
    m.output("written_o", &cat(&heard));
    m.output("written_length_o", &awaited[0].slice(owner_bits, LENGTH_BITS));
    let of_owner = |k: usize| owner.q.is(k as u64);
    m.output("awaddr_o", &cat(&[address.q, lit(0, 3)]));
    m.output("awlen_o", &length_q.q.extend(8));
    m.output("awvalid_o", &addressing_q);
    // A queue that never held a beat has nothing that is known.
    let sent = |value: Expr| &value & &repeat(&sending_q, value.width());
    m.output("wdata_o", &sent(pick(&of_owner, &|c| c.data.clone())));
    m.output("wstrb_o", &sent(pick(&of_owner, &|c| c.strobe.clone())));
    m.output("wlast_o", &last);
    m.output("wvalid_o", &sending_q);
    m.output("error_o", &(&responds & &response.any()));
    m.output("idle_o", &(&!&busy & &!&awaited[2]));
    Rc::new(m)
}
