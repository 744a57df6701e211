//! Walks the passes of a frame in order and describes the next one.
//!
//! With one chain the order of the stages is 1, 2, .. L. With two, the second half trails the first by one more row and
//! the halves alternate: 1, h+1, 2, h+2, .., so that a short pass is never followed by the one that needs its result.

mod place;
mod strip;
mod walk;

use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, lit};
use place::Place;
use std::rc::Rc;
use strip::Position;
use walk::{Moves, Walk};

const IDLE: u64 = 0;
const SCAN: u64 = 1;
const OFFER: u64 = 2;
const FIND_HALF: u64 = 3;

/// Offers one pass after the other; the next follows when the runner accepts.
pub(super) fn pass_planner(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "pass_planner",
        format!(
            "Passes of a frame in order: steps, then stages whose row lies in the picture, then {} pass(es).\n\
             {} chain(s) of stages. Describes the next pass and starts the load of its lane parameters once the shadow\n\
             copies are free.",
            g.passes, g.chains
        ),
    );
    let start = m.input("start_i", 1);
    let accept = m.input("accept_i", 1);
    let shadow_free = m.input("shadow_free_i", 1);
    let loaded = m.input("loaded_i", 1);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let walk = Walk::declare(&mut m, g, &height);
    let here = walk.here(&mut m);
    let position = g.memory.then(|| Position::new(&mut m, g, &here, &walk, &height));
    let inside = match &position {
        Some(position) => position.has_columns(),
        None => &!&here.at.row.bit(g.step_bits() - 1) & &here.at.row.lt(&height.extend(g.step_bits())),
    };
    let exists = m.wire("row_exists", &(&inside & &stages.ge(&here.stage)));
    let scanning = m.wire("scanning", &walk.state.0.is(SCAN));
    let offering = m.wire("offering", &walk.state.0.is(OFFER));
    let taken = m.wire("taken", &(&offering & &accept));
    let row_swept = m.wire("row_swept", &walk.pass.0.is(g.passes as u64 - 1));
    let last_pass = match &walk.phase {
        None => row_swept.clone(),
        Some(phase) => &row_swept & &(&phase.0.is(g.phases() as u64 - 1) | &here.stage.ne(&stages)),
    };
    let leave = m.wire("leave_stage", &(&(&scanning & &!&exists) | &(&taken & &last_pass)));
    let after_half = walk.after_half(&mut m, &stages);
    let half_reached = after_half.map(|stage| m.wire("half_reached", &walk.first_chain_at(&stage)));
    let last_stage = match walk.chain.as_ref().zip(half_reached.as_ref()) {
        Some((chain, reached)) => &chain.0 & reached,
        None => walk.first_chain_at(&stages),
    };
    let last_stage = m.wire("last_stage", &last_stage);
    let last_step = match &position {
        Some(position) => position.is_last_step(&mut m, g, &here, [&start, &leave, &stages]),
        None => {
            let last = (&height.extend(g.step_bits()) + &stages.extend(g.step_bits())).plus(g.chains as u64 - 1);
            m.wire("last_step", &walk.step.0.eq(&last))
        }
    };
    let found = &scanning & &exists;
    let sweeps_again = walk.phase.as_ref().map(|_| m.wire("sweeps_again", &(&taken & &(&row_swept & &!&last_pass))));
    let moves = Moves { start, taken, sweeps_again, found, half_reached, leave, last_stage, last_step };
    walk.advance(&mut m, g, &here, &moves);
    let (load_q, load) = m.state("load_started", 1, 0);
    let begin = m.wire("load_begin", &(&(&offering & &!&load_q) & &shadow_free));
    m.comb(|s| {
        s.set(&load, &(&load_q | &begin));
        s.when(&accept, |s| s.set(&load, &lit(0, 1)));
    });
    describe(&mut m, &walk, &here, &height);
    match &position {
        Some(position) => position.describe(&mut m, g, &here, &offering),
        None => {
            m.output("word_o", &here.word);
            m.output("skew_o", &here.skew);
            last_stage_position(&mut m, g, &here, &stages);
        }
    }
    m.output("load_start_o", &begin);
    m.output("valid_o", &(&(&offering & &load_q) & &loaded));
    m.output("idle_o", &walk.state.0.is(IDLE));
    Rc::new(m)
}

/// Where the last stage keeps column 0: the long skip reads its rows.
fn last_stage_position(m: &mut Module, g: &Geometry, here: &Place<Expr>, stages: &Expr) {
    let at_last = m.wire("at_last_stage", &here.stage.eq(stages));
    let skew = (g.pixels > 1).then_some(("last_skew", &here.skew));
    for (name, value) in [("last_word", &here.word)].into_iter().chain(skew) {
        let kept = m.register(&format!("{name}_q"), value.width(), 0);
        m.drive_when(&kept, &at_last, value);
        m.output(&format!("{name}_o"), &kept.q);
    }
}

/// The offered pass.
fn describe(m: &mut Module, walk: &Walk, here: &Place<Expr>, height: &Expr) {
    m.output("step_o", &walk.step.0);
    m.output("stage_o", &here.stage);
    m.output("pass_o", &walk.pass.0);
    if let Some(phase) = &walk.phase {
        m.output("phase_o", &phase.0);
    }
    m.output("row_o", &here.at.row.slice(0, COORDINATE_BITS));
    m.output("ring_o", &here.at.ring);
    m.output("stream_base_o", &here.at.base);
    m.output("boundary_o", &here.boundary);
    m.output("record_o", &here.record);
    m.output("missing_top_o", &here.at.row.is(0));
    m.output("missing_bottom_o", &here.at.row.plus(1).eq(&height.extend(here.at.row.width())));
    if let Some((chain, opens)) = walk.chain.as_ref().zip(walk.opens_chain(here)) {
        m.output("chain_o", &chain.0);
        m.output("opens_chain_o", &opens);
    }
}
