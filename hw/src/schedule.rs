//! The cycles of a frame, before any simulation.
//!
//! The engine's control does not look at the data, so its cycles follow from the sizes alone. This is its control
//! again, unit by unit and register by register, without datapath and without stalls outside: every field of a unit
//! here is the register of that name in the Verilog.

mod head;
mod passes;
mod strips;
mod tail;

use crate::{Ddr, EngineConfig, Geometry};
use head::Head;
use passes::Passes;
use serde::Serialize;
use tail::Tail;

/// What a frame takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prediction {
    /// Cycles from the first accepted input beat to the last output beat, both included; with memory, from the start to
    /// the response of the last write.
    pub cycles: u64,
    /// Slots in which the lanes made a result.
    pub results: u64,
    /// Slots that the head and the long skip took.
    pub edge_slots: u64,
    /// With memory, cycles in which something waited for what is read, and for room for what is written.
    pub stalls: [u64; 2],
    /// With memory, bytes read and written.
    pub traffic: [u64; 2],
}

/// A frame's sizes.
#[derive(Clone, Copy, Debug)]
struct Frame {
    width: i64,
    height: i64,
    stages: i64,
}

/// The cycles of a frame of `width` x `height` LR pixels through `stages` binary stages, with an input that always has
/// a beat and an output that always takes one.
///
/// # Panics
/// If the parameters make no engine, or the sizes are not within its limits.
pub fn predict(config: &EngineConfig, stages: usize, width: usize, height: usize) -> Prediction {
    if let Err(error) = config.validate() {
        panic!("these parameters make no engine: {error}");
    }
    let g = Geometry::new(config);
    assert!((1..=g.max_width()).contains(&width) && height > 0, "picture within the engine's limits");
    assert!((1..=g.stages).contains(&stages), "stages within the engine's limits");
    let frame = Frame { width: width as i64, height: height as i64, stages: stages as i64 };
    if g.memory {
        return strips::predict(config, &g, frame, Ddr::STALL_FREE);
    }
    Engine::new(&g, frame).run()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StepState {
    Wait,
    Start,
    Run,
    Idle,
}

struct Engine<'a> {
    g: &'a Geometry,
    frame: Frame,
    rows_received: i64,
    column: i64,
    state: StepState,
    step: i64,
    passes: Passes,
    head: Head,
    tail: Tail,
}

impl<'a> Engine<'a> {
    fn new(g: &'a Geometry, frame: Frame) -> Self {
        Self {
            g,
            frame,
            rows_received: 0,
            column: 0,
            state: StepState::Wait,
            step: 0,
            passes: Passes::new(g, frame),
            head: Head::new(g),
            tail: Tail::new(g),
        }
    }

    /// Counts cycles until the last output beat. The first input beat is taken in the first cycle.
    fn run(mut self) -> Prediction {
        let beats = self.frame.width * self.frame.height * self.g.tail_outputs() as i64;
        let mut cycles = 0;
        while self.tail.beats < beats {
            self.cycle();
            cycles += 1;
        }
        Prediction {
            cycles,
            results: self.passes.results,
            edge_slots: self.passes.edge_slots,
            stalls: [0; 2],
            traffic: [0; 2],
        }
    }

    /// Whether the row that lags the step by `lag` lies in the picture.
    fn active(&self, lag: i64) -> bool {
        (0..self.frame.height).contains(&(self.step - lag))
    }

    fn cycle(&mut self) {
        let (g, frame) = (self.g, self.frame);
        let lag = frame.stages + g.chains as i64 - 1;
        // An upsampler's stage adds the head's output, and its results go to the tail at once.
        let (skip_lag, tail_lag) = if g.upsampler { (lag - 1, lag + 3) } else { (lag + 2, lag + 4) };
        let (head_active, skip_active, tail_active) = (self.active(0), self.active(skip_lag), self.active(tail_lag));
        let starts = self.state == StepState::Start;
        let running = self.state == StepState::Run;
        let passes_done = self.passes.done(self.step);
        let units_done = passes_done && self.head.idle() && self.tail.idle();
        let input_ready = !head_active || self.rows_received >= self.step + 2 || self.rows_received == frame.height;
        let oldest = (self.step - skip_lag - 1).max(0);
        let hold = self.passes.holds_head(self.step);
        let request = self.head.request(g, hold);
        self.passes.cycle(g, frame, self.step, running, request);
        let pixels = g.pixels as i64;
        let words = (frame.width + frame.stages % pixels + pixels - 1) / pixels;
        self.head.cycle(g, if head_active || skip_active { words } else { 0 }, starts, hold);
        self.tail.cycle(g, frame, starts && tail_active);
        self.read_byte(oldest);
        self.next_step(input_ready, units_done);
    }

    fn read_byte(&mut self, oldest: i64) {
        let open = self.rows_received < self.frame.height;
        if open && self.rows_received - oldest < self.g.input_rows as i64 {
            self.column += 1;
            if self.column == self.frame.width * self.g.colours as i64 {
                self.column = 0;
                self.rows_received += 1;
            }
        }
    }

    fn next_step(&mut self, input_ready: bool, units_done: bool) {
        let last = self.frame.height + self.frame.stages + self.g.tail_lag() as i64 - 1;
        self.state = match self.state {
            StepState::Wait if input_ready => StepState::Start,
            StepState::Start => StepState::Run,
            StepState::Run if units_done => {
                self.step += 1;
                if self.step > last { StepState::Idle } else { StepState::Wait }
            }
            state => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "head lanes is 3, expected a divisor of the lanes")]
    fn parameters_that_make_no_engine_have_no_cycles() {
        predict(&EngineConfig { head_lanes: 3, ..EngineConfig::default() }, 1, 1, 1);
    }

    #[test]
    fn passes_over_a_full_strip_wait_for_loads_with_fewer_load_lanes_than_enough_alone() {
        for (lanes, pixels, strip_width, enough) in [(16, 4, 64, 2), (16, 2, 64, 1), (16, 1, 19, 1), (16, 1, 18, 2)] {
            assert_eq!(EngineConfig::enough_load_lanes(lanes, pixels, strip_width), enough);
            let cycles = |load_lanes: usize| {
                let engine = EngineConfig {
                    lanes,
                    pixels,
                    strip_width,
                    load_lanes,
                    chains: 2,
                    head_lanes: lanes,
                    ..EngineConfig::default()
                };
                predict(&engine, engine.max_stages, strip_width - pixels + 1, 24).cycles
            };
            let saved = |fewer, more| 1.0 - cycles(more) as f64 / cycles(fewer) as f64;
            println!("{lanes} x {pixels}: {} {}", saved(enough, 4), saved((enough / 2).max(1), enough));
            assert!(saved(enough, 4) < 0.01, "{lanes} x {pixels}");
            assert!(enough == 1 || saved(enough / 2, enough) > 0.02, "{lanes} x {pixels}");
        }
    }
}
