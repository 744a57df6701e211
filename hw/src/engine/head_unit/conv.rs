//! The head's multipliers: nine taps of one colour and a few channels a cycle, and the word of the head that they make.

use super::control::Control;
use super::sum;
use super::weights::Weights;
use crate::blocks::multiply_accumulate;
use crate::engine::lane::saturate;
use crate::geometry::{Geometry, HEAD_ADDEND_BITS, HEAD_WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, choose, lit, pick, slit};
use std::rc::Rc;

/// Cycles from an issue to the sum of its products: taps, a chain of nine products.
const SUM: usize = 1 + 8 + 3;

/// Cycles from the last colour's issue to `x0`: its products, those of all colours, shift, saturation.
fn pipeline(g: &Geometry) -> usize {
    SUM + usize::from(g.colours > 1) + 2
}

/// Cycles from the last colour's issue to `x0`, which waits for a word of the stream that comes later.
pub(crate) fn latency(g: &Geometry) -> usize {
    pipeline(g).max(sum::word_arrives(g) + 1)
}

/// What an issue of the last colour has made, [`latency`] cycles later.
pub(super) struct Made {
    /// `x0` of the group's channels.
    pub x0: Expr,
    /// Pixel of the word, group of the pass.
    pub pixel: Expr,
    pub part: Expr,
}

/// `x0` of a group of channels an issue of the last colour.
pub(super) fn conv(m: &mut Module, g: &Geometry, control: &Control, taps: &[Expr], weights: &Weights) -> Made {
    let shift = m.input("shift_i", 5);
    let less = m.wire("shift_less", &shift.minus(1));
    m.drops("shift_less", &less.slice(0, 3));
    let shift = m.wire("shift_eighths", &less.slice(3, 2));
    let taps = m.wire("taps", &cat(&taps.iter().rev().cloned().collect::<Vec<_>>()));
    let unit = head_channel(g);
    let lanes = super::lanes_a_record(g);
    let first = control.colour.index().map(|_| {
        let first = m.wire("first_colour", &control.colour.in_first(&lit(1, 1)));
        m.delay_by("first_colour_late", &first, SUM)
    });
    let made: Vec<Vec<Expr>> = (0..g.head_lanes)
        .map(|lane| {
            let mut ports = vec![
                ("taps_i", &taps),
                ("weights_i", &weights.weights[lane % lanes]),
                ("addend_i", &weights.addends[lane % lanes]),
                ("threshold_i", &weights.thresholds[lane % lanes]),
                ("load_i", &weights.load[lane / lanes]),
                ("swap_i", &weights.swap),
                ("shift_i", &shift),
            ];
            ports.extend(first.iter().map(|first| ("first_i", first)));
            m.instance(&format!("channel{lane}"), &unit, &ports, &["x0_o", "sign_o"])
        })
        .collect();
    let group = |output: usize| cat(&made.iter().rev().map(|lane| lane[output].clone()).collect::<Vec<_>>());
    let values = m.wire("x0_group", &group(0));
    let signs = m.wire("sign_group", &group(1));
    let mut late = |name: &str, value: &Expr, count: usize| match count {
        1 => lit(0, 1),
        _ => m.delay_by(name, value, latency(g)),
    };
    let pixel = late("made_pixel", &control.pixel, g.pixels);
    let part = late("made_part", &control.part, g.lanes / g.head_lanes);
    let made = Made { x0: values, pixel, part };
    head_word(m, g, control, &made, &signs);
    made
}

