//! The output transform and the requantised pixels of a pair of columns, a byte a cycle.

use super::COLUMNS;
use crate::blocks::{RamStyle, ram};
use crate::engine::line_buffer::column_bits;
use crate::engine::requantise::{clamp, shift_right};
use crate::geometry::{ACCUMULATOR_BITS, Geometry, PRODUCT_BITS};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, pick};
use std::rc::Rc;

/// Cycles from a byte's turn until it is written: choice, sums, sum, shift, clamp.
const PIPELINE: usize = 5;

/// Cycles from kept products until the last byte of the pair is written.
pub(super) fn latency(g: &Geometry) -> usize {
    g.pair_bytes() - 1 + PIPELINE
}

/// The byte whose turn it is.
struct Turn {
    /// Line, output of the line, second column.
    line: Expr,
    output: Expr,
    second: Expr,
}

/// Pixels of a pair.
pub(super) fn tail_pixels(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "tail_pixels",
        format!(
            "Pixels of a pair of columns, a byte a cycle: 2*y0 = M0 + M1 + M2, 2*y1 = M1 - M2 - M3,\n\
             pixel = clamp((y + add) >> shift, 0, 255), the rounding half inside add. Lines one after the other,\n\
             {} bytes of each. products_i hold from the cycle after start_i for {} cycles; written {PIPELINE} cycles later.",
            2 * g.line_outputs(),
            g.pair_bytes()
        ),
    );
    let turn = turn(&mut m, g);
    let (lines, outputs) = (g.scale, g.line_outputs());
    let key =
        if lines == 1 { turn.output.clone() } else { m.wire("key", &cat(&[turn.line.clone(), turn.output.clone()])) };
    let products = m.input("products_i", g.tail_outputs() * COLUMNS * PRODUCT_BITS);
    let of = |output: usize, k: usize| products.slice((output * COLUMNS + k) * PRODUCT_BITS, PRODUCT_BITS);
    let chosen = [0, 1, 2, 3].map(|k| {
        let line = |i: usize| pick(&turn.output, &(0..outputs).map(|j| of(i * outputs + j, k)).collect::<Vec<_>>());
        let value = pick(&turn.line, &(0..lines).map(line).collect::<Vec<_>>());
        m.delay(&format!("product{k}_q"), &value)
    });
    let add = addend(&mut m, &key);
    let second = m.delay("second_late_q", &turn.second);
    let doubled = transform(&mut m, &chosen, &add, &second);
    let shift = m.input("shift_i", 5);
    let shifted = shift_right(&mut m, "sum", &doubled, &shift);
    let shifted = m.delay("shifted_q", &shifted);
    let pixel = clamp(&mut m, &shifted);
    let pixel = m.delay("pixel_q", &pixel);
    m.output("pixel_o", &pixel);
    Rc::new(m)
}

