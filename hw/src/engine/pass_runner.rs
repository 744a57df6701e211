//! Runs a pass: one slot a cycle, each reads a word of signs and stream and makes a word of results.

mod strip;
mod whole;

use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, value_bits};
use std::rc::Rc;

pub(crate) use strip::SPILL_LAG;

/// The pass that runs, as the planner described it, and the place within it.
struct Running {
    run: (Expr, Expr),
    prime: (Expr, Expr),
    first: (Expr, Expr),
    left: (Expr, Expr),
    word: (Expr, Expr),
    column: (Expr, Expr),
}

/// How far the offered pass reaches.
struct Extent {
    /// Words by which the stage before it in its chain is ahead.
    ahead: Expr,
    /// Slots with a result, less one.
    slots: Expr,
    /// Column of the first word's first pixel.
    column: Expr,
    /// A slot without result comes first.
    prime: Expr,
    /// The last slot of the running pass reads for the next pass.
    reads_on: Option<Expr>,
}

/// The planner's fields that stay as they are while a pass runs.
const KEPT: [&str; 8] = ["stage", "pass", "row", "ring", "stream_base", "boundary", "missing_top", "missing_bottom"];

/// Bits of a column: in strips it may lie left of the picture by more than a word.
fn column_bits(g: &Geometry) -> usize {
    if g.memory { COLUMN_BITS } else { COORDINATE_BITS }
}

/// Bits of a number of slots.
fn slot_bits(g: &Geometry) -> usize {
    if g.memory { g.word_bits() } else { COORDINATE_BITS }
}

