//! The long skip: `r = x_L + x0`, exact in one more bit, a group of channels of a pixel a cycle.

use super::control::Control;
use super::conv::{self, Made};
use super::rows::Rows;
use crate::engine::step_counter::STEP_BITS;
use crate::engine::words::column_of;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, lit, pick};

/// Cycles from a slot's request until its stream word is here.
pub(super) fn word_arrives(g: &Geometry) -> usize {
    3 + g.stream_lag()
}

/// Adds `x0` and hands the sums to the tail.
pub(super) fn sum(m: &mut Module, g: &Geometry, control: &Control, rows: &Rows, made: &Made, width: &Expr) {
    let long_skip = m.input("long_skip_i", 1);
    let place = column_of(g, &control.position, &control.pixel, STEP_BITS);
    let column = rows.skip_first.as_ref().map_or_else(|| place.clone(), |first| first + &place);
    let column = m.wire("skip_column", &column);
    let inside = &(!&column.bit(STEP_BITS - 1)) & &column.lt(&width.extend(STEP_BITS));
    let wanted = &control.colour.in_last(&(&control.issue & &control.skip)) & &(&rows.skip_active & &inside);
    let wanted = m.wire("sum_wanted", &wanted);
    let late = conv::latency(g);
    let column = column.slice(0, COORDINATE_BITS);
    // The stage before an upsampler adds the stream itself.
    let x = control.reads.as_ref().map(|reads| stream_group(m, g, reads, made));
    let sums: Vec<Expr> =
        (0..g.head_lanes).rev().map(|lane| one_lane(m, g, lane, x.as_ref(), &made.x0, &long_skip)).collect();
    let word = m.delay("sum_q", &cat(&sums));
    let valid = m.delay_reset_by("sum_valid", &wanted, late + 1);
    m.output("sum_valid_o", &valid);
    for (name, value) in [("sum_group", &control.group), ("sum_column", &column)] {
        let value = m.delay_by(name, value, late + 1);
        m.output(&format!("{name}_o"), &value);
    }
    m.output("sum_o", &word);
}

/// The stream's group of channels and pixel, of the word that the slot of the pass has read.
fn stream_group(m: &mut Module, g: &Geometry, reads: &Expr, made: &Made) -> Expr {
    let stream = m.input("stream_i", g.stream_word());
    let held = m.register_free("held_word_q", g.stream_word(), false);
    let arrives = m.delay_reset_by("word_arrives", reads, word_arrives(g));
    m.drive_when(&held, &arrives, &stream);
    let bits = g.head_lanes * g.stream_bits;
    let parts = g.lanes / g.head_lanes;
    let of = |pixel: usize| {
        let part_of = |part: usize| held.q.slice((pixel * parts + part) * bits, bits);
        pick(&made.part, &(0..parts).map(part_of).collect::<Vec<_>>())
    };
    m.wire("x_group", &pick(&made.pixel, &(0..g.pixels).map(of).collect::<Vec<_>>()))
}

fn one_lane(m: &mut Module, g: &Geometry, lane: usize, x: Option<&Expr>, x0: &Expr, long_skip: &Expr) -> Expr {
    let b = g.stream_bits;
    let x = x.map(|x| m.wire(&format!("x{lane}"), &x.slice(lane * b, b).signed()).extend(b + 1));
    let x0 = choose(long_skip, &x0.slice(lane * b, b), &lit(0, b));
    let x0 = m.wire(&format!("skip{lane}"), &x0.signed()).extend(b + 1);
    let sum = x.map_or(x0.clone(), |x| &x + &x0);
    m.wire(&format!("sum{lane}_r"), &sum.unsigned())
}
