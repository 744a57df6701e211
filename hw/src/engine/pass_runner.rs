//! Runs a pass: one slot a cycle, each reads a word of signs and stream and makes a word of results.

use super::step_counter::STEP_BITS;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, value_bits};
use std::rc::Rc;

/// The pass that runs, as the planner described it, and the place within it.
struct Running {
    run: (Expr, Expr),
    prime: (Expr, Expr),
    primed: (Expr, Expr),
    first: (Expr, Expr),
    left: (Expr, Expr),
    word: (Expr, Expr),
    column: (Expr, Expr),
}

/// The planner's fields that stay as they are while a pass runs.
const KEPT: [&str; 8] = ["stage", "pass", "row", "ring", "stream_base", "boundary", "missing_top", "missing_bottom"];

/// Slots of a pass. A slot that the head unit requests takes the place of one of the pass.
pub(super) fn pass_runner(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "pass_runner",
        "Runs the offered pass, one slot a cycle. A slot reads one word of its row and makes one word of results; where\n\
         column 0 is the last of its word, a slot without result comes first, or the last slot of the previous pass\n\
         reads for it. A slot requested by the head unit always goes first.",
    );
    let width = m.input("width_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let valid = m.input("valid_i", 1);
    let step = m.input("step_i", STEP_BITS);
    let running = m.input("running_i", 1);
    let current = m.input("current_step_i", STEP_BITS);
    let request = m.input("edge_request_i", 1);
    let skew = m.input("skew_i", index_bits(g.pixels));
    let word = m.input("word_i", g.word_bits());
    let r = place(&mut m, g);
    let span = m.wire("span", &width.minus(1));
    let last = m.wire("last_slot", &(&!&r.prime.0 & &r.left.0.is(0)));
    let advance = m.wire("advance", &(&r.run.0 & &!&request));
    let finishing = m.wire("finishing", &(&advance & &last));
    let accept = m.promise("accept", 1);
    let kept_widths =
        [8, g.pass_bits(), COORDINATE_BITS, index_bits(3), g.stream_address_bits(), g.sign_address_bits(), 1, 1];
    let offered: Vec<_> = KEPT.iter().zip(kept_widths).map(|(n, w)| m.input(&format!("{n}_i"), w)).collect();
    let age_ok = hazard_free(&mut m, g, &span, &finishing, &accept);
    let ready = &(&!&r.run.0 | &finishing) & &(&valid & &running);
    let ready = &ready & &(&step.eq(&current) & &(&offered[1].ne(&lit(0, g.pass_bits())) | &age_ok));
    m.fulfil(&accept, &ready);
    let kept: Vec<_> = KEPT
        .iter()
        .zip(&offered)
        .map(|(name, value)| {
            let register = m.register_free(&format!("{name}_q"), value.width(), false);
            m.drive_when(&register, &accept, value);
            register.q
        })
        .collect();
    let merge = merges(&mut m, g, &kept[1], &skew, &span);
    let begin = Begin { accept: accept.clone(), finishing, merge: merge.clone(), skew, word, pass: offered[1].clone() };
    move_on(&mut m, g, &r, &advance, &span, &begin);
    shadow_copies(&mut m, &(&(&advance & &!&r.prime.0) & &r.first.0));
    slot(&mut m, g, &Slot { r: &r, kept: &kept, advance, request, merge: &merge & &last, width, stages });
    m.output("accept_o", &accept);
    m.output("idle_o", &!&r.run.0);
    m.output("running_stage_o", &kept[0]);
    Rc::new(m)
}

fn place(m: &mut Module, g: &Geometry) -> Running {
    Running {
        run: m.state("run", 1, 0),
        prime: m.state("prime", 1, 0),
        primed: m.state("primed", 1, 0),
        first: m.state("first", 1, 0),
        left: m.state("left", COORDINATE_BITS, 0),
        word: m.state("word", g.word_bits(), 0),
        column: m.state("column", COORDINATE_BITS, 0),
    }
}

