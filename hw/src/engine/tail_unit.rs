//! The tail: a full-precision 3x3 convolution into the pixels of the shuffled row, in output order.
//!
//! For output row `i` of the `s` that a row becomes, and each column, the `s` outputs `j` are summed side by side over
//! nine taps of `C / P` words. Pixel shuffle is that order.

mod issue;
mod sum;

use crate::blocks::{RamStyle, ram};
use crate::geometry::{ACCUMULATOR_BITS, Geometry, WEIGHT_BITS};
use crate::rtl::{Expr, Module, choose, index_bits, lit};
use std::rc::Rc;

pub(super) use sum::shift_right;

/// Cycles from a group's last tap to its pixels: store, product, adder tree, accumulator, shift, clamp.
pub(crate) fn latency(g: &Geometry) -> usize {
    2 + 3 + sum::tree_levels(g) + 3
}

/// Bits of a record of weights: `P` channels of the `s` outputs of a group, for one tap and pass.
pub(super) fn weight_record_bits(g: &Geometry) -> usize {
    g.lanes * g.scale * WEIGHT_BITS
}

/// Records of weights: `s` output rows of nine taps of `C / P` words.
pub(super) fn weight_records(g: &Geometry) -> usize {
    g.scale * g.tail_steps()
}

/// The tail and its store of four rows.
pub(super) fn tail_unit(g: &Geometry) -> Rc<Module> {
    let s = g.scale;
    let mut m = Module::clocked(
        "tail_unit",
        format!(
            "Tail: out = clamp((sum w * r + add + half) >> shift, 0, 255) over 3x3 taps of {} channels, 0 outside.\n\
             Output rows i = 0..{} of a row one after the other, columns left to right, the {s} outputs j of a pixel\n\
             side by side: out[y*{s} + i, x*{s} + j]. {} channels a cycle.",
            g.channels,
            s - 1,
            g.lanes
        ),
    );
    let issue = issue::issue(&mut m, g);
    let word = store(&mut m, g, &issue);
    let inside = m.delay_by("inside_q", &issue.inside, 2);
    let zero = lit(0, word.width());
    let taps = m.wire("taps", &choose(&inside, &word, &zero));
    let weights = weights(&mut m, g, &issue.record);
    sum::sum(&mut m, g, &issue, &taps, &weights);
    Rc::new(m)
}

/// Four rows of sums, written by the long skip; the word of the issued tap, two cycles later.
fn store(m: &mut Module, g: &Geometry, issue: &issue::Issue) -> Expr {
    let valid = m.input("sum_valid_i", 1);
    let row = m.input("sum_row_i", 2);
    let pass = m.input("sum_pass_i", g.pass_bits());
    if g.passes == 1 {
        m.drops("sum_pass", &pass);
    }
    let column = m.input("sum_column_i", index_bits(g.width));
    let data = m.input("sum_i", g.lanes * g.sum_bits());
    let write = m.wire("write_address", &address(g, &row, &pass, &column));
    let read = m.wire("read_address", &address(g, &issue.row, &issue.pass, &issue.column));
    let word = m.instance(
        "rows",
        &ram(g.tail_depth(), g.lanes * g.sum_bits(), RamStyle::Block),
        &[("write_en_i", &valid), ("write_address_i", &write), ("write_data_i", &data), ("read_address_i", &read)],
        &["read_data_o"],
    );
    m.delay("word_q", &word[0])
}

/// `(row * passes + pass) * width + column`.
fn address(g: &Geometry, row: &Expr, pass: &Expr, column: &Expr) -> Expr {
    let bits = index_bits(g.tail_depth());
    let at = |k: usize| lit((k * g.width) as u64, bits);
    let row = (1..4).fold(at(0), |rest, k| choose(&row.is(k as u64), &at(k * g.passes), &rest));
    let pass = (1..g.passes).fold(at(0), |rest, k| choose(&pass.is(k as u64), &at(k), &rest));
    &(&row + &pass) + &column.extend(bits)
}

/// Weights of the issued record, two cycles later.
fn weights(m: &mut Module, g: &Geometry, record: &Expr) -> Expr {
    let enable = m.input("weight_write_en_i", 1);
    let address = m.input("weight_write_address_i", index_bits(weight_records(g)));
    let data = m.input("weight_write_data_i", weight_record_bits(g));
    let read = m.instance(
        "weights",
        &ram(weight_records(g), weight_record_bits(g), RamStyle::Block),
        &[("write_en_i", &enable), ("write_address_i", &address), ("write_data_i", &data), ("read_address_i", record)],
        &["read_data_o"],
    );
    m.delay("weight_q", &read[0])
}

/// Bits of a record of addends: one an output of the group.
pub(super) fn addend_record_bits(g: &Geometry) -> usize {
    g.scale * ACCUMULATOR_BITS
}