/// Whose turn it is, and where the byte goes, when it is made.
fn turn(m: &mut Module, g: &Geometry) -> Turn {
    let (lines, outputs) = (g.scale, g.line_outputs());
    let start = m.input("start_i", 1);
    let single = m.input("single_i", 1);
    let row_ends = m.input("row_ends_i", 1);
    let picture_ends = m.input("picture_ends_i", 1);
    let bits = column_bits(g);
    let (busy_q, busy) = m.state("busy", 1, 0);
    let (line_q, line) = m.state("line", index_bits(lines), 0);
    let (second_q, second) = m.state("second", 1, 0);
    let (output_q, output) = m.state("output", index_bits(outputs), 0);
    let (column_q, column) = m.state("column", bits, 0);
    let (first_q, first) = m.state("first_column", bits, 0);
    let [single, row_ends, picture_ends] = [("single", single), ("row_ends", row_ends), ("picture_ends", picture_ends)]
        .map(|(name, flag)| {
            let kept = m.register_free(&format!("{name}_q"), 1, false);
            m.drive_when(&kept, &start, &flag);
            kept.q
        });
    let last_output = m.wire("last_output", &output_q.is(outputs as u64 - 1));
    let last_place = m.wire("last_place", &(&last_output & &second_q));
    let last = m.wire("last_pixel", &(&(&busy_q & &last_place) & &line_q.is(lines as u64 - 1)));
    m.comb(|scope| {
        for (d, q) in [
            (&busy, &busy_q),
            (&line, &line_q),
            (&second, &second_q),
            (&output, &output_q),
            (&column, &column_q),
            (&first, &first_q),
        ] {
            scope.set(d, q);
        }
        scope.when(&busy_q, |scope| {
            scope.set(&column, &column_q.plus(1));
            scope.set(&output, &output_q.plus(1));
            scope.when(&last_output, |scope| {
                scope.set(&output, &lit(0, index_bits(outputs)));
                scope.set(&second, &!&second_q);
            });
            scope.when(&last_place, |scope| {
                scope.set(&line, &line_q.plus(1));
                scope.set(&column, &first_q);
            });
        });
        scope.when(&last, |scope| {
            let next = choose(&row_ends, &lit(0, bits), &column_q.plus(1));
            scope.set(&busy, &lit(0, 1));
            scope.set(&line, &lit(0, index_bits(lines)));
            scope.set(&first, &next);
            scope.set(&column, &next);
        });
        scope.when(&start, |scope| scope.set(&busy, &lit(1, 1)));
    });
    let outside = m.wire("outside", &(&single & &second_q));
    let writes = m.wire("writes", &(&busy_q & &!&outside));
    let row_done = m.wire("row_done", &(&last & &row_ends));
    for (name, value) in [("write_en", &writes), ("row_done", &row_done)] {
        let late = m.delay_reset_by(&format!("{name}_q"), value, PIPELINE);
        m.output(&format!("{name}_o"), &late);
    }
    for (name, value) in [("write_line", &line_q), ("write_column", &column_q), ("picture_ends", &picture_ends)] {
        let late = m.delay_by(&format!("{name}_late_q"), value, PIPELINE);
        m.output(&format!("{name}_o"), &late);
    }
    Turn { line: line_q, output: output_q, second: second_q }
}

/// The addend of an output, beside its products.
fn addend(m: &mut Module, key: &Expr) -> Expr {
    let enable = m.input("addend_write_en_i", 1);
    let address = m.input("addend_write_address_i", key.width());
    let data = m.input("addend_write_data_i", ACCUMULATOR_BITS);
    let read = m.instance(
        "addends",
        &ram(1 << key.width(), ACCUMULATOR_BITS, RamStyle::Distributed),
        &[("write_en_i", &enable), ("write_address_i", &address), ("write_data_i", &data), ("read_address_i", key)],
        &["read_data_o"],
    );
    m.wire("addend", &read[0].signed())
}

/// `y + add`, exact: `2 y` and `2 add` are even.
///
/// Each adder has one place below, in which two ones carry the 1 that a complement lacks.
fn transform(m: &mut Module, product: &[Expr; 4], add: &Expr, second: &Expr) -> Expr {
    let carrying = |value: &Expr| cat(&[value.clone(), second.clone()]).signed();
    let negated = |value: &Expr| choose(second, &!value, value);
    let middle = m.wire("middle", &(&carrying(&product[1]) + &carrying(&negated(&product[2]))));
    m.drops("middle", &middle.bit(0));
    let middle = m.delay("middle_q", &middle.shifted_right(1));
    let doubled = add.extend(ACCUMULATOR_BITS + 1).shifted_left(1);
    let outer = choose(second, &!&product[3], &product[0]);
    let outer = m.wire("outer", &(&carrying(&outer) + &carrying(&doubled.unsigned())));
    m.drops("outer", &outer.bit(0));
    let outer = m.delay("outer_q", &outer.shifted_right(1));
    let sum = m.wire("sum", &(&middle + &outer));
    m.drops("sum", &sum.bit(0));
    m.delay("sum_q", &sum.shifted_right(1))
}
