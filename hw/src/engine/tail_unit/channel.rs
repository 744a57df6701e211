//! One of the `U` channels of a round: its four neighbouring columns, transformed, and its weights.

use super::weight_record_bits;
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, index_bits};
use std::rc::Rc;

/// A channel of a round. The channels of a round follow one another, each a cycle later, as the chains of multipliers take
/// them: `round_o` and `works_o` are those of the next.
pub(super) fn tail_channel(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "tail_channel",
        "One channel of the tail: columns d0 to d3 around a pair of columns, transformed to d0-d2, d1+d2, d2-d1, d1-d3,\n\
         and the weights of its round, for each output 2*g0, g0+g1+g2, g0-g1+g2, 2*g2. odd_i and even_i are d2 and d3; d0\n\
         and d1 are what the round of the pair before had there. Round one cycle before the columns; latency 0 from those.",
    );
    m.input("clk_i", 1);
    let bits = g.sum_bits();
    let round = m.input("round_i", index_bits(g.pair_cycles()));
    let works = m.input("works_i", 1);
    let [d2, d3] = ["odd_i", "even_i"].map(|name| m.input(name, bits));
    let round_q = m.delay("round_q", &round);
    let works_q = m.delay("works_q", &works);
    let rounds = index_bits(g.tail_rounds());
    let read = m.wire("read_address", &round.slice(0, rounds));
    let write = m.wire("write_address", &round_q.slice(0, rounds));
    let new = cat(&[d3.clone(), d2.clone()]);
    let before = m.instance(
        "before",
        &ram(g.tail_rounds(), 2 * bits, RamStyle::Distributed),
        &[("write_en_i", &works_q), ("write_address_i", &write), ("write_data_i", &new), ("read_address_i", &read)],
        &["read_data_o"],
    );
    let wide = |column: &Expr| column.signed().extend(g.transformed_bits());
    let (d0, d1) = (before[0].slice(0, bits), before[0].slice(bits, bits));
    let named: Vec<Expr> =
        [d0, d1, d2, d3].iter().enumerate().map(|(k, d)| m.wire(&format!("d{k}"), &d.signed())).collect();
    let [d0, d1, d2, d3] = [0, 1, 2, 3].map(|k| wide(&named[k]));
    let transformed = [&d0 - &d2, &d1 + &d2, &d2 - &d1, &d1 - &d3];
    for (k, value) in transformed.iter().enumerate() {
        m.output(&format!("transformed{k}_o"), &value.unsigned());
    }
    weights(&mut m, g, &read);
    m.output("round_o", &round_q);
    m.output("works_o", &works_q);
    Rc::new(m)
}

/// A memory a line: the weights of its outputs.
fn weights(m: &mut Module, g: &Geometry, read: &Expr) {
    let enables = m.input("weight_write_en_i", g.scale);
    let address = m.input("weight_write_address_i", index_bits(g.tail_rounds()));
    let data = m.input("weight_write_data_i", weight_record_bits(g));
    for line in 0..g.scale {
        let ports = [
            ("write_en_i", &enables.bit(line)),
            ("write_address_i", &address),
            ("write_data_i", &data),
            ("read_address_i", read),
        ];
        let memory = ram(g.tail_rounds(), weight_record_bits(g), RamStyle::Block);
        let read = m.instance(&format!("weights{line}"), &memory, &ports, &["read_data_o"]);
        m.output(&format!("weights{line}_o"), &read[0]);
    }
}
