//! The read channels of the AXI4 master.

use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BURSTS_UNDER_WAY, LENGTH_BITS};
use crate::blocks::fifo;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, value_bits};
use std::rc::Rc;

/// Bursts for `clients`, the first of them first; their beats come back in the order of the requests.
pub(in crate::engine) fn read_master(clients: usize) -> Rc<Module> {
    let mut m = Module::clocked(
        "read_master",
        format!(
            "AXI4 reads for {clients} clients, client 0 first. A request is granted when its address is taken over; the\n\
             client has room for all its beats, so RREADY is always high. At most {BURSTS_UNDER_WAY} bursts are under way.\n\
             length_i is beats - 1. With halt_i nothing new is granted."
        ),
    );
    let requests = m.input("request_i", clients);
    let halt = m.input("halt_i", 1);
    let asked: Vec<(Expr, Expr)> = (0..clients)
        .map(|k| {
            let address = m.input(&format!("address{k}_i"), BEAT_ADDRESS_BITS);
            (address, m.input(&format!("length{k}_i"), LENGTH_BITS))
        })
        .collect();
    let address_ready = m.input("arready_i", 1);
    let data = m.input("rdata_i", BEAT_BITS);
    let response = m.input("rresp_i", 2);
    let last = m.input("rlast_i", 1);
    let valid = m.input("rvalid_i", 1);
    let owner_bits = index_bits(clients);
    let level = m.promise("bursts", value_bits(BURSTS_UNDER_WAY));
    let (pending_q, pending) = m.state("address_valid", 1, 0);
    let room = level.lt(&lit(BURSTS_UNDER_WAY as u64, level.width()));
    let free = &(&!&pending_q | &address_ready) & &(&!&halt & &room);
    let free = m.wire("can_grant", &free);
    let grants = first_of(&mut m, "grant", &requests, &free);
    let granted = m.wire("granted", &grants.iter().cloned().reduce(|a, b| a | b).expect("there are clients"));
    let pick = |values: &dyn Fn(usize) -> Expr| {
        (1..clients).rev().fold(values(0), |rest, k| choose(&grants[k], &values(k), &rest))
    };
    let address = m.register("address_q", BEAT_ADDRESS_BITS, 0);
    m.drive_when(&address, &granted, &pick(&|k| asked[k].0.clone()));
    let length = m.register("length_q", LENGTH_BITS, 0);
    m.drive_when(&length, &granted, &pick(&|k| asked[k].1.clone()));
    m.comb(|s| s.set(&pending, &(&granted | &(&pending_q & &!&address_ready))));
    let ends = m.wire("burst_ends", &(&valid & &last));
    let owner = pick(&|k| lit(k as u64, owner_bits));
    let queue = m.instance(
        "owners",
        &fifo(BURSTS_UNDER_WAY, owner_bits),
        &[("push_i", &granted), ("data_i", &owner), ("pop_i", &ends)],
        &["data_o", "level_o", "any_o"],
    );
    m.fulfil(&level, &queue[1]);
    let valids: Vec<_> = (0..clients).rev().map(|k| &valid & &queue[0].is(k as u64)).collect();
    m.output("grant_o", &cat(&grants.iter().rev().cloned().collect::<Vec<_>>()));
    m.output("valid_o", &cat(&valids));
    m.output("data_o", &data);
    m.output("araddr_o", &cat(&[address.q, lit(0, 3)]));
    m.output("arlen_o", &length.q.extend(8));
    m.output("arvalid_o", &pending_q);
    m.output("error_o", &(&valid & &response.any()));
    m.output("idle_o", &(&!&pending_q & &!&queue[2]));
    Rc::new(m)
}

/// The lowest of `requests` that is set, where `free`.
pub(super) fn first_of(m: &mut Module, name: &str, requests: &Expr, free: &Expr) -> Vec<Expr> {
    let mut before: Option<Expr> = None;
    (0..requests.width())
        .map(|k| {
            let asks = requests.slice(k, 1);
            let alone = match &before {
                None => asks.clone(),
                Some(before) => &asks & &!before,
            };
            before = Some(before.as_ref().map_or(asks.clone(), |before| before | &asks));
            m.wire(&format!("{name}{k}"), &(free & &alone))
        })
        .collect()
}
