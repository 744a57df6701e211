//! The head and the long skip: both ends of the stream share one set of multipliers.
//!
//! In a step it makes row `T` of the head's output, and recomputes the row that the last stage has finished, adds it
//! to the stream and hands the sum to the tail. Pixel by pixel: fetch a column of the input for both rows, convolve
//! for the long skip, convolve for the head; at the end of a word, ask for one slot a pass.

mod conv;
mod fetch;
mod rows;
mod sum;

use super::step_counter::STEP_BITS;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};
use std::rc::Rc;

use conv::PIPELINE;
pub(super) use conv::record_bits;
pub(crate) use sum::SUM_ARRIVES;

const IDLE: u64 = 0;
const FETCH: u64 = 1;
const SKIP: u64 = 2;
const HEAD: u64 = 3;
const DRAIN: u64 = 4;
const SLOTS: u64 = 5;
const SETTLE: u64 = 6;

/// Cycles to fetch a column: six addresses and the way through the memory, the subtraction and the column.
pub(crate) const FETCH_CYCLES: u64 = 9;

/// The controller's registers.
struct Place {
    state: (Expr, Expr),
    /// Pixel of the row, from the column or two that the first window has before it.
    pixel: (Expr, Expr),
    count: (Expr, Expr),
    pass: (Expr, Expr),
    word: (Expr, Expr),
    skip_word: (Expr, Expr),
}

/// What the controller decodes from its registers.
struct Now {
    fetching: Expr,
    skip: Expr,
    head: Expr,
    request: Expr,
}

/// Head, long skip and their controller.
pub(super) fn head_unit(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "head_unit",
        format!(
            "Head and long skip, {} channels a cycle: x0 = saturate((sum w * in + add + half) >> shift) over 3x3 taps,\n\
             in = (pixel << k) - mean, and 0 outside the picture. Makes row T of the stream, and for the row that the\n\
             last stage has finished r = x_L + x0, the tail's input. Each pass of a word takes one slot of the lanes.",
            g.head_lanes
        ),
    );
    let start = m.input("start_i", 1);
    let width = m.input("width_i", COORDINATE_BITS);
    let hold = m.input("hold_i", 1);
    let p = Place {
        state: m.state("state", 3, IDLE),
        pixel: m.state("pixel", STEP_BITS, 0),
        count: m.state("count", 8, 0),
        pass: m.state("pass", g.pass_bits(), 0),
        word: m.state("word", g.word_bits(), 0),
        skip_word: m.state("skip_word", g.word_bits(), 0),
    };
    let now = Now {
        fetching: m.wire("fetching", &p.state.0.is(FETCH)),
        skip: m.wire("skip_issue", &p.state.0.is(SKIP)),
        head: m.wire("head_issue", &p.state.0.is(HEAD)),
        request: m.wire("request", &(&(&p.state.0.is(SLOTS) & &p.count.0.is(0)) & &!&hold)),
    };
    let pixel_in_word =
        if g.pixels == 1 { lit(0, 1) } else { m.wire("pixel_in_word", &p.pixel.0.slice(0, index_bits(g.pixels))) };
    let rows = if g.memory { rows::of_strip(&mut m, g, &p) } else { rows::whole(&mut m, g, &p, &width) };
    let (head_window, skip_window) = fetch::windows(
        &mut m,
        g,
        &fetch::Fetch {
            start: start.clone(),
            fetching: now.fetching.clone(),
            count: p.count.0.clone(),
            head_pixel: rows.head_pixel.clone(),
            skip_pixel: rows.skip_pixel.clone(),
            width: width.clone(),
        },
    );
    let buffers = conv::conv(
        &mut m,
        g,
        &conv::Issue {
            skip: now.skip.clone(),
            head: now.head.clone(),
            group: p.count.0.clone(),
            pixel: pixel_in_word.clone(),
            windows: [skip_window, head_window],
        },
    );
    let word_full = if g.pixels == 1 { lit(1, 1) } else { pixel_in_word.is(g.pixels as u64 - 1) };
    let word_full = m.wire("word_full", &word_full);
    control(
        &mut m,
        g,
        &p,
        &Inputs {
            hold,
            begins: &start & &rows.any,
            head_active: rows.head_active,
            skip_active: rows.skip_active.clone(),
            first_skip_word: rows.first_skip_word,
            last_word: rows.last_word,
            word_full,
        },
    );
    requests(&mut m, g, &p, &now.request, &rows.head_writes, &rows.head_column);
    write_back(&mut m, g, &buffers);
    sum::sum(
        &mut m,
        g,
        &sum::Request {
            valid: &now.request & &rows.skip_active,
            pass: p.pass.0.clone(),
            column: rows.skip_column,
            width,
            skip: buffers.skip,
        },
    );
    m.output("idle_o", &p.state.0.is(IDLE));
    Rc::new(m)
}

