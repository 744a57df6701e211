//! The sums of a group: `P` products an output and cycle, an adder tree, an accumulator, the requantised pixel.

use super::issue::Issue;
use super::{addend_record_bits, weight_records};
use crate::blocks::{RamStyle, multiply, ram};
use crate::geometry::{ACCUMULATOR_BITS, Geometry, WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, repeat, slit};

/// Register levels of the adder tree over `P` products.
pub(in crate::engine) fn tree_levels(g: &Geometry) -> usize {
    index_bits(g.lanes) * usize::from(g.lanes > 1)
}

/// Sums, shifts, clamps and hands `s` pixels a group to the queue.
pub(super) fn sum(m: &mut Module, g: &Geometry, issue: &Issue, taps: &Expr, weights: &Expr) {
    debug_assert!(weight_records(g) > 0);
    let shift = m.input("shift_i", 5);
    let add = addends(m, g, &issue.line);
    let to_accumulator = 2 + 3 + tree_levels(g);
    let valid = m.delay_reset_by("valid_q", &issue.valid, to_accumulator);
    let first = m.delay_by("first_q", &issue.first, to_accumulator);
    let last = m.wire("issued_last", &(&issue.valid & &issue.last));
    let last = m.delay_reset_by("last_q", &last, to_accumulator + 1);
    let ends = m.delay_by("ends_q", &issue.ends, to_accumulator + 1);
    let mut pixels = vec![];
    for output in 0..g.scale {
        m.section(&format!("Output j = {output}."));
        let products = products(m, g, output, taps, weights);
        let total = tree(m, output, products);
        let accumulator = m.register_free(&format!("accumulator{output}_q"), ACCUMULATOR_BITS, true);
        let start = add.slice(output * ACCUMULATOR_BITS, ACCUMULATOR_BITS).signed();
        let before = choose(&first, &start, &accumulator.q);
        m.drive_when(&accumulator, &valid, &(&before + &total));
        let shifted = shift_right(m, &format!("accumulator{output}"), &accumulator.q, &shift);
        let shifted = m.delay(&format!("shifted{output}_q"), &shifted);
        let pixel = clamp(m, output, &shifted);
        pixels.push(m.delay(&format!("pixel{output}_q"), &pixel));
    }
    let valid = m.delay_reset_by("pixels_valid_q", &last, 2);
    let ends = m.delay_by("pixels_end_q", &ends, 2);
    pixels.reverse();
    m.output("pixels_valid_o", &valid);
    m.output("pixels_end_o", &ends);
    m.output("pixels_o", &cat(&pixels));
}

/// Addends of the output row, aligned with the accumulator; they change only between groups.
fn addends(m: &mut Module, g: &Geometry, line: &Expr) -> Expr {
    let enable = m.input("addend_write_en_i", 1);
    let address = m.input("addend_write_address_i", index_bits(g.scale));
    let data = m.input("addend_write_data_i", addend_record_bits(g));
    let read = m.instance(
        "addends",
        &ram(g.scale, addend_record_bits(g), RamStyle::Distributed),
        &[("write_en_i", &enable), ("write_address_i", &address), ("write_data_i", &data), ("read_address_i", line)],
        &["read_data_o"],
    );
    m.delay_by("addend_q", &read[0], 4 + tree_levels(g))
}

fn products(m: &mut Module, g: &Geometry, output: usize, taps: &Expr, weights: &Expr) -> Vec<Expr> {
    let multiplier = multiply(WEIGHT_BITS, g.sum_bits());
    (0..g.lanes)
        .map(|lane| {
            let weight = weights.slice((output * g.lanes + lane) * WEIGHT_BITS, WEIGHT_BITS);
            let tap = taps.slice(lane * g.sum_bits(), g.sum_bits());
            let name = format!("product{output}_{lane}");
            let product = m.instance(&name, &multiplier, &[("a_i", &weight), ("b_i", &tap)], &["product_o"]);
            product[0].extend(ACCUMULATOR_BITS)
        })
        .collect()
}

/// Adds pairs, a register a level. Every partial sum is bounded by the accumulator's range.
fn tree(m: &mut Module, output: usize, mut terms: Vec<Expr>) -> Expr {
    let mut level = 0;
    while terms.len() > 1 {
        level += 1;
        terms = terms
            .chunks(2)
            .enumerate()
            .map(|(k, pair)| {
                let sum = if pair.len() == 2 { &pair[0] + &pair[1] } else { pair[0].clone() };
                m.delay(&format!("tree{output}_{level}_{k}_q"), &sum)
            })
            .collect();
    }
    terms.remove(0)
}

/// `value >> amount`, floor, for an amount known at run time.
pub(in crate::engine) fn shift_right(m: &mut Module, name: &str, value: &Expr, amount: &Expr) -> Expr {
    let width = value.width();
    let sign = value.bit(width - 1);
    (0..amount.width()).fold(value.clone(), |at, k| {
        let by = 1 << k;
        let moved = if by < width { cat(&[repeat(&sign, by), at.slice(by, width - by)]) } else { repeat(&sign, width) };
        let next = choose(&amount.bit(k), &moved.signed(), &at);
        m.wire(&format!("{name}_shift{by}"), &next)
    })
}

/// Clamps to a pixel, 0..=255.
fn clamp(m: &mut Module, output: usize, value: &Expr) -> Expr {
    let negative = value.bit(value.width() - 1);
    let above = m.wire(&format!("above{output}"), &value.ge(&slit(256, value.width())));
    choose(&negative, &lit(0, 8), &choose(&above, &lit(255, 8), &value.slice(0, 8)))
}
