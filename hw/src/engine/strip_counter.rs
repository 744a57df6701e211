//! The steps of a frame in strips: the rows of all strips are one sequence, and in step `T` the head makes row `T` of
//! it, stage `l` row `T - 1 - l`, the tail row `T - 4 - L`.
//!
//! The strip that starts at column `s` has, at stage `l`, the columns from `s - l` to `s - l + w - 1`, where they lie in
//! the picture: each stage is skewed one pixel to the left of its predecessor.

use super::step_counter::ring_slots;
use super::times::times;
use super::words::in_words;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, index_bits, lit, value_bits};
use std::rc::Rc;

const IDLE: u64 = 0;
const WAIT: u64 = 1;
const START: u64 = 2;
const RUN: u64 = 3;

/// The first byte of a row that the input ring holds in the strip at `base`: what the long skip reads, rounded down to a
/// beat. A strip is at least as wide as the stages and 2, so only the first starts left of the picture.
pub(super) fn strip_origin(m: &mut Module, g: &Geometry, name: &str, base: &Expr, stages: &Expr) -> Expr {
    let left = m.wire(&format!("{name}_left"), &(base - &stages.extend(COLUMN_BITS)).minus(2));
    let byte = times(m, &format!("{name}_left"), &left, g.colours);
    let byte = m.wire(&format!("{name}_left_byte"), &byte);
    let beat = crate::rtl::cat(&[byte.slice(3, COLUMN_BITS - 3), lit(0, 3)]);
    m.drops(&format!("{name}_left"), &byte.slice(0, 3));
    m.wire(&format!("{name}_origin"), &choose(&base.is(0), &lit(0, COLUMN_BITS), &beat))
}

/// Steps one after the other, each when its input rows are in and all units have finished the step before.
pub(super) fn strip_counter(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "strip_counter",
        format!(
            "Steps of a frame in strips of {} columns; the rows of all strips are one sequence. In step T the head makes\n\
             row T, binary stage l row T-1-l (the second of two chains one row later), the long skip the row after the\n\
             last stage's and the tail the second after that. A step starts when the input rows of its head row are in,\n\
             and ends when all units are done. For head, long skip and tail: the row in the picture, the low bits of the\n\
             row in the sequence (line, store), and the columns that lie in the picture.",
            g.width
        ),
    );
    let step_bits = g.step_bits();
    let start = m.input("start_i", 1);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let rows_received = m.input("rows_received_i", step_bits);
    let all_received = m.input("all_received_i", 1);
    let done = m.input("units_done_i", 1);
    let (state_q, state) = m.state("state", 2, IDLE);
    let (step_q, step) = m.state("step", step_bits, 0);
    let advance = m.wire("step_done", &(&state_q.is(RUN) & &done));
    let skip_lag = m.wire("skip_lag", &stages.extend(step_bits).plus(g.chains as u64 + 1));
    let tail_lag = m.wire("tail_lag", &skip_lag.plus(2));
    let walk = Walk { start: start.clone(), advance: advance.clone(), height: height.clone(), width: g.width as u64 };
    let always = lit(1, 1);
    let skip_runs = m.wire("skip_runs", &step_q.ge(&skip_lag));
    let tail_runs = m.wire("tail_runs", &step_q.ge(&tail_lag));
    let head = walk.walker(&mut m, "head", &always);
    let skip = walk.walker(&mut m, "skip", &skip_runs);
    let tail = walk.walker(&mut m, "tail", &tail_runs);
    let wide = m.wire("picture_width", &width.extend(COLUMN_BITS));
    let deep = m.wire("depth", &stages.extend(COLUMN_BITS));
    let past = m.wire("last_column_of_tail", &(&wide + &deep).plus(1));
    let ended = m.wire("last_strip_of_tail", &tail.base.plus(g.width as u64).ge(&past));
    let last_step = m.wire("last_step", &(&tail_runs & &(&tail.last_row & &ended)));
    let next_row = m.wire("next_row", &step_q.plus(2));
    let ready = m.wire("input_ready", &(&all_received | &rows_received.ge(&next_row)));
    m.comb(|s| {
        s.set(&state, &state_q);
        s.set(&step, &step_q);
        s.when(&start, |s| {
            s.set(&state, &lit(WAIT, 2));
            s.set(&step, &lit(0, step_bits));
        });
        s.when(&(&state_q.is(WAIT) & &ready), |s| s.set(&state, &lit(START, 2)));
        s.when(&state_q.is(START), |s| s.set(&state, &lit(RUN, 2)));
        s.when(&advance, |s| {
            s.set(&step, &step_q.plus(1));
            s.when_else(&last_step, |s| s.set(&state, &lit(IDLE, 2)), |s| s.set(&state, &lit(WAIT, 2)));
        });
    });
    m.output("start_o", &state_q.is(START));
    m.output("waits_o", &(&state_q.is(WAIT) & &!&ready));
    m.output("running_o", &state_q.is(RUN));
    m.output("step_o", &step_q);
    let line_bits = index_bits(g.input_rows);
    let behind = |m: &mut Module, name: &str, lag: &Expr, bits: usize| {
        let row = m.wire(&format!("{name}_row_of_all"), &(&step_q - lag));
        m.drops(&format!("{name}_row_of_all"), &row.slice(bits, step_bits - bits));
        row.slice(0, bits)
    };
    m.output("head_line_o", &step_q.slice(0, line_bits));
    let skip_line = behind(&mut m, "skip", &skip_lag, line_bits);
    m.output("skip_line_o", &skip_line);
    let tail_store = behind(&mut m, "tail", &tail_lag, 2);
    m.output("tail_store_o", &tail_store);
    for (name, walker) in [("head", &head), ("skip", &skip), ("tail", &tail)] {
        m.output(&format!("{name}_row_o"), &walker.row);
    }
    columns_of_head(&mut m, g, &head.base, &wide, &stages);
    columns_of_skip(&mut m, g, &skip, &skip_runs, &wide, &stages, &deep);
    columns_of_tail(&mut m, g, &tail.base, &tail_runs, &wide, &deep);
    ring_slots(&mut m, g, &start, &advance, &skip_runs);
    let margin = m.wire("margin", &skip_lag.plus(1));
    let early = step_q.lt(&margin);
    let oldest = m.wire("oldest", &choose(&early, &lit(0, step_bits), &(&step_q - &margin)));
    m.output("oldest_input_row_o", &oldest);
    Rc::new(m)
}

