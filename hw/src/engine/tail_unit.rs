//! The tail: a full-precision 3x3 convolution into the pixels of the shuffled rows, two columns at a time.
//!
//! Along x it is Winograd's F(2,3), exact in integers because the transformed weights are stored doubled: of four
//! neighbouring columns `d` and three weights `g`
//!
//! `M = ((d0-d2) 2g0, (d1+d2)(g0+g1+g2), (d2-d1)(g0-g1+g2), (d1-d3) 2g2)`, summed over kernel rows and channels,
//! `2 y0 = M0 + M1 + M2`, `2 y1 = M1 - M2 - M3`:
//!
//! four products for two outputs instead of six. A round is `U` channels of one kernel row for all outputs.

mod channel;
mod issue;
mod pixels;
mod product;
mod store;

use crate::geometry::{ACCUMULATOR_BITS, Geometry, TRANSFORMED_WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, index_bits};
use std::rc::Rc;

/// Cycles from a round to its first channel's product: store, mask.
const READ: usize = 2;
/// Transformed columns of a pair.
const COLUMNS: usize = 4;

/// Cycles from the last round of a row until its last pixel is written.
pub(crate) fn latency(g: &Geometry) -> usize {
    READ + product::latency(g) + pixels::latency(g)
}

/// Bits of a record of weights: the outputs of a line, for one round and channel.
pub(super) fn weight_record_bits(g: &Geometry) -> usize {
    g.line_outputs() * COLUMNS * TRANSFORMED_WEIGHT_BITS
}

/// Banks of weights: one a channel of a round and line.
pub(super) fn weight_banks(g: &Geometry) -> usize {
    g.tail_channels * g.scale
}

/// Bits of the address of a record of weights: bank, round.
pub(super) fn weight_address_bits(g: &Geometry) -> usize {
    index_bits(weight_banks(g)) + index_bits(g.tail_rounds())
}

/// Bits of a record of addends: one output.
pub(super) fn addend_record_bits() -> usize {
    ACCUMULATOR_BITS
}

/// Bits of the address of a record of addends: line, output of the line.
pub(super) fn addend_address_bits(g: &Geometry) -> usize {
    let lines = if g.scale == 1 { 0 } else { index_bits(g.scale) };
    lines + index_bits(g.line_outputs())
}

/// The tail and its store of four rows.
pub(super) fn tail_unit(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "tail_unit",
        format!(
            "Tail: out = clamp((sum w * r + add + half) >> shift, 0, 255) over 3x3 taps of {} channels, 0 outside, as\n\
             F(2,3) along x: pairs of columns from left to right, for each {} rounds of {} channels of a kernel row,\n\
             then the {} bytes of the pair: {} line(s) one after the other, {} bytes of each.",
            g.tail_inputs(),
            g.tail_rounds(),
            g.tail_channels,
            g.pair_bytes(),
            g.scale,
            2 * g.line_outputs(),
        ),
    );
    let issue = issue::issue(&mut m, g);
    let columns = store::columns(&mut m, g, &issue);
    let channels = channels(&mut m, g, &issue, &columns);
    let products = products(&mut m, g, &issue, &channels);
    pixels(&mut m, g, &issue, &products);
    Rc::new(m)
}

/// A channel of a round as its chain takes it.
struct Channel {
    /// The transformed columns.
    columns: Vec<Expr>,
    /// Of every line.
    weights: Vec<Expr>,
}

