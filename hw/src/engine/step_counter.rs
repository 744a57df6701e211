//! The steps of a frame: in step `T` the head makes row `T`, stage `l` row `T - 1 - l`, the tail row `T - 4 - L`.

use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, index_bits, lit};
use std::rc::Rc;

/// Bits of a step number: rows, stages and the lag of the tail.
pub(super) const STEP_BITS: usize = COORDINATE_BITS + 2;

const IDLE: u64 = 0;
const WAIT: u64 = 1;
const START: u64 = 2;
const RUN: u64 = 3;

/// Steps one after the other, each when its input rows are in and all units have finished the step before.
pub(super) fn step_counter(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "step_counter",
        format!(
            "Steps of a frame. In step T the head makes row T, binary stage l row T-1-l (the second of two chains one row\n\
             later), {}. A step starts when the\n\
             input rows of its head row are in, and ends when the passes, the head unit and the tail unit are done.",
            if g.upsampler {
                "the head's output for the long skip row T+1-L of L stages, the tail row T-3-L"
            } else {
                "the long skip makes the row after the last stage's and the tail the second after that"
            }
        ),
    );
    let start = m.input("start_i", 1);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let rows_received = m.input("rows_received_i", COORDINATE_BITS);
    let done = m.input("units_done_i", 1);
    let (state_q, state) = m.state("state", 2, IDLE);
    let (step_q, step) = m.state("step", STEP_BITS, 0);
    let height = m.wire("height", &height.extend(STEP_BITS));
    let stages = m.wire("stages", &stages.extend(STEP_BITS));
    let head_row = m.wire("head_row", &step_q.slice(0, COORDINATE_BITS));
    let head = Activity { active: m.wire("head_active", &step_q.lt(&height)), row: head_row };
    let skip_lag = m.wire("skip_lag", &if g.upsampler { stages.minus(1) } else { stages.plus(g.chains as u64 + 1) });
    let skip = activity(&mut m, "skip", &step_q, &skip_lag, &height);
    let tail_lag = m.wire("tail_lag", &stages.plus(g.tail_lag() as u64));
    let tail = activity(&mut m, "tail", &step_q, &tail_lag, &height);
    let last_step = m.wire("last_step", &(&height + &stages).plus(g.tail_lag() as u64 - 1));
    let next_row = m.wire("next_row", &step_q.plus(2));
    let enough = &rows_received.extend(STEP_BITS).ge(&next_row) | &rows_received.extend(STEP_BITS).eq(&height);
    let ready = m.wire("input_ready", &(&(!&head.active) | &enough));
    m.comb(|s| {
        s.set(&state, &state_q);
        s.set(&step, &step_q);
        s.when(&(&state_q.is(IDLE) & &start), |s| {
            s.set(&state, &lit(WAIT, 2));
            s.set(&step, &lit(0, STEP_BITS));
        });
        s.when(&(&state_q.is(WAIT) & &ready), |s| s.set(&state, &lit(START, 2)));
        s.when(&state_q.is(START), |s| s.set(&state, &lit(RUN, 2)));
        s.when(&(&state_q.is(RUN) & &done), |s| {
            s.set(&step, &step_q.plus(1));
            s.when_else(&step_q.eq(&last_step), |s| s.set(&state, &lit(IDLE, 2)), |s| s.set(&state, &lit(WAIT, 2)));
        });
    });
    m.output("start_o", &state_q.is(START));
    m.output("running_o", &state_q.is(RUN));
    m.output("step_o", &step_q);
    for (name, unit) in [("head", &head), ("skip", &skip), ("tail", &tail)] {
        m.output(&format!("{name}_active_o"), &unit.active);
        m.output(&format!("{name}_row_o"), &unit.row);
    }
    ring_slots(&mut m, g, &start, &(&state_q.is(RUN) & &done), &skip.active);
    let margin = m.wire("margin", &if g.upsampler { stages.clone() } else { stages.plus(g.chains as u64 + 2) });
    let early = step_q.lt(&margin);
    let oldest = &head.row - &margin.slice(0, COORDINATE_BITS);
    let oldest = crate::rtl::choose(&early, &lit(0, COORDINATE_BITS), &oldest);
    m.output("oldest_input_row_o", &oldest);
    Rc::new(m)
}

struct Activity {
    active: Expr,
    row: Expr,
}

/// Row `step - lag`, where it lies in the picture.
fn activity(m: &mut Module, name: &str, step: &Expr, lag: &Expr, height: &Expr) -> Activity {
    let row = m.wire(&format!("{name}_step"), &(step - lag));
    let active = m.wire(&format!("{name}_active"), &(&step.ge(lag) & &row.lt(height)));
    Activity { active, row: m.wire(&format!("{name}_row"), &row.slice(0, COORDINATE_BITS)) }
}

/// Ring slots of the head's row (stream and signs) and of the long skip's row (stream), which moves where it is active.
pub(super) fn ring_slots(m: &mut Module, g: &Geometry, start: &Expr, advance: &Expr, skip_active: &Expr) {
    let row_words = (g.passes * g.words) as u64;
    let top = (g.stream_rows as u64 - 1) * row_words;
    let bits = g.stream_address_bits();
    let advance = m.wire("advance", advance);
    let skip_advance = m.wire("skip_advance", &(&advance & skip_active));
    for (name, step) in [("head", &advance), ("skip", &skip_advance)] {
        let (base_q, base) = m.state(&format!("{name}_base"), bits, 0);
        m.comb(|s| {
            s.set(&base, &base_q);
            s.when(step, |s| {
                s.when_else(
                    &base_q.is(top),
                    |s| s.set(&base, &lit(0, bits)),
                    |s| s.set(&base, &base_q.plus(row_words)),
                );
            });
            s.when(start, |s| s.set(&base, &lit(0, bits)));
        });
        m.output(&format!("{name}_base_o"), &base_q);
    }
    let ring_bits = index_bits(3);
    let (ring_q, ring) = m.state("head_ring", ring_bits, 0);
    m.comb(|s| {
        s.set(&ring, &ring_q);
        s.when(&advance, |s| {
            s.when_else(&ring_q.is(2), |s| s.set(&ring, &lit(0, ring_bits)), |s| s.set(&ring, &ring_q.plus(1)));
        });
        s.when(start, |s| s.set(&ring, &lit(0, ring_bits)));
    });
    m.output("head_ring_o", &ring_q);
}
