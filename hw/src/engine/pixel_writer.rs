//! The output: groups of pixels from the tail through a short queue to AXI4-Stream.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, value_bits};
use std::rc::Rc;

/// Groups that may be under way or queued.
pub(crate) const GROUPS: u64 = 4;

/// Queue of groups, and the order of the pixels of one.
pub(super) fn pixel_writer(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "pixel_writer",
        format!(
            "Queue of {GROUPS} groups of {} pixel(s). The tail starts a group only while fewer are under way, so that a\n\
             stalled sink never loses one.",
            g.scale
        ),
    );
    let begun = m.input("group_i", 1);
    let arrives = m.input("pixels_valid_i", 1);
    let pixels = m.input("pixels_i", 8 * g.scale);
    let ends = m.input("pixels_end_i", 1);
    let taken = m.input("taken_i", 1);
    let pointer = index_bits(GROUPS as usize);
    let (under_way_q, under_way) = m.state("under_way", value_bits(GROUPS as usize), 0);
    let (queued_q, queued) = m.state("queued", value_bits(GROUPS as usize), 0);
    let (head_q, head) = m.state("read", pointer, 0);
    let (tail_q, tail) = m.state("write", pointer, 0);
    let (place_q, place) = m.state("place", index_bits(g.scale), 0);
    let entry = cat(&[ends, pixels]);
    let entries: Vec<Expr> = (0..GROUPS)
        .map(|k| {
            let register = m.register_free(&format!("entry{k}_q"), entry.width(), false);
            let here = &arrives & &tail_q.is(k);
            m.drive_when(&register, &here, &entry);
            register.q
        })
        .collect();
    let first =
        (1..GROUPS as usize).fold(entries[0].clone(), |rest, k| choose(&head_q.is(k as u64), &entries[k], &rest));
    let first = m.wire("first_entry", &first);
    let valid = m.wire("valid", &queued_q.any());
    let last_place = m.wire("last_place", &place_q.is(g.scale as u64 - 1));
    let sent = m.wire("sent", &(&valid & &taken));
    let leaves = m.wire("leaves", &(&sent & &last_place));
    let count = |s: &mut crate::rtl::Scope, d: &Expr, q: &Expr, up: &Expr, down: &Expr| {
        s.when(&(up & &!down), |s| s.set(d, &q.plus(1)));
        s.when(&(&!up & down), |s| s.set(d, &q.minus(1)));
    };
    m.comb(|s| {
        for (d, q) in [(&under_way, &under_way_q), (&queued, &queued_q), (&head, &head_q), (&tail, &tail_q)] {
            s.set(d, q);
        }
        s.set(&place, &place_q);
        count(s, &under_way, &under_way_q, &begun, &leaves);
        count(s, &queued, &queued_q, &arrives, &leaves);
        s.when(&arrives, |s| s.set(&tail, &tail_q.plus(1)));
        s.when(&sent, |s| s.set(&place, &place_q.plus(1)));
        s.when(&leaves, |s| {
            s.set(&head, &head_q.plus(1));
            s.set(&place, &lit(0, index_bits(g.scale)));
        });
    });
    let data =
        (1..g.scale).fold(first.slice(0, 8), |rest, k| choose(&place_q.is(k as u64), &first.slice(8 * k, 8), &rest));
    m.output("room_o", &under_way_q.lt(&lit(GROUPS, value_bits(GROUPS as usize))));
    m.output("valid_o", &valid);
    m.output("data_o", &data);
    m.output("last_o", &(&last_place & &first.bit(8 * g.scale)));
    Rc::new(m)
}

/// The register in front of the AXI4-Stream sink. It keeps its beat when a frame is dropped: a beat that was offered
/// is never taken back.
pub(super) fn output_register() -> Rc<Module> {
    let mut m =
        Module::clocked("output_register", "One beat in front of the sink; TVALID, TDATA and TLAST hold until TREADY.");
    let valid = m.input("valid_i", 1);
    let data = m.input("data_i", 8);
    let last = m.input("last_i", 1);
    let ready = m.input("tready_i", 1);
    let full = m.register("full_q", 1, 0);
    let free = m.wire("free", &(&!&full.q | &ready));
    m.drive_when(&full, &free, &valid);
    for (name, value) in [("tdata", &data), ("tlast", &last)] {
        let register = m.register_free(&format!("{name}_q"), value.width(), false);
        m.drive_when(&register, &free, value);
        m.output(&format!("{name}_o"), &register.q);
    }
    m.output("tvalid_o", &full.q);
    m.output("free_o", &free);
    Rc::new(m)
}