fn channels(m: &mut Module, g: &Geometry, issue: &issue::Issue, columns: &[Expr; 2]) -> Vec<Channel> {
    let enable = m.input("weight_write_en_i", 1);
    let address = m.input("weight_write_address_i", weight_address_bits(g));
    let data = m.input("weight_write_data_i", weight_record_bits(g));
    let rounds = index_bits(g.tail_rounds());
    let record = m.wire("weight_record", &address.slice(0, rounds));
    let bank = m.wire("weight_bank", &address.slice(rounds, index_bits(weight_banks(g))));
    let unit = channel::tail_channel(g);
    let mut round = m.delay("round_late_q", &issue.round);
    let mut works = m.delay_reset("works_late_q", &issue.works);
    let made = (0..g.tail_channels)
        .map(|u| {
            let here = |line: usize| &enable & &bank.is((u * g.scale + line) as u64);
            let enables: Vec<Expr> = (0..g.scale).rev().map(here).collect();
            let enables = m.wire(&format!("weight_enables{u}"), &cat(&enables));
            let [odd, even] = [0, 1].map(|k| {
                let own = columns[k].slice(u * g.sum_bits(), g.sum_bits());
                m.delay_by(&format!("channel{u}_{}_q", ["odd", "even"][k]), &own, u)
            });
            let ports = [
                ("round_i", &round),
                ("works_i", &works),
                ("odd_i", &odd),
                ("even_i", &even),
                ("weight_write_en_i", &enables),
                ("weight_write_address_i", &record),
                ("weight_write_data_i", &data),
            ];
            let made = m.instance_outputs(&format!("channel{u}"), &unit, &ports);
            let find = |name: String| made.iter().find(|(port, _)| *port == name).expect("an output").1.clone();
            (round, works) = (find("round".into()), find("works".into()));
            Channel {
                columns: (0..COLUMNS).map(|k| find(format!("transformed{k}"))).collect(),
                weights: (0..g.scale).map(|line| find(format!("weights{line}"))).collect(),
            }
        })
        .collect();
    m.drops("after_the_last_channel", &cat(&[round, works]));
    made
}

/// `M_k` of every output, `[output][k]`.
fn products(m: &mut Module, g: &Geometry, issue: &issue::Issue, channels: &[Channel]) -> Vec<Vec<Expr>> {
    let unit = product::tail_product(g);
    let first = m.delay_by("first_q", &issue.first, READ + g.tail_channels + 2);
    let keep = m.delay_reset_by("keep_q", &issue.pair_ends, READ + g.tail_channels + 3);
    let side_by_side = |part: &dyn Fn(&Channel) -> Expr| cat(&channels.iter().rev().map(part).collect::<Vec<_>>());
    let columns: Vec<Expr> =
        (0..COLUMNS).map(|k| m.wire(&format!("columns{k}"), &side_by_side(&|c| c.columns[k].clone()))).collect();
    let mut product = |output: usize, k: usize| {
        let (line, of_line) = (output / g.line_outputs(), output % g.line_outputs());
        let at = (of_line * COLUMNS + k) * TRANSFORMED_WEIGHT_BITS;
        let weights = side_by_side(&|c| c.weights[line].slice(at, TRANSFORMED_WEIGHT_BITS));
        let ports = [("weights_i", &weights), ("columns_i", &columns[k]), ("first_i", &first), ("keep_i", &keep)];
        m.instance(&format!("product{output}_{k}"), &unit, &ports, &["product_o"]).remove(0)
    };
    (0..g.tail_outputs()).map(|output| (0..COLUMNS).map(|k| product(output, k)).collect()).collect()
}

/// The bytes of a pair, one a cycle, to the line buffer.
fn pixels(m: &mut Module, g: &Geometry, issue: &issue::Issue, products: &[Vec<Expr>]) {
    let late = READ + product::latency(g) - 1;
    let starts = m.delay_reset_by("pair_kept_q", &issue.pair_ends, late);
    let flags = cat(&[issue.picture_ends.clone(), issue.row_ends.clone(), issue.single.clone()]);
    let flags = m.wire("pair_flags", &flags);
    let flags = m.delay_by("pair_flags_q", &flags, late);
    let [single, row_ends, picture_ends] = [0, 1, 2].map(|k| flags.bit(k));
    let shift = m.input("shift_i", 5);
    let enable = m.input("addend_write_en_i", 1);
    let address = m.input("addend_write_address_i", addend_address_bits(g));
    let data = m.input("addend_write_data_i", addend_record_bits());
    let all: Vec<Expr> = products.iter().flatten().rev().map(Expr::unsigned).collect();
    let ports = [
        ("start_i", &starts),
        ("single_i", &single),
        ("row_ends_i", &row_ends),
        ("picture_ends_i", &picture_ends),
        ("products_i", &cat(&all)),
        ("shift_i", &shift),
        ("addend_write_en_i", &enable),
        ("addend_write_address_i", &address),
        ("addend_write_data_i", &data),
    ];
    for (port, value) in m.instance_outputs("pixels", &pixels::tail_pixels(g), &ports) {
        m.output(&format!("{port}_o"), &value);
    }
}