/// Whether a stage may start: the words that it reads are written `D` cycles after the slot that made them, and the
/// stage before it in its chain was `span / G` slots ahead. The first stage of a second chain waits for both chains.
fn hazard_free(m: &mut Module, g: &Geometry, span: &Expr, finishing: &Expr, accept: &Expr) -> Expr {
    let ahead = m.wire("words_ahead", &words(g, span));
    if g.chains == 1 {
        return chain_free(m, g, 0, &ahead, finishing);
    }
    let offered = m.input("chain_i", 1);
    let opens = m.input("opens_chain_i", 1);
    let running = m.register_free("chain_q", 1, false);
    m.drive_when(&running, accept, &offered);
    let free: Vec<Expr> = (0..2)
        .map(|chain| {
            let finishing = m.wire(&format!("finishing{chain}"), &(finishing & &running.q.is(chain)));
            chain_free(m, g, chain, &ahead, &finishing)
        })
        .collect();
    let own = choose(&offered, &free[1], &free[0]);
    m.wire("chains_ok", &(&own & &(&free[0] | &!&opens)))
}

/// Whether a stage of `chain` may start, by the age of the last result in that chain.
fn chain_free(m: &mut Module, g: &Geometry, chain: u64, ahead: &Expr, finishing: &Expr) -> Expr {
    let d = g.latency() as u64;
    let bits = value_bits(g.latency());
    let top = (1 << bits) - 1;
    let (age_q, age) = m.state(&format!("age{chain}"), bits, top);
    m.comb(|s| {
        s.set(&age, &choose(&age_q.is(top), &age_q, &age_q.plus(1)));
        s.when(finishing, |s| s.set(&age, &lit(0, bits)));
    });
    let sum = m.wire(&format!("age{chain}_and_words"), &(ahead + &age_q.extend(COORDINATE_BITS)));
    let at_once = ahead.ge(&lit(d.saturating_sub(1), COORDINATE_BITS));
    let later = sum.ge(&lit(d.saturating_sub(2), COORDINATE_BITS));
    m.wire(&format!("age{chain}_ok"), &choose(finishing, &at_once, &later))
}

/// `pixels / G`.
fn words(g: &Geometry, pixels: &Expr) -> Expr {
    pixels.shifted_right(g.pixels.trailing_zeros() as usize).extend(COORDINATE_BITS)
}

/// Whether the last slot of this pass reads nothing of its own and can read for the next pass of the stage.
fn merges(m: &mut Module, g: &Geometry, pass: &Expr, skew: &Expr, span: &Expr) -> Expr {
    let more = pass.ne(&lit(g.passes as u64 - 1, g.pass_bits()));
    if g.pixels == 1 {
        return m.wire("merge", &more);
    }
    let bits = g.pixels.trailing_zeros() as usize;
    let free = &skew.is(0) & &span.slice(0, bits).is(0);
    m.wire("merge", &(&more & &free))
}

struct Begin {
    accept: Expr,
    finishing: Expr,
    merge: Expr,
    skew: Expr,
    word: Expr,
    pass: Expr,
}

fn move_on(m: &mut Module, g: &Geometry, r: &Running, advance: &Expr, span: &Expr, begin: &Begin) {
    let merged = m.wire("merged", &(&begin.finishing & &begin.merge));
    let primed = &(&r.primed.0 | &merged) & &begin.pass.ne(&lit(0, g.pass_bits()));
    let needs_prime = m.wire("needs_prime", &(&begin.skew.is(0) & &!&primed));
    let skew = begin.skew.extend(COORDINATE_BITS);
    let reach = m.wire("reach", &if g.pixels == 1 { span.clone() } else { span + &skew });
    let count = m.wire("slots_left", &words(g, &reach));
    if g.pixels > 1 {
        m.drops("reach", &reach.slice(0, g.pixels.trailing_zeros() as usize));
    }
    let column = if g.pixels == 1 { lit(0, COORDINATE_BITS) } else { &lit(0, COORDINATE_BITS) - &skew };
    let next_word = next_word(g, &r.word.0);
    m.comb(|s| {
        for (q, d) in [&r.run, &r.prime, &r.primed, &r.first, &r.left, &r.word, &r.column] {
            s.set(d, q);
        }
        s.when(advance, |s| {
            s.set(&r.prime.1, &lit(0, 1));
            s.when(&!&r.prime.0, |s| {
                s.set(&r.first.1, &lit(0, 1));
                s.set(&r.left.1, &r.left.0.minus(1));
                s.set(&r.word.1, &next_word);
                s.set(&r.column.1, &r.column.0.plus(g.pixels as u64));
            });
        });
        s.when(&begin.finishing, |s| {
            s.set(&r.run.1, &lit(0, 1));
            s.set(&r.primed.1, &begin.merge);
        });
        s.when(&begin.accept, |s| {
            s.set(&r.run.1, &lit(1, 1));
            s.set(&r.prime.1, &needs_prime);
            s.set(&r.primed.1, &lit(0, 1));
            s.set(&r.first.1, &lit(1, 1));
            s.set(&r.left.1, &count);
            s.set(&r.word.1, &begin.word);
            s.set(&r.column.1, &column);
        });
    });
}