/// How the walkers move.
struct Walk {
    start: Expr,
    advance: Expr,
    height: Expr,
    width: u64,
}

/// A unit's row in the picture and its strip.
struct Walker {
    row: Expr,
    base: Expr,
    last_row: Expr,
}

impl Walk {
    /// Goes down the rows of one strip after the other, from the step in which the unit `runs`.
    fn walker(&self, m: &mut Module, name: &str, runs: &Expr) -> Walker {
        let (row_q, row) = m.state(&format!("{name}_row"), COORDINATE_BITS, 0);
        let (base_q, base) = m.state(&format!("{name}_strip"), COLUMN_BITS, 0);
        let last_row = m.wire(&format!("{name}_last_row"), &row_q.plus(1).eq(&self.height));
        let moves = &self.advance & runs;
        m.comb(|s| {
            s.set(&row, &row_q);
            s.set(&base, &base_q);
            s.when(&moves, |s| {
                s.set(&row, &row_q.plus(1));
                s.when(&last_row, |s| {
                    s.set(&row, &lit(0, COORDINATE_BITS));
                    s.set(&base, &base_q.plus(self.width));
                });
            });
            s.when(&self.start, |s| {
                s.set(&row, &lit(0, COORDINATE_BITS));
                s.set(&base, &lit(0, COLUMN_BITS));
            });
        });
        Walker { row: row_q, base: base_q, last_row }
    }
}

/// Words `first..` of the `count` columns of a strip from its position 0 on, where `count` may be beyond the strip.
fn words_up_to(m: &mut Module, g: &Geometry, name: &str, count: &Expr) -> Expr {
    let width = lit(g.width as u64, COLUMN_BITS);
    let within = m.wire(&format!("{name}_columns"), &choose(&count.lt(&width), count, &width));
    let rounded = if g.pixels == 1 { within } else { within.plus(g.pixels as u64 - 1) };
    let rounded = m.wire(&format!("{name}_rounded"), &rounded);
    let bits = value_bits(g.words);
    let up_to = in_words(m, g, &format!("{name}_rounded"), &rounded, bits);
    if let Some(place) = &up_to.place {
        m.drops(&format!("{name}_rounded"), place);
    }
    let high = g.place_bits() + bits;
    m.drops(&format!("{name}_rounded_high"), &rounded.slice(high, COLUMN_BITS - high));
    up_to.word
}

