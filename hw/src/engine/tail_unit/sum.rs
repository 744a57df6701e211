//! The sums of a group: `P` products an output and cycle, an adder tree, an accumulator, the requantised pixel.

use super::addend_record_bits;
use super::issue::Issue;
use crate::blocks::{RamStyle, multiply, ram};
use crate::geometry::{ACCUMULATOR_BITS, Geometry, WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, repeat, slit};
use std::rc::Rc;

/// Register levels of the adder tree over `P` products.
pub(in crate::engine) fn tree_levels(g: &Geometry) -> usize {
    index_bits(g.lanes) * usize::from(g.lanes > 1)
}

/// Sums, shifts, clamps and hands `s` pixels a group to the queue.
pub(super) fn sum(m: &mut Module, g: &Geometry, issue: &Issue, taps: &Expr, weights: &Expr) {
    let shift = m.input("shift_i", 5);
    let add = addends(m, g, &issue.line);
    let to_accumulator = 2 + 3 + tree_levels(g);
    let valid = m.delay_reset_by("valid_q", &issue.valid, to_accumulator);
    let first = m.delay_by("first_q", &issue.first, to_accumulator);
    let last = m.wire("issued_last", &(&issue.valid & &issue.last));
    let last = m.delay_reset_by("last_q", &last, to_accumulator + 1);
    let ends = m.delay_by("ends_q", &issue.ends, to_accumulator + 1);
    let unit = tail_output(g);
    let weight_bits = g.lanes * WEIGHT_BITS;
    let mut pixels: Vec<Expr> = (0..g.scale)
        .flat_map(|output| {
            m.instance(
                &format!("output{output}"),
                &unit,
                &[
                    ("taps_i", taps),
                    ("weights_i", &weights.slice(output * weight_bits, weight_bits)),
                    ("add_i", &add.slice(output * ACCUMULATOR_BITS, ACCUMULATOR_BITS)),
                    ("valid_i", &valid),
                    ("first_i", &first),
                    ("shift_i", &shift),
                ],
                &["pixel_o"],
            )
        })
        .collect();
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

/// One output of a group: `P` products a cycle, an adder tree, an accumulator, the clamped pixel.
fn tail_output(g: &Geometry) -> Rc<Module> {
    let mut m = Module::new(
        "tail_output",
        format!(
            "One output of the tail: pixel = clamp((sum w * r + add) >> shift, 0, 255), the rounding half inside add.\n\
             {} products a cycle; valid_i and first_i come with the tree's total, {} cycles after the taps;\n\
             the pixel is there 3 cycles after the last of its totals.",
            g.lanes,
            3 + tree_levels(g)
        ),
    );
    m.input("clk_i", 1);
    let taps = m.input("taps_i", g.lanes * g.sum_bits());
    let weights = m.input("weights_i", g.lanes * WEIGHT_BITS);
    let add = m.input_signed("add_i", ACCUMULATOR_BITS);
    let valid = m.input("valid_i", 1);
    let first = m.input("first_i", 1);
    let shift = m.input("shift_i", 5);
    let multiplier = multiply(WEIGHT_BITS, g.sum_bits());
    let products = (0..g.lanes).map(|lane| {
        let weight = weights.slice(lane * WEIGHT_BITS, WEIGHT_BITS);
        let tap = taps.slice(lane * g.sum_bits(), g.sum_bits());
        let name = format!("product{lane}");
        let product = m.instance(&name, &multiplier, &[("a_i", &weight), ("b_i", &tap)], &["product_o"]).remove(0);
        let spare = product.width().saturating_sub(ACCUMULATOR_BITS);
        if spare == 0 {
            return product;
        }
        m.drops(&name, &product.slice(ACCUMULATOR_BITS, spare));
        product.slice(0, ACCUMULATOR_BITS).signed()
    });
    let products: Vec<Expr> = products.collect();
    let total = tree(&mut m, products);
    let accumulator = m.register_free("accumulator_q", ACCUMULATOR_BITS, true);
    let before = choose(&first, &add, &accumulator.q);
    m.drive_when(&accumulator, &valid, &(&before + &total));
    let shifted = shift_right(&mut m, "accumulator", &accumulator.q, &shift);
    let shifted = m.delay("shifted_q", &shifted);
    let pixel = clamp(&mut m, &shifted);
    let pixel = m.delay("pixel_q", &pixel);
    m.output("pixel_o", &pixel);
    Rc::new(m)
}

/// Adds pairs, a register and a bit a level, up to the accumulator's width: no sum leaves its range.
fn tree(m: &mut Module, mut terms: Vec<Expr>) -> Expr {
    let mut level = 0;
    while terms.len() > 1 {
        level += 1;
        let width = (terms[0].width() + 1).min(ACCUMULATOR_BITS).max(terms[0].width());
        terms = terms
            .chunks(2)
            .enumerate()
            .map(|(k, pair)| {
                let wide: Vec<_> = pair.iter().map(|term| term.extend(width)).collect();
                let sum = if let [a, b] = &wide[..] { a + b } else { wide[0].clone() };
                m.delay(&format!("tree{level}_{k}_q"), &sum)
            })
            .collect();
    }
    terms.remove(0).extend(ACCUMULATOR_BITS)
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
fn clamp(m: &mut Module, value: &Expr) -> Expr {
    let negative = value.bit(value.width() - 1);
    let above = m.wire("above", &value.ge(&slit(256, value.width())));
    choose(&negative, &lit(0, 8), &choose(&above, &lit(255, 8), &value.slice(0, 8)))
}
