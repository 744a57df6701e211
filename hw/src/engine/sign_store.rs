//! The signs at every stage boundary: rings of three rows, one bank a row of the ring and pass.

use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose};
use std::rc::Rc;

/// `signs_o` holds three rows of `G` pixels of `C` channels, two cycles after the address; the upper row is lowest.
pub(super) fn sign_store(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "sign_store",
        format!(
            "Signs at {} stage boundaries, three rows each; row r lives in ring slot r mod 3.\n\
             signs_o = rows r-1, r, r+1 of one word ({} pixel(s) x {} channels), upper row lowest, two cycles after\n\
             read_address_i; ring_i is r mod 3.",
            g.stages, g.pixels, g.channels
        ),
    );
    m.input("clk_i", 1);
    let read_address = m.input("read_address_i", g.sign_address_bits());
    let ring = m.input("read_ring_i", 2);
    let write_enable = m.input("write_en_i", 1);
    let write_ring = m.input("write_ring_i", 2);
    let write_pass = m.input("write_pass_i", g.pass_bits());
    let write_address = m.input("write_address_i", g.sign_address_bits());
    let write_data = m.input("write_data_i", g.lanes * g.pixels);
    let bank = ram(g.sign_depth(), g.lanes * g.pixels, RamStyle::Block);
    let mut slots = vec![];
    for slot in 0..3 {
        let mut passes = vec![];
        for pass in 0..g.passes {
            let here = &write_ring.is(slot) & &write_pass.is(pass as u64);
            let enable = m.wire(&format!("write_{slot}_{pass}"), &(&write_enable & &here));
            let read = m.instance(
                &format!("slot{slot}_pass{pass}"),
                &bank,
                &[
                    ("write_en_i", &enable),
                    ("write_address_i", &write_address),
                    ("write_data_i", &write_data),
                    ("read_address_i", &read_address),
                ],
                &["read_data_o"],
            );
            passes.extend(read);
        }
        let row = m.wire(&format!("slot{slot}"), &by_pixel(g, &passes));
        slots.push(row);
    }
    let ring = m.delay("ring_q", &ring);
    let row = |m: &mut Module, name: &str, offset: usize| {
        let at = |r: usize| &slots[(r + offset) % 3];
        m.wire(name, &choose(&ring.is(0), at(0), &choose(&ring.is(1), at(1), at(2))))
    };
    let rows = [row(&mut m, "lower", 1), row(&mut m, "middle", 0), row(&mut m, "upper", 2)];
    let signs = m.delay("signs_q", &cat(&rows));
    m.output("signs_o", &signs);
    Rc::new(m)
}

/// Reorders the words of all passes, bit `g*P + p`, into `C` channels a pixel.
fn by_pixel(g: &Geometry, passes: &[Expr]) -> Expr {
    let mut parts = vec![];
    for pixel in (0..g.pixels).rev() {
        parts.extend(passes.iter().rev().map(|word| word.slice(pixel * g.lanes, g.lanes)));
    }
    cat(&parts)
}
