//! The head's output for the stage that adds it, in the stage before a binary upsampler.

use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, pick};
use std::rc::Rc;

/// Two rows of `x_0`: the head unit makes one while the other is read. A bank has `head_lanes` of the `P` lanes.
/// `anchor_o` is a word of the lanes, 0 where it is not wanted, two cycles after its address.
pub(super) fn anchor(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "anchor",
        format!(
            "Two rows of the head's output, {} lanes a word: written by groups of {} channels of a column; anchor_o is\n\
             the word of a pass and column, or 0 where it is not wanted, two cycles after them.",
            g.lanes, g.head_lanes
        ),
    );
    m.input("clk_i", 1);
    let (b, parts) = (g.stream_bits, g.lanes / g.head_lanes);
    let (group_bits, columns) = (index_bits(g.head_groups()), index_bits(g.width));
    let valid = m.input("valid_i", 1);
    let write_row = m.input("row_i", 1);
    let group = m.input("group_i", group_bits);
    let write_column = m.input("column_i", columns);
    let x0 = m.input("x0_i", g.head_lanes * (b + 1));
    let wanted = m.input("wanted_i", 1);
    let read_row = m.input("read_row_i", 1);
    let read_pass = m.input("read_pass_i", g.pass_bits());
    let read_column = m.input("read_column_i", columns);
    for (name, key, values) in [("group", &group, g.head_groups()), ("read_pass", &read_pass, g.passes)] {
        if values == 1 {
            m.drops(name, key);
        }
    }
    let depth = 2 * g.passes * g.width;
    let address = |row: &Expr, pass: Expr, column: &Expr| {
        let bits = index_bits(depth);
        let row = choose(row, &lit((g.passes * g.width) as u64, bits), &lit(0, bits));
        &(&row + &pass) + &column.extend(bits)
    };
    let at = |pass: usize| lit((pass * g.width) as u64, index_bits(depth));
    let pass_written = pick(&group, &(0..g.head_groups()).map(|group| at(group / parts)).collect::<Vec<_>>());
    let pass_read = pick(&read_pass, &(0..g.passes).map(at).collect::<Vec<_>>());
    let write = m.wire("write_address", &address(&write_row, pass_written, &write_column));
    let read = m.wire("read_address", &address(&read_row, pass_read, &read_column));
    let lanes: Vec<Expr> = (0..g.head_lanes).rev().map(|lane| x0.slice(lane * (b + 1), b)).collect();
    let signs: Vec<Expr> = (0..g.head_lanes).map(|lane| x0.bit(lane * (b + 1) + b)).collect();
    m.drops("x0_signs", &cat(&signs));
    let data = m.wire("x0", &cat(&lanes));
    let memory = ram(depth, g.head_lanes * b, RamStyle::Block);
    let banks: Vec<Expr> = (0..parts)
        .map(|part| {
            let of = |group: usize| lit(u64::from(group % parts == part), 1);
            let here = pick(&group, &(0..g.head_groups()).map(of).collect::<Vec<_>>());
            let ports = [
                ("write_en_i", &(&valid & &here)),
                ("write_address_i", &write),
                ("write_data_i", &data),
                ("read_address_i", &read),
            ];
            m.instance(&format!("bank{part}"), &memory, &ports, &["read_data_o"]).remove(0)
        })
        .rev()
        .collect();
    let wanted = m.delay("wanted_q", &wanted);
    let word = choose(&wanted, &cat(&banks), &lit(0, g.stream_word()));
    let word = m.delay("anchor_q", &word);
    m.output("anchor_o", &word);
    Rc::new(m)
}

/// The stream at the centres of the windows of one pixel, with the head's output where it is added: `x_o` is the pixel of
/// the previous word and `anchor_i`, exact, one cycle later.
pub(super) fn anchored_centre(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "anchored_centre",
        "x_o = the stream at the centre of the window, the pixel of the previous word, plus anchor_i, in one more bit.\n\
         The word that arrives is kept with shift_i.",
    );
    m.input("clk_i", 1);
    let shift = m.input("shift_i", 1);
    let stream = m.input("stream_i", g.stream_word());
    let anchor = m.input("anchor_i", g.stream_word());
    let last = m.register_free("last_q", g.stream_word(), false);
    m.drive_when(&last, &shift, &stream);
    let (b, wide) = (g.stream_bits, g.skip_bits());
    let sums: Vec<Expr> = (0..g.lanes)
        .rev()
        .map(|lane| {
            let [x, x0] = [("x", &last.q), ("anchor", &anchor)]
                .map(|(name, word)| m.wire(&format!("{name}{lane}"), &word.slice(lane * b, b).signed()));
            m.wire(&format!("sum{lane}"), &(&x.extend(wide) + &x0.extend(wide)).unsigned())
        })
        .collect();
    let x = m.delay("x_q", &cat(&sums));
    m.output("x_o", &x);
    Rc::new(m)
}
