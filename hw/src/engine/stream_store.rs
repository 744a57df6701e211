//! The full-precision stream: whole rows, updated in place by every stage.

use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::Module;
use std::rc::Rc;

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
    let read = m.instance(
        "rows",
        &ram(g.stream_depth(), g.stream_word(), RamStyle::Block),
        &[
            ("write_en_i", &write_enable),
            ("write_address_i", &write_address),
            ("write_data_i", &write_data),
            ("read_address_i", &read_address),
        ],
        &["read_data_o"],
    );
    let word = m.delay("word_q", &read[0]);
    m.output("stream_o", &word);
    Rc::new(m)
}