fn next_word(g: &Geometry, word: &Expr) -> Expr {
    choose(&word.is(g.words as u64 - 1), &lit(0, g.word_bits()), &word.plus(1))
}

/// The lanes' shadow copies are free from the first result of a pass until the next load starts.
fn shadow_copies(m: &mut Module, swapped: &Expr) {
    let load = m.input("load_start_i", 1);
    let (free_q, free) = m.state("shadow_free", 1, 1);
    m.comb(|s| {
        s.set(&free, &free_q);
        s.when(&load, |s| s.set(&free, &lit(0, 1)));
        s.when(swapped, |s| s.set(&free, &lit(1, 1)));
    });
    m.output("shadow_free_o", &free_q);
}

struct Slot<'a> {
    r: &'a Running,
    kept: &'a [Expr],
    advance: Expr,
    request: Expr,
    merge: Expr,
    width: Expr,
    stages: Expr,
}

/// The slot's registers: what to read, and what its result is.
fn slot(m: &mut Module, g: &Geometry, slot: &Slot) {
    let [stage, pass, row, ring, base, boundary, top, bottom] = slot.kept else { unreachable!("eight fields") };
    let r = slot.r;
    let output = m.wire("makes_result", &(&slot.advance & &!&r.prime.0));
    for (name, value) in [
        ("slot_read", &slot.advance),
        ("slot_result", &output),
        ("slot_first", &(&output & &r.first.0)),
        ("slot_edge", &slot.request),
    ] {
        let q = m.delay_reset(&format!("{name}_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
    let before = choose(&r.word.0.is(0), &lit(g.words as u64 - 1, g.word_bits()), &r.word.0.minus(1));
    let restart = m.register_free("first_word_q", g.word_bits(), false);
    m.drive_when(&restart, &(&r.run.0 & &r.first.0), &before);
    let reread = m.wire("rereads", &(&slot.merge & &!&r.prime.0));
    let start_word = m.wire("start_word", &choose(&r.first.0, &before, &restart.q));
    let read_word = m.wire("read_word", &choose(&(&r.prime.0 | &reread), &start_word, &r.word.0));
    let next_base = choose(&reread, &base.plus(g.words as u64), base);
    let stream_read = &next_base + &read_word.extend(g.stream_address_bits());
    let sign_read = boundary + &read_word.extend(g.sign_address_bits());
    let stream_write = base + &r.word.0.extend(g.stream_address_bits());
    let sign_write = &boundary.plus(g.words as u64) + &r.word.0.extend(g.sign_address_bits());
    let signs_kept = stage.ne(&slot.stages);
    let edges = [
        ("stream_read", stream_read),
        ("stream_write", stream_write),
        ("sign_write", sign_write),
        ("ring", ring.clone()),
        ("pass", pass.clone()),
        ("row", row.clone()),
        ("column", r.column.0.clone()),
        ("stage", stage.clone()),
        ("keeps_signs", signs_kept),
    ];
    for (name, own) in edges {
        let edge = m.input(&format!("edge_{name}_i"), own.width());
        let q = m.delay(&format!("{name}_slot_q"), &choose(&slot.request, &edge, &own));
        m.output(&format!("{name}_o"), &q);
    }
    let (left, right) = missing_columns(m, g, &r.column.0, &slot.width);
    for (name, value) in [
        ("sign_read", &sign_read),
        ("missing_top", top),
        ("missing_bottom", bottom),
        ("missing_left", &left),
        ("missing_right", &right),
    ] {
        let q = m.delay(&format!("{name}_slot_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
}

/// For each pixel of the word, whether it is the first or the last column.
fn missing_columns(m: &mut Module, g: &Geometry, column: &Expr, width: &Expr) -> (Expr, Expr) {
    let (mut left, mut right) = (vec![], vec![]);
    for pixel in (0..g.pixels).rev() {
        let at = m.wire(&format!("column{pixel}"), &column.plus(pixel as u64));
        left.push(at.is(0));
        right.push(at.plus(1).eq(width));
    }
    (m.wire("first_column", &cat(&left)), m.wire("last_column", &cat(&right)))
}
