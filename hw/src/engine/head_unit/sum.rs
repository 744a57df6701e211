//! The long skip: `r = x_L + x0`, exact in one more bit, a pixel a cycle.

use crate::engine::step_counter::STEP_BITS;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};

/// Cycles from a request until its stream word is here, less those by which the stream is read late.
const WORD_ARRIVES: usize = 3;

/// The same until the sum of its first pixel goes to the tail.
pub(crate) const SUM_ARRIVES: usize = WORD_ARRIVES + 2;

/// Cycles from a request until its stream word is here.
fn word_arrives(g: &Geometry) -> usize {
    WORD_ARRIVES + g.stream_lag()
}

/// Cycles from a request until `x0` of its first pixel is added.
pub(super) fn reads_x0(g: &Geometry) -> u64 {
    word_arrives(g) as u64 + 1
}

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
    let arrives = m.delay_reset_by("word_arrives", &arrives, word_arrives(g));
    let pass = m.delay_by("word_pass", &request.pass, word_arrives(g));
    let column = m.delay_by("word_column", &request.column, word_arrives(g));
    let held = m.register_free("held_word_q", g.stream_word(), false);
    m.drive_when(&held, &arrives, &stream);
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
    let turn = turn(m, g, &arrives);
    let lane_word = g.lanes * g.stream_bits;
    let x = by_turn(g, &turn, &|pixel| held.q.slice(pixel * lane_word, lane_word));
    let x = m.wire("x_word", &x);
    let x0 = x0_word(m, g, &request.skip, &held_pass.q, &turn);
    let sums: Vec<Expr> = (0..g.lanes).map(|lane| one_lane(m, g, lane, &x, &x0, &long_skip)).collect();
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

/// The pixel whose turn it is, from the cycle after its word arrives.
fn turn(m: &mut Module, g: &Geometry, arrives: &Expr) -> Expr {
    let bits = index_bits(g.pixels);
    if g.pixels == 1 {
        return lit(0, bits);
    }
    let register = m.register_free("turn_q", bits, false);
    m.drive(&register, &choose(arrives, &lit(0, bits), &register.q.plus(1)));
    register.q
}

/// The value of the pixel whose turn it is.
fn by_turn(g: &Geometry, turn: &Expr, value: &dyn Fn(usize) -> Expr) -> Expr {
    (1..g.pixels).fold(value(0), |rest, pixel| choose(&turn.is(pixel as u64), &value(pixel), &rest))
}

/// `x0` of the lanes of the pass, for the pixel whose turn it is.
fn x0_word(m: &mut Module, g: &Geometry, skip: &[Expr], pass: &Expr, turn: &Expr) -> Expr {
    let bits = g.lanes * g.stream_bits;
    let of_pixel = |pixel: usize| {
        let of_pass = |p: usize| skip[pixel].slice(p * bits, bits);
        (1..g.passes).fold(of_pass(0), |rest, p| choose(&pass.is(p as u64), &of_pass(p), &rest))
    };
    m.wire("x0_word", &by_turn(g, turn, &of_pixel))
}

fn one_lane(m: &mut Module, g: &Geometry, lane: usize, word: &Expr, x0: &Expr, long_skip: &Expr) -> Expr {
    let b = g.stream_bits;
    let x = m.wire(&format!("x{lane}"), &word.slice(lane * b, b).signed());
    let x0 = choose(long_skip, &x0.slice(lane * b, b), &lit(0, b));
    let x0 = m.wire(&format!("skip{lane}"), &x0.signed());
    m.wire(&format!("sum{lane}_r"), &(&x.extend(b + 1) + &x0.extend(b + 1)).unsigned())
}
