//! Walks the passes of a frame in order and describes the next one.

use super::step_counter::STEP_BITS;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, index_bits, lit};
use std::rc::Rc;

const IDLE: u64 = 0;
const SCAN: u64 = 1;
const OFFER: u64 = 2;

/// What changes from pass to pass, stage to stage, step to step: the walk's registers.
struct Walk {
    state: (Expr, Expr),
    step: (Expr, Expr),
    stage: (Expr, Expr),
    pass: (Expr, Expr),
    /// Row of this stage, two's complement.
    row: (Expr, Expr),
    /// `row mod 3`.
    ring: (Expr, Expr),
    /// First word of the row's slot and pass in the stream store.
    base: (Expr, Expr),
    /// First word of the boundary that the stage reads in the sign store.
    boundary: (Expr, Expr),
    /// Record of the pass's first lane.
    record: (Expr, Expr),
    /// Word of the row that holds column 0 at this stage.
    word: (Expr, Expr),
    /// `stage mod G`.
    skew: (Expr, Expr),
    /// Ring slot and base of the first stage's row in this step.
    first: [(Expr, Expr); 2],
}

impl Walk {
    fn all(&self) -> Vec<&(Expr, Expr)> {
        let mut all = vec![&self.state, &self.step, &self.stage, &self.pass, &self.row, &self.ring, &self.base];
        all.extend([&self.boundary, &self.record, &self.word, &self.skew, &self.first[0], &self.first[1]]);
        all
    }
}

/// Offers one pass after the other; the next follows when the runner accepts.
pub(super) fn pass_planner(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "pass_planner",
        format!(
            "Passes of a frame in order: steps, then stages whose row lies in the picture, then {} pass(es).\n\
             Describes the next pass and starts the load of its lane parameters once the shadow copies are free.",
            g.passes
        ),
    );
    let start = m.input("start_i", 1);
    let accept = m.input("accept_i", 1);
    let shadow_free = m.input("shadow_free_i", 1);
    let loaded = m.input("loaded_i", 1);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let walk = registers(&mut m, g);
    let height = m.wire("height", &height.extend(STEP_BITS));
    let row_exists = &(!&walk.row.0.bit(STEP_BITS - 1)) & &walk.row.0.lt(&height);
    let row_exists = m.wire("row_exists", &row_exists);
    let last_pass = m.wire("last_pass", &walk.pass.0.is(g.passes as u64 - 1));
    let last_stage = m.wire("last_stage", &walk.stage.0.eq(&stages));
    let last_step = m.wire("last_step", &walk.step.0.eq(&(&height + &stages.extend(STEP_BITS))));
    let scanning = m.wire("scanning", &walk.state.0.is(SCAN));
    let offering = m.wire("offering", &walk.state.0.is(OFFER));
    let leave = &(&scanning & &!&row_exists) | &(&(&offering & &accept) & &last_pass);
    let leave = m.wire("leave_stage", &leave);
    advance(
        &mut m,
        g,
        &walk,
        &Moves { start, accept: &offering & &accept, row_exists, leave, last_stage: last_stage.clone(), last_step },
    );
    let (load_q, load) = m.state("load_started", 1, 0);
    let begin = m.wire("load_begin", &(&(&offering & &!&load_q) & &shadow_free));
    m.comb(|s| {
        s.set(&load, &(&load_q | &begin));
        s.when(&accept, |s| s.set(&load, &lit(0, 1)));
    });
    describe(&mut m, &walk, &height);
    last_stage_position(&mut m, g, &walk, &last_stage);
    m.output("load_start_o", &begin);
    m.output("valid_o", &(&(&offering & &load_q) & &loaded));
    m.output("idle_o", &walk.state.0.is(IDLE));
    Rc::new(m)
}

fn registers(m: &mut Module, g: &Geometry) -> Walk {
    let ring = index_bits(3);
    Walk {
        state: m.state("state", 2, IDLE),
        step: m.state("step", STEP_BITS, 0),
        stage: m.state("stage", 8, 1),
        pass: m.state("pass", g.pass_bits(), 0),
        row: m.state("row", STEP_BITS, 0),
        ring: m.state("ring", ring, 0),
        base: m.state("base", g.stream_address_bits(), 0),
        boundary: m.state("boundary", g.sign_address_bits(), 0),
        record: m.state("record", g.lane_record_bits(), 0),
        word: m.state("word", g.word_bits(), 0),
        skew: m.state("skew", index_bits(g.pixels), 0),
        first: [m.state("first_ring", ring, 0), m.state("first_base", g.stream_address_bits(), 0)],
    }
}

struct Moves {
    start: Expr,
    accept: Expr,
    row_exists: Expr,
    leave: Expr,
    last_stage: Expr,
    last_step: Expr,
}

