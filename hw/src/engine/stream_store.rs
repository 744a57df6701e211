//! The full-precision stream: whole rows, updated in place by every stage.

use crate::area::block_rams;
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, choose, index_bits};
use std::rc::Rc;

/// Words of the memories that hold the store: all, or the largest power of two and the rest.
///
/// A depth that is no power of two is made of block RAMs that are cut into many slices, each an input of a multiplexer;
/// two memories need a choice between two. They are taken unless they cost more than one block RAM.
fn parts(g: &Geometry) -> (usize, Option<usize>) {
    let (depth, width) = (g.stream_depth(), g.stream_word());
    let low = 1 << depth.ilog2();
    if low == depth {
        return (depth, None);
    }
    let half = |depth: usize| {
        let rams = block_rams(depth, width);
        2 * rams.ramb36e1 + rams.ramb18e1
    };
    if half(low) + half(depth - low) > half(depth) + 2 { (depth, None) } else { (low, Some(depth - low)) }
}

/// `stream_o` is a word of `P` lanes of `G` pixels, two cycles after its address.
pub(super) fn stream_store(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "stream_store",
        format!(
            "The full-precision stream, {} rows of {} words and {} pass(es); row r lives in slot r mod {}.\n\
             stream_o = {} lanes x {} pixel(s) of {} bits, two cycles after read_address_i.",
            g.stream_rows, g.words, g.passes, g.stream_rows, g.lanes, g.pixels, g.stream_bits
        ),
    );
    m.input("clk_i", 1);
    let read_address = m.input("read_address_i", g.stream_address_bits());
    let write_enable = m.input("write_en_i", 1);
    let write_address = m.input("write_address_i", g.stream_address_bits());
    let write_data = m.input("write_data_i", g.stream_word());
    let part = |m: &mut Module, name: &str, depth: usize, enable: &Expr| {
        let address = |whole: &Expr| whole.slice(0, index_bits(depth));
        let memory = ram(depth, g.stream_word(), RamStyle::Block);
        let inputs = [
            ("write_en_i", enable),
            ("write_address_i", &address(&write_address)),
            ("write_data_i", &write_data),
            ("read_address_i", &address(&read_address)),
        ];
        m.instance(name, &memory, &inputs, &["read_data_o"]).remove(0)
    };
    let read = match parts(g) {
        (depth, None) => part(&mut m, "rows", depth, &write_enable),
        (low, Some(rest)) => {
            let top = low.trailing_zeros() as usize;
            let (writes, reads) = (write_address.bit(top), read_address.bit(top));
            let first = part(&mut m, "rows", low, &(&write_enable & &!&writes));
            let others = part(&mut m, "rows_above", rest, &(&write_enable & &writes));
            let above = m.delay("above_q", &reads);
            m.wire("word", &choose(&above, &others, &first))
        }
    };
    let word = m.delay("word_q", &read);
    m.output("stream_o", &word);
    Rc::new(m)
}
