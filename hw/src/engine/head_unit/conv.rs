//! The head's multipliers: nine taps of a few channels a cycle, for the head's window or the long skip's.

use crate::blocks::{RamStyle, multiply, ram};
use crate::engine::lane::saturate;
use crate::engine::requantise::shift_right;
use crate::geometry::{ACCUMULATOR_BITS, Geometry, INPUT_BITS, WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, choose, index_bits};
use std::rc::Rc;

/// Cycles from the last issue until the buffers hold its channels.
pub(crate) const PIPELINE: u64 = 10;

/// What is issued: a group of channels of one of the two windows, for a pixel of the word.
pub(super) struct Issue {
    pub skip: Expr,
    pub head: Expr,
    pub group: Expr,
    pub pixel: Expr,
    pub windows: [Vec<Expr>; 2],
}

/// All channels of the `G` pixels of a word.
pub(super) struct Buffers {
    pub skip: Vec<Expr>,
    pub head: Vec<Expr>,
    pub signs: Vec<Expr>,
}

/// Bits of a channel's weights, addend and threshold.
fn channel_bits(g: &Geometry) -> usize {
    9 * WEIGHT_BITS + ACCUMULATOR_BITS + g.threshold_bits()
}

/// Bits of a record: a group of channels.
pub(in crate::engine) fn record_bits(g: &Geometry) -> usize {
    g.head_lanes * channel_bits(g)
}

/// `x0` of a group of channels a cycle, collected a pixel at a time.
pub(super) fn conv(m: &mut Module, g: &Geometry, issue: &Issue) -> Buffers {
    let groups = g.channels / g.head_lanes;
    let address_bits = index_bits(groups);
    let write_enable = m.input("weight_write_en_i", 1);
    let write_address = m.input("weight_write_address_i", address_bits);
    let write_data = m.input("weight_write_data_i", record_bits(g));
    let group = m.wire("group", &issue.group.slice(0, address_bits));
    let record = m.instance(
        "weights",
        &ram(groups, record_bits(g), RamStyle::Distributed),
        &[
            ("write_en_i", &write_enable),
            ("write_address_i", &write_address),
            ("write_data_i", &write_data),
            ("read_address_i", &group),
        ],
        &["read_data_o"],
    );
    let head_now = m.delay("head_issue_q", &issue.head);
    let inputs: Vec<Expr> = (0..9)
        .map(|k| m.wire(&format!("tap{k}"), &choose(&head_now, &issue.windows[1][k], &issue.windows[0][k])))
        .collect();
    let shift = m.input("shift_i", 5);
    let inputs = m.wire("taps", &cat(&inputs.iter().rev().cloned().collect::<Vec<_>>()));
    let unit = head_channel(g);
    let (mut values, mut signs) = (vec![], vec![]);
    for lane in 0..g.head_lanes {
        let channel = record[0].slice(lane * channel_bits(g), channel_bits(g));
        let made = m.instance(
            &format!("channel{lane}"),
            &unit,
            &[("taps_i", &inputs), ("record_i", &channel), ("shift_i", &shift)],
            &["x0_o", "sign_o"],
        );
        values.push(made[0].clone());
        signs.push(made[1].clone());
    }
    values.reverse();
    signs.reverse();
    collect(m, g, issue, &cat(&values), &cat(&signs))
}

/// One channel of the head: `x0` and its sign, eight cycles after the taps and the record.
fn head_channel(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "head_channel",
        "One channel of the head: x0 = saturate((sum w * in + add) >> shift), the rounding half inside add,\n\
         sign = (x0 >= threshold). record_i = {threshold, add, nine weights}. Latency 8, II 1.",
    );
    m.input("clk_i", 1);
    let taps = m.input("taps_i", 9 * INPUT_BITS);
    let record = m.input("record_i", channel_bits(g));
    let shift = m.input("shift_i", 5);
    let multiplier = multiply(WEIGHT_BITS, INPUT_BITS);
    let products: Vec<Expr> = (0..9)
        .map(|k| {
            let weight = record.slice(k * WEIGHT_BITS, WEIGHT_BITS);
            let tap = taps.slice(k * INPUT_BITS, INPUT_BITS);
            let name = format!("product{k}");
            let product = m.instance(&name, &multiplier, &[("a_i", &weight), ("b_i", &tap)], &["product_o"]);
            product[0].extend(ACCUMULATOR_BITS)
        })
        .collect();
    let add = record.slice(9 * WEIGHT_BITS, ACCUMULATOR_BITS).signed();
    let add = m.delay_by("add_q", &add, 4);
    let thirds: Vec<Expr> = products
        .chunks(3)
        .enumerate()
        .map(|(k, p)| m.delay(&format!("third{k}_q"), &(&(&p[0] + &p[1]) + &p[2])))
        .collect();
    let sum = m.delay("sum_q", &(&(&thirds[0] + &thirds[1]) + &(&thirds[2] + &add)));
    let shifted = shift_right(&mut m, "sum", &sum, &shift);
    let shifted = m.delay("shifted_q", &shifted);
    let x0 = saturate(&mut m, "shifted", &shifted, g.stream_bits);
    let x0 = m.delay("x0_q", &x0);
    let threshold = record.slice(9 * WEIGHT_BITS + ACCUMULATOR_BITS, g.threshold_bits()).signed();
    let threshold = m.delay_by("threshold_q", &threshold, 7);
    let sign = m.wire("sign", &x0.extend(g.threshold_bits()).ge(&threshold));
    let (x0, sign) = (m.delay("x0_late_q", &x0.unsigned()), m.delay("sign_q", &sign));
    m.output("x0_o", &x0);
    m.output("sign_o", &sign);
    Rc::new(m)
}

/// Shift registers that take a group of channels a cycle, one a pixel of the word and window.
fn collect(m: &mut Module, g: &Geometry, issue: &Issue, values: &Expr, signs: &Expr) -> Buffers {
    let values = m.wire("x0_group", values);
    let signs = m.wire("sign_group", signs);
    let late = if g.pixels == 1 { 0 } else { PIPELINE as usize - 1 };
    let turn = m.delay_by("collect_pixel_q", &issue.pixel, late);
    let mut buffers = Buffers { skip: vec![], head: vec![], signs: vec![] };
    for (name, valid) in [("skip", &issue.skip), ("head", &issue.head)] {
        let arrives = m.delay_reset_by(&format!("{name}_arrives_q"), valid, PIPELINE as usize - 1);
        for pixel in 0..g.pixels {
            let here = if g.pixels == 1 { arrives.clone() } else { &arrives & &turn.is(pixel as u64) };
            let here = m.wire(&format!("{name}_takes{pixel}"), &here);
            let mut take = |suffix: &str, new: &Expr, bits: usize| {
                let register = m.register_free(&format!("{name}{pixel}_{suffix}_q"), bits, false);
                let kept = (bits > new.width()).then(|| register.q.slice(new.width(), bits - new.width()));
                let next = kept.map_or(new.clone(), |kept| cat(&[new.clone(), kept]));
                m.drive_when(&register, &here, &next);
                register.q
            };
            let held = take("x0", &values, g.channels * g.stream_bits);
            if name == "skip" {
                buffers.skip.push(held);
            } else {
                buffers.head.push(held);
                buffers.signs.push(take("sign", &signs, g.channels));
            }
        }
    }
    buffers
}