fn advance(m: &mut Module, g: &Geometry, w: &Walk, moves: &Moves) {
    let row_words = (g.passes * g.words) as u64;
    let top = (g.stream_rows as u64 - 1) * row_words;
    let base_bits = g.stream_address_bits();
    let first_word = ((1 / g.pixels) % g.words) as u64;
    let to_row_start = m.wire("row_base", &(&w.base.0 - &pass_offset(g, &w.pass.0)));
    let before = |q: &Expr, modulus: u64, step: u64| choose(&q.is(0), &lit(modulus - step, q.width()), &q.minus(step));
    let after = |q: &Expr, top: u64, step: u64| choose(&q.is(top), &lit(0, q.width()), &q.plus(step));
    let previous_ring = before(&w.ring.0, 3, 1);
    let previous_base = choose(&to_row_start.is(0), &lit(top, base_bits), &to_row_start.minus(row_words));
    let next_first_ring = m.wire("next_first_ring", &after(&w.first[0].0, 2, 1));
    let next_first_base = m.wire("next_first_base", &after(&w.first[1].0, top, row_words));
    let next_step = m.wire("next_step", &w.step.0.plus(1));
    let skew_wraps = w.skew.0.is(g.pixels as u64 - 1);
    m.comb(|s| {
        for (q, d) in w.all() {
            s.set(d, q);
        }
        s.when(&(&w.state.0.is(SCAN) & &moves.row_exists), |s| s.set(&w.state.1, &lit(OFFER, 2)));
        s.when(&moves.accept, |s| {
            s.set(&w.pass.1, &w.pass.0.plus(1));
            s.set(&w.base.1, &w.base.0.plus(g.words as u64));
            s.set(&w.record.1, &w.record.0.plus(g.lanes as u64));
        });
        s.when(&moves.leave, |s| {
            s.set(&w.state.1, &lit(SCAN, 2));
            s.set(&w.pass.1, &lit(0, g.pass_bits()));
            s.when_else(
                &moves.last_stage,
                |s| {
                    s.set(&w.step.1, &next_step);
                    s.set(&w.stage.1, &lit(1, 8));
                    s.set(&w.row.1, &next_step.minus(2));
                    s.set(&w.ring.1, &next_first_ring);
                    s.set(&w.base.1, &next_first_base);
                    s.set(&w.first[0].1, &next_first_ring);
                    s.set(&w.first[1].1, &next_first_base);
                    s.set(&w.boundary.1, &lit(0, g.sign_address_bits()));
                    s.set(&w.record.1, &lit(0, g.lane_record_bits()));
                    s.set(&w.word.1, &lit(first_word, g.word_bits()));
                    s.set(&w.skew.1, &lit(1 % g.pixels as u64, index_bits(g.pixels)));
                    s.when(&moves.last_step, |s| s.set(&w.state.1, &lit(IDLE, 2)));
                },
                |s| {
                    s.set(&w.stage.1, &w.stage.0.plus(1));
                    s.set(&w.row.1, &w.row.0.minus(1));
                    s.set(&w.ring.1, &previous_ring);
                    s.set(&w.base.1, &previous_base);
                    s.set(&w.boundary.1, &w.boundary.0.plus(g.words as u64));
                    s.set(&w.record.1, &next_stage_record(g, w, &moves.accept));
                    s.when_else(
                        &skew_wraps,
                        |s| {
                            s.set(&w.skew.1, &lit(0, index_bits(g.pixels)));
                            s.set(&w.word.1, &after(&w.word.0, g.words as u64 - 1, 1));
                        },
                        |s| s.set(&w.skew.1, &w.skew.0.plus(1)),
                    );
                },
            );
        });
        s.when(&moves.start, |s| {
            s.set(&w.state.1, &lit(SCAN, 2));
            s.set(&w.step.1, &lit(0, STEP_BITS));
            s.set(&w.stage.1, &lit(1, 8));
            s.set(&w.pass.1, &lit(0, g.pass_bits()));
            s.set(&w.row.1, &lit((1 << STEP_BITS) - 2, STEP_BITS));
            s.set(&w.ring.1, &lit(1, index_bits(3)));
            s.set(&w.first[0].1, &lit(1, index_bits(3)));
            s.set(&w.base.1, &lit(top - row_words, base_bits));
            s.set(&w.first[1].1, &lit(top - row_words, base_bits));
            s.set(&w.boundary.1, &lit(0, g.sign_address_bits()));
            s.set(&w.record.1, &lit(0, g.lane_record_bits()));
            s.set(&w.word.1, &lit(first_word, g.word_bits()));
            s.set(&w.skew.1, &lit(1 % g.pixels as u64, index_bits(g.pixels)));
        });
    });
}

/// `pass * words`.
fn pass_offset(g: &Geometry, pass: &Expr) -> Expr {
    let bits = g.stream_address_bits();
    let at = |k: usize| lit((k * g.words) as u64, bits);
    (1..g.passes).fold(at(0), |sum, k| choose(&pass.is(k as u64), &at(k), &sum))
}

/// Record of the next stage's first lane: a stage that is left after its last pass has `P` to go, one that is
/// skipped has all `C`.
fn next_stage_record(g: &Geometry, w: &Walk, accepted: &Expr) -> Expr {
    choose(accepted, &w.record.0.plus(g.lanes as u64), &w.record.0.plus(g.channels as u64))
}

/// Where the last stage keeps column 0: the long skip reads its rows.
fn last_stage_position(m: &mut Module, g: &Geometry, w: &Walk, last_stage: &Expr) {
    let skew = (g.pixels > 1).then_some(("last_skew", &w.skew.0));
    for (name, value) in [("last_word", &w.word.0)].into_iter().chain(skew) {
        let kept = m.register(&format!("{name}_q"), value.width(), 0);
        m.drive_when(&kept, last_stage, value);
        m.output(&format!("{name}_o"), &kept.q);
    }
}

/// The offered pass.
fn describe(m: &mut Module, w: &Walk, height: &Expr) {
    m.output("step_o", &w.step.0);
    m.output("stage_o", &w.stage.0);
    m.output("pass_o", &w.pass.0);
    m.output("row_o", &w.row.0.slice(0, COORDINATE_BITS));
    m.output("ring_o", &w.ring.0);
    m.output("stream_base_o", &w.base.0);
    m.output("boundary_o", &w.boundary.0);
    m.output("record_o", &w.record.0);
    m.output("word_o", &w.word.0);
    m.output("skew_o", &w.skew.0);
    m.output("missing_top_o", &w.row.0.is(0));
    m.output("missing_bottom_o", &w.row.0.plus(1).eq(height));
}
