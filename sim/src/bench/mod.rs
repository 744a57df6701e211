//! Clocks a simulator: AXI agents, stall patterns, monitors.
//!
//! A [`Bench`] owns one instance of the accelerator. Each [`Bench::tick`] is one clock cycle in which the agents
//! drive the pins, the monitors watch them, and the [`Observer`] hears of taps and output beats. Register accesses
//! and frames are made of ticks, so a register can be read while a frame runs.

mod frame;
mod lite;
mod memory;
mod monitor;
mod observer;
mod random;
mod stall;
mod stream;

pub use frame::{FrameRun, LastAt, MemoryModel, Sending};
pub use lite::{Response, Skew};
pub use monitor::{Channel, Violation};
pub use observer::{Observer, TapFormat, Word};
pub use stall::{FREEZE, Pattern, Stall, UnknownPattern};
pub use stream::OutputBeat;

pub use crate::ffi::{Inputs, Outputs};

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bsr_hw::{EngineConfig, Interface};

use crate::{build::Simulator, ffi::Model};
use memory::Memory;
use monitor::Monitor;
use stream::{Sink, Source};

/// Cycles of a reset.
const RESET: u32 = 16;

/// Cycles between two words of progress.
const PROGRESS: u64 = 1 << 14;

/// Why a bench cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BenchError {
    /// No response over AXI4-Lite.
    #[error("no AXI4-Lite response for address {address:#05x}")]
    NoResponse {
        /// Byte address.
        address: u32,
    },
    /// A register refused an access.
    #[error("the register at {address:#05x} answered {response:?}, expected Okay")]
    Refused {
        /// Byte address.
        address: u32,
        /// The response.
        response: Response,
    },
    /// Nothing moves any more.
    #[error(
        "nothing moves any more in cycle {cycle}: {beats_out} of {frame} output beats came, {beats_in} input beats wait"
    )]
    Hang {
        /// The cycle.
        cycle: u64,
        /// Input beats that were not taken.
        beats_in: usize,
        /// Output beats that came.
        beats_out: usize,
        /// Output beats of the frame.
        frame: usize,
    },
}

/// One accelerator on the bench.
#[derive(Debug)]
pub struct Bench<O = ()> {
    model: Model,
    pins: Inputs,
    out: Outputs,
    cycle: u64,
    /// Cycles since a beat or a tap moved.
    idle: u64,
    taps: TapFormat,
    config: EngineConfig,
    memory: Memory,
    source: Source,
    sink: Sink,
    frame_beats: usize,
    /// Rows of the SR picture that an engine with a master makes, and bytes of a row.
    picture: (usize, usize),
    monitor: Monitor,
    window: Option<(PathBuf, Range<u64>)>,
    /// Where the cycles that have gone by are told, now and then.
    pub progress: Option<Arc<AtomicU64>>,
    /// Hears of taps and output beats.
    pub observer: O,
}

impl<O: Observer> Bench<O> {
    /// A fresh instance, after a reset. `seed` chooses the values before it, in a variant that randomises them.
    pub fn new(simulator: &Simulator, config: &EngineConfig, seed: u64, observer: O) -> Self {
        let mut bench = Self {
            model: Model::new(simulator.functions, (seed ^ seed >> 32) as u32),
            pins: Inputs::default(),
            out: Outputs::default(),
            cycle: 0,
            idle: 0,
            taps: config.into(),
            config: config.clone(),
            memory: Memory::none(),
            source: Source::idle(),
            sink: Sink::idle(),
            frame_beats: 0,
            picture: (0, 0),
            monitor: Monitor::default(),
            window: None,
            progress: None,
            observer,
        };
        bench.reset();
        bench
    }

    /// Resets the accelerator; a frame that runs is lost, and its pixels with it.
    pub fn reset(&mut self) {
        self.source = Source::idle();
        self.sink = Sink::idle();
        self.memory = Memory::none();
        self.pins = Inputs::default();
        for _ in 0..RESET {
            self.tick();
        }
        self.pins.aresetn = 1;
    }

    /// One clock cycle; returns what the pins showed just before its rising edge.
    pub fn tick(&mut self) -> &Outputs {
        self.follow_window();
        if self.pins.aresetn == 1 {
            match self.config.interface {
                Interface::Stream => {
                    self.source.drive(&mut self.pins);
                    self.sink.drive(&mut self.pins);
                }
                Interface::Memory => self.memory.drive(&mut self.pins, self.cycle),
            }
        }
        self.model.cycle(&self.pins, &mut self.out);
        self.monitor.observe(&self.pins, &self.out, self.cycle);
        self.idle += 1;
        if self.pins.aresetn == 1 {
            self.listen();
        }
        self.cycle += 1;
        if self.cycle.is_multiple_of(PROGRESS)
            && let Some(progress) = &self.progress
        {
            progress.store(self.cycle, Ordering::Relaxed);
        }
        &self.out
    }

    fn listen(&mut self) {
        let (out, cycle) = (&self.out, self.cycle);
        let moved = match self.config.interface {
            Interface::Stream => self.source.sample(&self.pins, out, cycle),
            Interface::Memory => self.memory.sample(&self.pins, out, cycle),
        };
        if moved {
            self.idle = 0;
        }
        if let Some(beat) = self.sink.sample(&self.pins, out, cycle) {
            self.idle = 0;
            self.observer.beat(self.sink.beats.len() - 1, beat);
        }
        let TapFormat { lanes, sum_lanes, bits, sum_bits, .. } = self.taps;
        if out.tap_valid == 1 {
            self.idle = 0;
            let (row, column, pass) = (out.tap_row.into(), out.tap_column.into(), out.tap_pass.into());
            let data = self.model.tap_data();
            self.observer.stage(out.tap_stage.into(), &Word { cycle, row, column, pass, bits, lanes, data });
        }
        if out.sum_valid == 1 {
            self.idle = 0;
            let (row, column, pass) = (out.sum_row.into(), out.sum_column.into(), out.sum_pass.into());
            let data = self.model.sum_data();
            self.observer.sum(&Word { cycle, row, column, pass, bits: sum_bits, lanes: sum_lanes, data });
        }
    }

    /// Clocks this many cycles.
    pub fn ticks(&mut self, cycles: u64) {
        for _ in 0..cycles {
            self.tick();
        }
    }

    /// Cycles since the bench was made.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Bus rules that were broken so far; at most the first 100.
    pub fn violations(&self) -> Vec<Violation> {
        [&self.monitor.violations[..], &self.memory.violations[..]].concat()
    }

    /// Bytes that the master read and wrote in the frame that ran last.
    pub fn traffic(&self) -> [u64; 2] {
        self.memory.traffic
    }

    /// The output beats of the frame that runs.
    pub fn output(&self) -> &[OutputBeat] {
        &self.sink.beats
    }

    /// How tap words of this engine are read.
    pub fn tap_format(&self) -> TapFormat {
        self.taps
    }

    /// Writes a waveform (FST) of the cycles in this range; nothing happens unless the simulator is of the tracing
    /// variant.
    pub fn trace(&mut self, path: &Path, cycles: Range<u64>) {
        self.window = Some((path.to_path_buf(), cycles));
    }

    /// Opens and closes the waveform when its time has come.
    fn follow_window(&mut self) {
        let Some((path, cycles)) = &self.window else { return };
        if self.cycle == cycles.start {
            self.model.trace_open(path);
        }
        if self.cycle == cycles.end {
            self.model.trace_close();
            self.window = None;
        }
    }
}