/// One channel of the head.
fn head_channel(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "head_channel",
        format!(
            "One channel of the head: x0 = saturate((sum w * in + add) >> shift), sign = (x0 >= threshold). The weights\n\
             and add, which holds the rounding half, are shifted up so that shift is 8 * (shift_i + 1). Tap and weight k\n\
             come k cycles after the first, x0_o {} cycles after the first tap{}. load_i and swap_i have a bit for each\n\
             weight, then add, then the threshold.",
            latency(g) - 1,
            if g.colours > 1 { " of the last colour; first_i comes with the first colour's sum" } else { "" }
        ),
    );
    m.input("clk_i", 1);
    let taps = m.input("taps_i", 9 * g.input_bits());
    let weights = m.input("weights_i", 9 * HEAD_WEIGHT_BITS);
    let addend = m.input("addend_i", HEAD_ADDEND_BITS);
    let threshold = m.input_signed("threshold_i", g.threshold_bits());
    let load = m.input("load_i", 11);
    let swap = m.input("swap_i", 11);
    let shift = m.input("shift_i", 2);
    let mut shadow = |name: &str, value: &Expr, at: usize| {
        let register = m.register_free(&format!("{name}_shadow_q"), value.width(), value.is_signed());
        m.drive_when(&register, &load.bit(at), value);
        register.q
    };
    let own: Vec<Expr> = (0..9)
        .map(|k| shadow(&format!("weight{k}"), &weights.slice(k * HEAD_WEIGHT_BITS, HEAD_WEIGHT_BITS), k))
        .collect();
    let addend = shadow("addend", &addend, 9);
    let next_threshold = shadow("threshold", &threshold, 10);
    let chain = multiply_accumulate(9, HEAD_WEIGHT_BITS, g.input_bits(), HEAD_ADDEND_BITS);
    let ports = [
        ("a_i", &cat(&own.iter().rev().cloned().collect::<Vec<_>>())),
        ("b_i", &taps),
        ("c_i", &addend),
        ("take_i", &swap.slice(0, 10)),
    ];
    let sum = m.instance("chain", &chain, &ports, &["sum_o"]).remove(0);
    let sum = if g.colours > 1 { sum_of_colours(&mut m, g, &sum) } else { sum };
    let kept = sum.width() - 8;
    m.drops("sum", &sum.slice(0, 8));
    let eighths: Vec<Expr> = (0..4)
        .map(|k| {
            let part = m.wire(&format!("sum_eighth{k}"), &sum.shifted_right(8 * (k + 1)));
            part.extend(kept)
        })
        .collect();
    let shifted = m.delay("shifted_q", &pick(&shift, &eighths));
    let x0 = saturate(&mut m, "shifted", &shifted, g.stream_bits);
    let x0 = m.delay_by("x0_q", &x0, latency(g) - pipeline(g) + 1);
    let threshold = m.register_free("threshold_q", g.threshold_bits(), true);
    m.drive_when(&threshold, &swap.bit(10), &next_threshold);
    let sign = m.wire("sign", &x0.extend(g.threshold_bits()).ge(&threshold.q));
    m.output("x0_o", &x0.unsigned());
    m.output("sign_o", &sign);
    Rc::new(m)
}

/// The sum of a pixel's colours: those before it were made a word's pixels of both rows ago.
fn sum_of_colours(m: &mut Module, g: &Geometry, sum: &Expr) -> Expr {
    let first = m.input("first_i", 1);
    let before = m.promise("colours_before", sum.width());
    let total = m.wire("colours_sum", &(&choose(&first, &slit(0, sum.width()), &before.signed()) + sum));
    let total = m.delay("colours_q", &total);
    let late = m.delay_by("colours_late", &total, 2 * g.pixels - 1);
    m.fulfil(&before, &late.unsigned());
    total
}

/// Cycles by which the head's word comes later than it could: its registers hold a pass's values until the lanes take
/// them, and not longer.
fn word_waits(g: &Geometry) -> usize {
    g.write_back() - g.stream_lag() - 6
}

/// The head's word of a pass: each group of channels in its place, one pixel at a time.
fn head_word(m: &mut Module, g: &Geometry, control: &Control, made: &Made, signs: &Expr) {
    let head = m.wire("head_issue", &control.colour.in_last(&(&control.issue & &!&control.skip)));
    let wait = word_waits(g);
    let arrives = m.delay_by("head_arrives", &head, latency(g) + wait);
    let mut late = |name: &str, value: &Expr| m.delay_by(&format!("{name}_waits"), value, wait);
    let (pixel, part) = (late("pixel", &made.pixel), late("part", &made.part));
    let (x0, signs) = (late("x0", &made.x0), late("sign", signs));
    let (mut words, mut word_signs) = (vec![], vec![]);
    for at in 0..g.pixels {
        for group in 0..g.lanes / g.head_lanes {
            let here = &arrives & &(&pixel.is(at as u64) & &part.is(group as u64));
            let here = m.wire(&format!("takes{at}_{group}"), &here);
            for (name, value, into) in [("x0", &x0, &mut words), ("sign", &signs, &mut word_signs)] {
                let register = m.register_free(&format!("{name}{at}_{group}_q"), value.width(), false);
                m.drive_when(&register, &here, value);
                into.insert(0, register.q);
            }
        }
    }
    m.output("head_word_o", &cat(&words));
    m.output("head_signs_o", &cat(&word_signs));
}