/// Cycles between the last issue of a word and its first request, after the head's channels and after the long skip's.
///
/// The head's word is read when its slot is written back, long after it is complete; the long skip's
/// [`sum::reads_x0`] cycles after the request.
pub(crate) fn drain_cycles(g: &Geometry) -> (u64, u64) {
    let groups = (g.channels / g.head_lanes) as u64;
    let after_skip = PIPELINE.saturating_sub(sum::reads_x0(g) + 1);
    (after_skip.saturating_sub(groups).max(1), after_skip.max(1))
}

struct Inputs {
    /// The first stage still reads the sign row that the head is about to write over.
    hold: Expr,
    /// The step starts, and there is something to do.
    begins: Expr,
    /// The word at hand is one of the head's row.
    head_active: Expr,
    /// The word at hand is one of the long skip's row.
    skip_active: Expr,
    first_skip_word: Expr,
    /// The word at hand is the last of both rows.
    last_word: Expr,
    /// The pixel at hand ends its word.
    word_full: Expr,
}

fn control(m: &mut Module, g: &Geometry, p: &Place, i: &Inputs) {
    let groups = (g.channels / g.head_lanes) as u64;
    let settle = (g.write_back() + g.pixels + 4) as u64;
    let begin = m.wire("starts", &i.begins);
    let before = if g.memory { 2 } else { 1 };
    let before_first = m.wire("before_first", &p.pixel.0.bit(STEP_BITS - 1));
    let to = |s: &mut crate::rtl::Scope, state: u64| {
        s.set(&p.state.1, &lit(state, 3));
        s.set(&p.count.1, &lit(0, 8));
    };
    let in_slots = m.wire("in_slots", &p.state.0.is(SLOTS));
    let waits = m.wire("slot_waits", &(&(&in_slots & &p.count.0.is(0)) & &i.hold));
    let slot_ends = &(&in_slots & &p.count.0.is(g.pixels as u64 - 1)) & &!&waits;
    let slot_ends = m.wire("slot_ends", &slot_ends);
    let (after_head, after_skip) = drain_cycles(g);
    let drained = choose(&i.head_active, &p.count.0.is(after_head - 1), &p.count.0.is(after_skip - 1));
    let drained = m.wire("drained", &drained);
    let next_word = |q: &Expr| choose(&q.is(g.words as u64 - 1), &lit(0, g.word_bits()), &q.plus(1));
    let after_pixel = |s: &mut crate::rtl::Scope| {
        s.when_else(
            &i.word_full,
            |s| to(s, DRAIN),
            |s| {
                to(s, FETCH);
                s.set(&p.pixel.1, &p.pixel.0.plus(1));
            },
        );
    };
    m.comb(|s| {
        for (q, d) in [&p.state, &p.pixel, &p.count, &p.pass, &p.word, &p.skip_word] {
            s.set(d, q);
        }
        s.set(&p.count.1, &p.count.0.plus(1));
        s.when(&p.state.0.is(IDLE), |s| {
            s.set(&p.count.1, &lit(0, 8));
            s.when(&begin, |s| {
                to(s, FETCH);
                s.set(&p.pixel.1, &lit((1 << STEP_BITS) - before, STEP_BITS));
                s.set(&p.word.1, &lit(0, g.word_bits()));
                s.set(&p.skip_word.1, &i.first_skip_word);
            });
        });
        s.when(&(&p.state.0.is(FETCH) & &p.count.0.is(FETCH_CYCLES - 1)), |s| {
            s.when_else(
                &before_first,
                |s| {
                    to(s, FETCH);
                    s.set(&p.pixel.1, &p.pixel.0.plus(1));
                },
                |s| {
                    s.when_else(&i.skip_active, |s| to(s, SKIP), |s| to(s, HEAD));
                },
            );
        });
        s.when(&(&p.state.0.is(SKIP) & &p.count.0.is(groups - 1)), |s| {
            s.when_else(&i.head_active, |s| to(s, HEAD), after_pixel);
        });
        s.when(&(&p.state.0.is(HEAD) & &p.count.0.is(groups - 1)), after_pixel);
        s.when(&(&p.state.0.is(DRAIN) & &drained), |s| {
            to(s, SLOTS);
            s.set(&p.pass.1, &lit(0, g.pass_bits()));
        });
        s.when(&waits, |s| s.set(&p.count.1, &lit(0, 8)));
        s.when(&slot_ends, |s| {
            s.set(&p.count.1, &lit(0, 8));
            s.set(&p.pass.1, &p.pass.0.plus(1));
            s.when(&p.pass.0.is(g.passes as u64 - 1), |s| {
                s.set(&p.word.1, &next_word(&p.word.0));
                s.set(&p.skip_word.1, &next_word(&p.skip_word.0));
                s.set(&p.pixel.1, &p.pixel.0.plus(1));
                s.when_else(&i.last_word, |s| to(s, SETTLE), |s| to(s, FETCH));
            });
        });
        s.when(&(&p.state.0.is(SETTLE) & &p.count.0.is(settle - 1)), |s| to(s, IDLE));
    });
}

