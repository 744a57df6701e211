//! The long skip: `r = x_L + x0`, exact in one more bit, a pixel a cycle.

use crate::engine::step_counter::STEP_BITS;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, lit};

/// Cycles from a request until its stream word is here.
const WORD_ARRIVES: usize = 3;

/// Cycles from a request until `x0` of its first pixel is added.
pub(super) const READS_X0: u64 = WORD_ARRIVES as u64 + 1;

/// A request for a word of the stream.
pub(super) struct Request {
    pub valid: Expr,
    pub pass: Expr,
    /// Column of the word's first pixel, two's complement.
    pub column: Expr,
    pub width: Expr,
    /// `x0` of the word's pixels, all channels.
    pub skip: Vec<Expr>,
}

/// Adds and hands the sums to the tail.
pub(super) fn sum(m: &mut Module, g: &Geometry, request: &Request) {
    let stream = m.input("stream_i", g.stream_word());
    let long_skip = m.input("long_skip_i", 1);
    let arrives = m.wire("word_requested", &request.valid);
    let arrives = m.delay_reset_by("word_arrives", &arrives, WORD_ARRIVES);
    let pass = m.delay_by("word_pass", &request.pass, WORD_ARRIVES);
    let column = m.delay_by("word_column", &request.column, WORD_ARRIVES);
    let lane_word = g.lanes * g.stream_bits;
    let held = m.register_free("held_word_q", g.stream_word(), false);
    let shifted = if g.pixels == 1 {
        held.q.clone()
    } else {
        cat(&[lit(0, lane_word), held.q.slice(lane_word, g.stream_word() - lane_word)])
    };
    m.drive(&held, &choose(&arrives, &stream, &shifted));
    let at = m.register_free("held_column_q", STEP_BITS, false);
    m.drive(&at, &choose(&arrives, &column, &at.q.plus(1)));
    let held_pass = m.register_free("held_pass_q", g.pass_bits(), false);
    m.drive_when(&held_pass, &arrives, &pass);
    let turns: Vec<Expr> = (0..g.pixels)
        .scan(arrives.clone(), |turn, k| {
            *turn = m.delay_reset(&format!("turn{k}_q"), turn);
            Some(turn.clone())
        })
        .collect();
    let any = m.wire("summing", &turns.iter().cloned().reduce(|a, b| a | b).expect("at least one pixel"));
    let x0 = x0_word(m, g, &request.skip, &held_pass.q, &turns);
    let sums: Vec<Expr> = (0..g.lanes).map(|lane| one_lane(m, g, lane, &held.q, &x0, &long_skip)).collect();
    let inside = &(!&at.q.bit(STEP_BITS - 1)) & &at.q.lt(&request.width.extend(STEP_BITS));
    let enable = m.delay_reset("sum_valid_q", &(&any & &inside));
    let pass = m.delay("sum_pass_q", &held_pass.q);
    let column = m.delay("sum_column_q", &at.q.slice(0, COORDINATE_BITS));
    let word = m.delay("sum_q", &cat(&sums.into_iter().rev().collect::<Vec<_>>()));
    m.output("sum_valid_o", &enable);
    m.output("sum_pass_o", &pass);
    m.output("sum_column_o", &column);
    m.output("sum_o", &word);
}

/// `x0` of the lanes of the pass, for the pixel whose turn it is.
fn x0_word(m: &mut Module, g: &Geometry, skip: &[Expr], pass: &Expr, turns: &[Expr]) -> Expr {
    let bits = g.lanes * g.stream_bits;
    let pixel = |k: usize| {
        let of_pass = |p: usize| skip[k].slice(p * bits, bits);
        (1..g.passes).fold(of_pass(0), |rest, p| choose(&pass.is(p as u64), &of_pass(p), &rest))
    };
    let picked = (1..g.pixels).fold(pixel(0), |rest, k| choose(&turns[k], &pixel(k), &rest));
    m.wire("x0_word", &picked)
}

fn one_lane(m: &mut Module, g: &Geometry, lane: usize, word: &Expr, x0: &Expr, long_skip: &Expr) -> Expr {
    let b = g.stream_bits;
    let x = m.wire(&format!("x{lane}"), &word.slice(lane * b, b).signed());
    let x0 = choose(long_skip, &x0.slice(lane * b, b), &lit(0, b));
    let x0 = m.wire(&format!("skip{lane}"), &x0.signed());
    m.wire(&format!("sum{lane}_r"), &(&x.extend(b + 1) + &x0.extend(b + 1)).unsigned())
}
