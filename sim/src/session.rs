//! One frame of a network through the RTL, compared with the golden model.

use std::{
    ops::Range,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

use bsr_golden::Trace;
use bsr_hw::{EngineConfig, Program};
use bsr_model::integer::Streaming;
use ndarray::{Array2, ArrayView2};

use crate::{
    Bench, Simulator,
    bench::{BenchError, FrameRun, Sending, Violation},
    compare::{Checker, Comparison},
};

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
    /// The engine that the simulator was built from.
    pub config: &'a EngineConfig,
    /// The network.
    pub network: &'a Streaming<'a>,
    /// The network as the engine's register writes.
    pub program: &'a Program,
    /// The LR picture, a [`raster`](bsr_hw::raster()).
    pub lr: ArrayView2<'a, u8>,
    /// The golden run of that picture.
    pub trace: &'a Trace,
    /// Stalls and their seed, which also chooses the registers before reset where they are random.
    pub sending: Sending,
    /// Where the cycles that have gone by are told, now and then.
    pub progress: Option<&'a Arc<AtomicU64>>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Taps and output beats against the golden model.
    pub comparison: Comparison,
    /// The frame, or why it did not end.
    pub frame: Result<FrameRun, BenchError>,
    /// Bus rules that were broken.
    pub violations: Vec<Violation>,
    /// Cycle in which the frame was started.
    pub started: u64,
    /// Cycles in all: reset, loading, frame.
    pub cycles: u64,
}

/// Cycles after a frame in which no beat may come any more.
const AFTER: u64 = 256;

impl Session<'_> {
    /// Loads the network, runs the frame and compares. With a waveform: the file and the cycles that it covers.
    ///
    /// # Errors
    /// [`BenchError`] if the network cannot be loaded or the frame not started; a frame that does not end is an
    /// [`Outcome`].
    pub fn run(&self, simulator: &Simulator, waveform: Option<(&Path, Range<u64>)>) -> Result<Outcome, BenchError> {
        let checker = Checker::new(self.network, self.trace.clone(), self.config.into());
        let mut bench = Bench::new(simulator, self.config, self.sending.seed, checker);
        if let Some((path, cycles)) = waveform {
            bench.trace(path, cycles);
        }
        bench.progress = self.progress.cloned();
        bench.load(self.program.writes())?;
        let started = bench.cycle();
        bench.start_frame(self.lr, self.sending)?;
        let frame = bench.finish_frame();
        if frame.is_ok() {
            bench.ticks(AFTER);
        }
        let comparison = bench.observer.finish();
        Ok(Outcome { comparison, frame, violations: bench.violations(), started, cycles: bench.cycle() })
    }
}

impl Outcome {
    /// Differences of any kind: values, bus rules, a frame that does not end.
    pub fn mismatches(&self) -> u64 {
        self.comparison.mismatches + self.violations.len() as u64 + u64::from(self.frame.is_err())
    }

    /// Whether something was compared and nothing is wrong.
    pub fn is_exact(&self) -> bool {
        self.comparison.is_exact() && self.mismatches() == 0
    }

    /// The cycles that a waveform should cover: around the first mismatch, or the start of the frame.
    pub fn window(&self) -> Range<u64> {
        const BEFORE: u64 = 2_000;
        const LENGTH: u64 = 3_000;
        let cycle = match &self.comparison.first {
            Some(mismatch) => mismatch.cycle.unwrap_or(self.cycles).saturating_sub(BEFORE),
            None => self.started,
        };
        cycle..cycle + LENGTH
    }

    /// The raster of the SR picture that came out, of rows of so many bytes; bytes that did not come are 0.
    pub fn sr(&self, height: usize, bytes: usize) -> Array2<u8> {
        let beats = self.frame.as_ref().map_or(&[][..], |frame| &frame.beats);
        Array2::from_shape_fn((height, bytes), |(row, byte)| beats.get(row * bytes + byte).map_or(0, |beat| beat.data))
    }
}