/// Slots of a pass. A slot that the head unit requests takes the place of one of the pass.
pub(super) fn pass_runner(g: &Geometry) -> Rc<Module> {
    let edge = if g.memory {
        "The pass\n\
         takes its left neighbours from the strip before, and leaves its last columns for the next."
    } else {
        "Where\n\
         column 0 is the last of its word, a slot without result comes first, or the last slot of the previous pass\n\
         reads for it."
    };
    let mut m = Module::clocked(
        "pass_runner",
        format!(
            "Runs the offered pass, one slot a cycle. A slot reads one word of its row and makes one word of results. {edge}\n\
             A slot requested by the head unit always goes first."
        ),
    );
    let width = m.input("width_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let valid = m.input("valid_i", 1);
    let step = m.input("step_i", g.step_bits());
    let running = m.input("running_i", 1);
    let current = m.input("current_step_i", g.step_bits());
    let request = m.input("edge_request_i", 1);
    let word = m.input("word_i", g.word_bits());
    let r = place(&mut m, g);
    let last = m.wire("last_slot", &(&!&r.prime.0 & &r.left.0.is(0)));
    let advance = m.wire("advance", &(&r.run.0 & &!&request));
    let finishing = m.wire("finishing", &(&advance & &last));
    let accept = m.promise("accept", 1);
    let kept_widths =
        [8, g.pass_bits(), COORDINATE_BITS, index_bits(3), g.stream_address_bits(), g.sign_address_bits(), 1, 1];
    let offered: Vec<_> = KEPT.iter().zip(kept_widths).map(|(n, w)| m.input(&format!("{n}_i"), w)).collect();
    let kept: Vec<_> = KEPT
        .iter()
        .zip(&offered)
        .map(|(name, value)| {
            let register = m.register_free(&format!("{name}_q"), value.width(), false);
            m.drive_when(&register, &accept, value);
            register.q
        })
        .collect();
    let moves = Moves { accept: accept.clone(), finishing, advance, last };
    let extent = if g.memory {
        strip::extent(&mut m, g)
    } else {
        whole::extent(&mut m, g, &moves, [&offered[1], &kept[1]], &width)
    };
    let age_ok = hazard_free(&mut m, g, &extent.ahead, &moves);
    let ready = &(&!&r.run.0 | &moves.finishing) & &(&valid & &running);
    let mut ready = &ready & &(&step.eq(&current) & &(&offered[1].ne(&lit(0, g.pass_bits())) | &age_ok));
    if g.memory {
        ready = &ready & &strip::edges(&mut m, g, &moves, &extent.slots, [&offered[1], &kept[1]]);
    }
    m.fulfil(&accept, &ready);
    move_on(&mut m, g, &r, &moves, &extent, &word);
    shadow_copies(&mut m, &(&(&moves.advance & &!&r.prime.0) & &r.first.0));
    slot(&mut m, g, &Slot { r: &r, kept: &kept, moves: &moves, request, reads_on: extent.reads_on, width, stages });
    m.output("accept_o", &accept);
    m.output("idle_o", &!&r.run.0);
    m.output("running_stage_o", &kept[0]);
    Rc::new(m)
}

fn place(m: &mut Module, g: &Geometry) -> Running {
    Running {
        run: m.state("run", 1, 0),
        prime: m.state("prime", 1, 0),
        first: m.state("first", 1, 0),
        left: m.state("left", slot_bits(g), 0),
        word: m.state("word", g.word_bits(), 0),
        column: m.state("column", column_bits(g), 0),
    }
}

/// What happens in this cycle.
struct Moves {
    /// The offered pass is taken; its first slot may follow in the next cycle.
    accept: Expr,
    /// The running pass has its last slot.
    finishing: Expr,
    /// The running pass has a slot.
    advance: Expr,
    /// The slot that comes is the last.
    last: Expr,
}

/// Whether a stage may start: the words that it reads are written `D` cycles after the slot that made them, and the
/// stage before it in its chain was so many words ahead. The first stage of a second chain waits for both chains.
fn hazard_free(m: &mut Module, g: &Geometry, ahead: &Expr, moves: &Moves) -> Expr {
    let ahead = m.wire("words_ahead", ahead);
    if g.chains == 1 {
        return chain_free(m, g, 0, &ahead, &moves.finishing);
    }
    let offered = m.input("chain_i", 1);
    let opens = m.input("opens_chain_i", 1);
    let running = m.register_free("chain_q", 1, false);
    m.drive_when(&running, &moves.accept, &offered);
    let free: Vec<Expr> = (0..2)
        .map(|chain| {
            let finishing = m.wire(&format!("finishing{chain}"), &(&moves.finishing & &running.q.is(chain)));
            chain_free(m, g, chain, &ahead, &finishing)
        })
        .collect();
    let own = choose(&offered, &free[1], &free[0]);
    m.wire("chains_ok", &(&own & &(&free[0] | &!&opens)))
}

/// Whether a stage of `chain` may start, by the age of the last result in that chain.
fn chain_free(m: &mut Module, g: &Geometry, chain: u64, ahead: &Expr, finishing: &Expr) -> Expr {
    let d = g.latency() as u64;
    let age_q = age(m, &format!("age{chain}"), g.latency(), finishing);
    let sum = m.wire(&format!("age{chain}_and_words"), &(ahead + &age_q.extend(COORDINATE_BITS)));
    let at_once = ahead.ge(&lit(d.saturating_sub(1), COORDINATE_BITS));
    let later = sum.ge(&lit(d.saturating_sub(2), COORDINATE_BITS));
    m.wire(&format!("age{chain}_ok"), &choose(finishing, &at_once, &later))
}

/// Cycles since `event`, counted up to `most` at least.
fn age(m: &mut Module, name: &str, most: usize, event: &Expr) -> Expr {
    let bits = value_bits(most);
    let top = (1 << bits) - 1;
    let (age_q, age) = m.state(name, bits, top);
    m.comb(|s| {
        s.set(&age, &choose(&age_q.is(top), &age_q, &age_q.plus(1)));
        s.when(event, |s| s.set(&age, &lit(0, bits)));
    });
    age_q
}

fn move_on(m: &mut Module, g: &Geometry, r: &Running, moves: &Moves, extent: &Extent, word: &Expr) {
    let next_word = next_word(g, &r.word.0);
    m.comb(|s| {
        for (q, d) in [&r.run, &r.prime, &r.first, &r.left, &r.word, &r.column] {
            s.set(d, q);
        }
        s.when(&moves.advance, |s| {
            s.set(&r.prime.1, &lit(0, 1));
            s.when(&!&r.prime.0, |s| {
                s.set(&r.first.1, &lit(0, 1));
                s.set(&r.left.1, &r.left.0.minus(1));
                s.set(&r.word.1, &next_word);
                s.set(&r.column.1, &r.column.0.plus(g.pixels as u64));
            });
        });
        s.when(&moves.finishing, |s| s.set(&r.run.1, &lit(0, 1)));
        s.when(&moves.accept, |s| {
            s.set(&r.run.1, &lit(1, 1));
            s.set(&r.prime.1, &extent.prime);
            s.set(&r.first.1, &lit(1, 1));
            s.set(&r.left.1, &extent.slots);
            s.set(&r.word.1, word);
            s.set(&r.column.1, &extent.column);
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
    moves: &'a Moves,
    request: Expr,
    reads_on: Option<Expr>,
    width: Expr,
    stages: Expr,
}

/// The slot's registers: what to read, and what its result is.
fn slot(m: &mut Module, g: &Geometry, slot: &Slot) {
    let [stage, pass, row, ring, base, boundary, top, bottom] = slot.kept else { unreachable!("eight fields") };
    let (r, advance) = (slot.r, &slot.moves.advance);
    let output = m.wire("makes_result", &(advance & &!&r.prime.0));
    for (name, value) in [
        ("slot_read", advance),
        ("slot_result", &output),
        ("slot_first", &(&output & &r.first.0)),
        ("slot_edge", &slot.request),
    ] {
        let q = m.delay_reset(&format!("{name}_q"), value);
        m.output(&format!("{name}_o"), &q);
    }
    let before = choose(&r.word.0.is(0), &lit(g.words as u64 - 1, g.word_bits()), &r.word.0.minus(1));
    let (read_word, read_base) = match &slot.reads_on {
        None => (choose(&r.prime.0, &before, &r.word.0), base.clone()),
        Some(reads_on) => {
            let restart = m.register_free("first_word_q", g.word_bits(), false);
            m.drive_when(&restart, &(&r.run.0 & &r.first.0), &before);
            let reread = &(reads_on & &slot.moves.last) & &!&r.prime.0;
            let reread = m.wire("rereads", &reread);
            let start_word = m.wire("start_word", &choose(&r.first.0, &before, &restart.q));
            let word = choose(&(&r.prime.0 | &reread), &start_word, &r.word.0);
            (word, choose(&reread, &base.plus(g.words as u64), base))
        }
    };
    let read_word = m.wire("read_word", &read_word);
    let stream_read = &read_base + &read_word.extend(g.stream_address_bits());
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
    let width = width.extend(column.width());
    for pixel in (0..g.pixels).rev() {
        let at = m.wire(&format!("column{pixel}"), &column.plus(pixel as u64));
        left.push(at.is(0));
        right.push(at.plus(1).eq(&width));
    }
    (m.wire("first_column", &cat(&left)), m.wire("last_column", &cat(&right)))
}