fn columns_of_head(m: &mut Module, g: &Geometry, base: &Expr, width: &Expr, stages: &Expr) {
    let origin = strip_origin(m, g, "head", base, stages);
    let active = m.wire("head_has_columns", &base.lt(width));
    let words = m.wire("head_rest", &(width - base));
    let words = words_up_to(m, g, "head", &words);
    let words = m.wire("head_all_words", &words);
    let none = lit(0, words.width());
    for (name, value) in
        [("head_origin", &origin), ("head_column", base), ("head_words", &choose(&active, &words, &none))]
    {
        let q = m.delay(&format!("{name}_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
}

fn columns_of_skip(m: &mut Module, g: &Geometry, skip: &Walker, runs: &Expr, width: &Expr, stages: &Expr, deep: &Expr) {
    let base = &skip.base;
    let origin = strip_origin(m, g, "skip", base, stages);
    let left = m.wire("skip_first_position", &(base - deep));
    let starts = m.wire("skip_in_first_strip", &base.is(0));
    let inside = m.wire("skip_has_columns", &(&starts | &left.lt(width)));
    let active = m.wire("skip_active", &(runs & &inside));
    let rest = m.wire("skip_rest", &(width - &left));
    let words = words_up_to(m, g, "skip", &rest);
    let depth = in_words(m, g, "depth", stages, g.word_bits());
    let word = m.wire("skip_first_word", &choose(&starts, &depth.word, &lit(0, g.word_bits())));
    let words = m.wire("skip_all_words", &(&words - &word.extend(value_bits(g.words).max(g.word_bits()))));
    let none = lit(0, COLUMN_BITS);
    let first = depth.place.map_or(none.clone(), |skew| &none - &skew.extend(COLUMN_BITS));
    let column = choose(&starts, &first, &left);
    let sum_first = m.wire("sum_first_column", &choose(&starts, &lit(0, COLUMN_BITS), &left.minus(1)));
    let sum_bits = g.sum_column_bits();
    m.drops("sum_first_column", &sum_first.slice(sum_bits, COLUMN_BITS - sum_bits));
    let sum_first = sum_first.slice(0, sum_bits);
    let none = lit(0, words.width());
    let tail_left = m.wire("skip_left_of_tail", &left.minus(1));
    let more = m.wire("skip_next_strip", &tail_left.plus(g.width as u64));
    let more_in_first = m.wire("first_strip_spills", &(&lit(g.width as u64, COLUMN_BITS) - deep).minus(1));
    let next = m.wire("next_strip_of_tail", &choose(&starts, &more_in_first, &more));
    let saves = runs & &next.lt(width);
    let restores = &(runs & &!&starts) & &tail_left.lt(width);
    for (name, value) in [
        ("skip_origin", &origin),
        ("skip_column", &column),
        ("skip_word", &word),
        ("skip_words", &choose(&active, &words, &none)),
        ("skip_position", &left),
        ("sum_first", &sum_first),
        ("sum_saves", &saves),
        ("sum_restores", &restores),
    ] {
        let q = m.delay(&format!("{name}_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
}

fn columns_of_tail(m: &mut Module, g: &Geometry, base: &Expr, runs: &Expr, width: &Expr, deep: &Expr) {
    let starts = m.wire("tail_in_first_strip", &base.is(0));
    let left = m.wire("tail_first_position", &(base - deep).minus(1));
    let first = m.wire("tail_first", &choose(&starts, &lit(0, COLUMN_BITS), &left));
    let end = m.wire("tail_strip_end", &left.plus(g.width as u64));
    let goes_on = m.wire("tail_goes_on", &end.lt(width));
    let columns = m.wire("tail_all_columns", &(&choose(&goes_on, &end, width) - &first));
    m.drops("tail_all_columns", &columns.slice(COORDINATE_BITS, COLUMN_BITS - COORDINATE_BITS));
    for (name, value) in [
        ("tail_active", runs & &first.lt(width)),
        ("tail_columns", columns.slice(0, COORDINATE_BITS)),
        ("tail_left", !&starts),
        ("tail_right", goes_on),
    ] {
        let q = m.delay(&format!("{name}_q"), &value);
        m.output(&format!("{name}_o"), &q);
    }
}