/// The slot that a request stands for: what it reads for the long skip and writes for the head.
fn requests(m: &mut Module, g: &Geometry, p: &Place, request: &Expr, head_writes: &Expr, word_start: &Expr) {
    let bits = g.stream_address_bits();
    let head_base = m.input("head_base_i", bits);
    let skip_base = m.input("skip_base_i", bits);
    let head_ring = m.input("head_ring_i", index_bits(3));
    let offset = (1..g.passes)
        .fold(lit(0, bits), |sum, k| choose(&p.pass.0.is(k as u64), &lit((k * g.words) as u64, bits), &sum));
    let offset = m.wire("pass_offset", &offset);
    m.output("request_o", request);
    m.output("stream_read_o", &(&(&skip_base + &offset) + &p.skip_word.0.extend(bits)));
    m.output("stream_write_o", &(&(&head_base + &offset) + &p.word.0.extend(bits)));
    m.output("sign_write_o", &p.word.0.extend(g.sign_address_bits()));
    m.output("ring_o", &head_ring);
    m.output("pass_o", &p.pass.0);
    m.output("column_o", word_start);
    m.output("keeps_signs_o", head_writes);
}

/// The head's word of the pass whose slot the lanes' results would leave.
fn write_back(m: &mut Module, g: &Geometry, buffers: &conv::Buffers) {
    let pass = m.input("merge_pass_i", g.pass_bits());
    if g.passes == 1 {
        m.drops("merge_pass", &pass);
    }
    let word = |k: usize, bits: usize, parts: &[Expr]| {
        let parts: Vec<_> = parts.iter().rev().map(|b| b.slice(k * g.lanes * bits, g.lanes * bits)).collect();
        cat(&parts)
    };
    let pick = |bits: usize, parts: &[Expr]| {
        (1..g.passes).fold(word(0, bits, parts), |rest, k| choose(&pass.is(k as u64), &word(k, bits, parts), &rest))
    };
    m.output("head_word_o", &pick(g.stream_bits, &buffers.head));
    m.output("head_signs_o", &pick(1, &buffers.signs));
}
