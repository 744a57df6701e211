//! A frame's start, end, errors and counters.

use super::bus::Write;
use crate::geometry::Geometry;
use crate::registers::{self, Register};
use crate::rtl::{Expr, Module, cat, lit};

/// What the rest of the control reads.
pub(super) struct Frame {
    pub busy: Expr,
    pub status: Vec<(Register, Expr)>,
}

/// Starts a frame if its settings are within the engine's limits, and watches it.
pub(super) fn frame(m: &mut Module, g: &Geometry, bus: &Write, settings: &[(Register, Expr)]) -> Frame {
    let input_waits = m.input("input_waits_i", 1);
    let output_waits = m.input("output_waits_i", 1);
    let ended = m.input("frame_ended_i", 1);
    let value = |register: Register| {
        let found = settings.iter().find(|(r, _)| *r == register);
        found.map(|(_, q)| q.clone()).expect("a setting of this module")
    };
    let (width, height, stages) = (value(registers::WIDTH), value(registers::HEIGHT), value(registers::STAGES));
    let within = |q: &Expr, most: u64| &q.any() & &lit(most, q.width()).ge(q);
    let legal = &(&within(&width, g.max_width() as u64) & &height.any()) & &within(&stages, g.stages as u64);
    let legal = m.wire("legal", &legal);
    let (busy_q, busy) = m.state("running", 1, 0);
    let (done_q, done) = m.state("done", 1, 0);
    let (counting_q, counting) = m.state("counting", 1, 0);
    let command = m.wire("command", &(&bus.write & &bus.selects(&registers::CONTROL)));
    let asks = m.wire("asks_start", &(&command & &bus.data.bit(0)));
    let start = m.wire("start", &(&(&asks & &legal) & &!&busy_q));
    let clears = m.wire("clears", &(&command & &bus.data.bit(1)));
    let begin = m.delay_reset("begin_q", &start);
    let kind = if g.memory { memory(m, &clears, &begin) } else { stream(m, &clears) };
    m.comb(|s| {
        s.set(&busy, &busy_q);
        s.set(&done, &done_q);
        s.set(&counting, &(&(&counting_q | &kind.first) & &!&ended));
        s.when(&start, |s| {
            s.set(&busy, &lit(1, 1));
            s.set(&done, &lit(0, 1));
        });
        s.when(&ended, |s| {
            s.set(&busy, &lit(0, 1));
            s.set(&done, &lit(1, 1));
        });
        s.when(&kind.dropped, |s| {
            s.set(&busy, &lit(0, 1));
            s.set(&counting, &lit(0, 1));
        });
    });
    let clear = m.delay_reset("clear_q", &kind.dropped);
    if let Some(dropping) = &kind.dropping {
        m.output("halt_o", &(dropping | &clear));
    }
    m.output("start_o", &begin);
    m.output("clear_o", &clear);
    let load_refused = &(&bus.write & &busy_q) & &bus.selects(&registers::LOAD_DATA);
    let refused = &asks & &!&start;
    let mut sticky = |name: &str, set: &Expr| {
        let (q, d) = m.state(&format!("error_{name}"), 1, 0);
        m.comb(|s| {
            s.set(&d, &(&q | set));
            s.when(&clears, |s| s.set(&d, &lit(0, 1)));
        });
        q
    };
    let mut status = vec![busy_q.clone(), done_q, lit(0, 6)];
    let mut errors: Vec<Expr> = kind.errors.iter().map(|(name, set)| sticky(name, set)).collect();
    let common = [sticky("start", &refused), sticky("load", &load_refused)];
    if g.memory {
        status.push(lit(0, 2));
        status.extend(common);
        status.append(&mut errors);
    } else {
        status.append(&mut errors);
        status.extend(common);
    }
    status.reverse();
    let status = cat(&status);
    let counts = |name: &str, register: Register, m: &mut Module, tick: &Expr| {
        let (q, d) = m.state(name, 32, 0);
        m.comb(|s| {
            s.set(&d, &q);
            s.when(tick, |s| s.set(&d, &q.plus(1)));
            s.when(&start, |s| s.set(&d, &lit(0, 32)));
        });
        (register, q)
    };
    let counting = m.wire("counts", &(&counting_q | &kind.first));
    let cycles = counts("cycles", registers::CYCLES, m, &counting);
    let input = counts("input_stalls", registers::INPUT_STALLS, m, &(&counting & &input_waits));
    let output = counts("output_stalls", registers::OUTPUT_STALLS, m, &output_waits);
    Frame { busy: busy_q, status: vec![(registers::STATUS, status), cycles, input, output] }
}

/// What depends on where the pixels come from.
struct Kind {
    /// The frame's first cycle.
    first: Expr,
    /// The frame is dropped.
    dropped: Expr,
    /// With memory, the frame will be dropped when its bursts have ended; nothing new is asked for until all is clear.
    dropping: Option<Expr>,
    /// Errors of its own, and when they happen.
    errors: [(&'static str, Expr); 2],
}

/// A frame begins with its first beat; one that ends too early is dropped.
fn stream(m: &mut Module, clears: &Expr) -> Kind {
    let first = m.input("beat_i", 1);
    let early = m.input("early_last_i", 1);
    let missing = m.input("missing_last_i", 1);
    let dropped = m.wire("drop_frame", &(clears | &early));
    Kind { first, dropped, dropping: None, errors: [("early", early), ("missing", missing)] }
}

/// A frame begins with its start. It is dropped when the bursts that are under way have ended: until then nothing new
/// is asked for.
fn memory(m: &mut Module, clears: &Expr, begin: &Expr) -> Kind {
    let quiet = m.input("masters_idle_i", 1);
    let error = m.input("memory_error_i", 1);
    let overrun = m.input("overrun_i", 1);
    let (dropping_q, dropping) = m.state("dropping", 1, 0);
    let dropped = m.wire("drop_frame", &(&dropping_q & &quiet));
    m.comb(|s| s.set(&dropping, &(&(&dropping_q | clears) & &!&dropped)));
    let errors = [("memory", error), ("overrun", overrun)];
    Kind { first: begin.clone(), dropped, dropping: Some(dropping_q), errors }
}
