//! The observer that compares.

use bsr_golden::Trace;
use bsr_model::integer::Streaming;
use ndarray::Array3;

use super::{Fault, Mismatch, in_lanes::in_lanes, seen::Seen};
use crate::bench::{Observer, OutputBeat, TapFormat, Word};

/// Compares one frame with its golden [`Trace`].
#[derive(Clone, Debug)]
pub struct Checker {
    trace: Trace,
    /// Names of the head and of the binary stages, then of what the tail reads, then of the output.
    names: Vec<String>,
    format: TapFormat,
    /// One a stage, then one for what the tail reads.
    seen: Vec<Seen>,
    result: Comparison,
}

/// The outcome for one frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Values of the head and the binary stages that were compared.
    pub taps_checked: u64,
    /// Values that the tail reads that were compared.
    pub sums_checked: u64,
    /// Output beats that were compared.
    pub beats_checked: u64,
    /// Differences.
    pub mismatches: u64,
    /// The first of them in time; what never came is later than all that came.
    pub first: Option<Mismatch>,
}

impl Comparison {
    /// Whether something was compared and nothing differed.
    pub fn is_exact(&self) -> bool {
        self.mismatches == 0 && self.taps_checked > 0 && self.sums_checked > 0 && self.beats_checked > 0
    }

    fn count(&mut self, mismatch: impl FnOnce() -> Mismatch) {
        self.mismatches += 1;
        if self.first.is_none() {
            self.first = Some(mismatch());
        }
    }
}

impl Checker {
    /// A checker of one frame of `network`, whose golden run is `trace`.
    pub fn new(network: &Streaming, trace: Trace, format: TapFormat) -> Self {
        let trace = in_lanes(network, trace, format.channels);
        let (read, rows, columns) = trace.sum.dim();
        let seen_by =
            |channels: usize, lanes: usize| Seen::new(rows, columns, channels.max(format.channels).div_ceil(lanes));
        let stages = network.stages().map(|stage| stage.name.clone());
        let names = std::iter::once(network.head.name.clone()).chain(stages);
        // With an upsampler, what the tail reads is its output, and goes by its name.
        let read_by_tail = (!network.upsampler).then(|| format!("input of {}", network.tail.name));
        let names = names.chain(read_by_tail).chain(["output".into()]).collect();
        let mut seen = vec![seen_by(format.channels, format.lanes); trace.stages.len()];
        seen.push(seen_by(read, format.sum_lanes));
        Self { trace, names, format, seen, result: Comparison::default() }
    }

    /// The golden run that this compares with.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What was found so far.
    pub fn so_far(&self) -> &Comparison {
        &self.result
    }

    /// The outcome, when the frame is over: counts what never came.
    pub fn finish(&self) -> Comparison {
        let mut result = self.result.clone();
        for (stage, seen) in self.seen.iter().enumerate() {
            let map = self.map(stage);
            for (row, column, pass) in seen.missing() {
                for channel in self.channels(stage, pass).filter(|&channel| channel < map.dim().0) {
                    let expected = Some(map[[channel, row, column]].into());
                    let (layer, fault) = (self.names[stage].clone(), Fault::Missing);
                    result.count(|| Mismatch {
                        fault,
                        layer,
                        channel,
                        row,
                        column,
                        cycle: None,
                        expected,
                        found: None,
                    });
                }
            }
        }
        for index in result.beats_checked as usize..self.trace.sr.len() {
            result.count(|| {
                self.output_mismatch(Fault::Missing, index, None, self.expected_byte(index).map(i64::from), None)
            });
        }
        result
    }

    /// A stage's map, or what the tail reads.
    fn map(&self, stage: usize) -> &Array3<i32> {
        self.trace.stages.get(stage).unwrap_or(&self.trace.sum)
    }

    fn channels(&self, stage: usize, pass: usize) -> std::ops::Range<usize> {
        let lanes = if stage < self.trace.stages.len() { self.format.lanes } else { self.format.sum_lanes };
        pass * lanes..(pass + 1) * lanes
    }

    /// Compares a word of `pixels` pixels; returns how many values it holds.
    fn word(&mut self, stage: usize, word: &Word, pixels: usize) -> u64 {
        let (channels, rows, columns) = self.map(stage).dim();
        let inside = word.row < rows && word.pass * word.lanes < channels.max(self.format.channels);
        let mut checked = 0;
        for pixel in 0..pixels {
            let Ok(column) = usize::try_from(word.column + pixel as i32) else { continue };
            if column >= columns {
                continue;
            }
            let fresh = inside && self.seen[stage].insert(word.row, column, word.pass);
            // An engine has more channels than a small network; what they hold is no matter.
            let channels =
                self.channels(stage, word.pass).enumerate().filter(|(_, channel)| !inside || *channel < channels);
            for (lane, channel) in channels {
                let found = word.value(pixel, lane);
                let expected = self.map(stage).get([channel, word.row, column]).copied();
                checked += u64::from(fresh && expected.is_some());
                if fresh && expected.is_none_or(|expected| expected == found) {
                    continue;
                }
                let fault = match (inside, fresh) {
                    (false, _) => Fault::Outside,
                    (true, false) => Fault::Duplicate,
                    (true, true) => Fault::Value,
                };
                let (expected, found, cycle) = (expected.map(i64::from), Some(found.into()), Some(word.cycle));
                let (layer, row) = (self.names[stage].clone(), word.row);
                self.result.count(|| Mismatch { fault, layer, channel, row, column, cycle, expected, found });
            }
        }
        checked
    }

    /// Colour, row and column of an output beat.
    fn place(&self, index: usize) -> (usize, usize, usize) {
        let (colours, rows, columns) = self.trace.sr.dim();
        let pixel = index / colours;
        // Beats beyond the picture are told as if further pictures followed.
        (index % colours, pixel / columns % rows, pixel % columns)
    }

    fn expected_byte(&self, index: usize) -> Option<u8> {
        (index < self.trace.sr.len()).then(|| self.trace.sr[self.place(index)])
    }

    fn output_mismatch(
        &self,
        fault: Fault,
        index: usize,
        cycle: Option<u64>,
        expected: Option<i64>,
        found: Option<i64>,
    ) -> Mismatch {
        let (channel, row, column) = self.place(index);
        let layer = self.names.last().expect("the output has a name").clone();
        Mismatch { fault, layer, channel, row, column, cycle, expected, found }
    }
}

impl Observer for Checker {
    fn stage(&mut self, stage: usize, word: &Word) {
        if stage < self.trace.stages.len() {
            self.result.taps_checked += self.word(stage, word, self.format.pixels);
        } else {
            let (layer, fault, row) = (format!("stage {stage}"), Fault::Outside, word.row);
            let (channel, column) = (word.pass * word.lanes, word.column.max(0) as usize);
            let (cycle, found) = (Some(word.cycle), Some(word.value(0, 0).into()));
            self.result.count(|| Mismatch { fault, layer, channel, row, column, cycle, expected: None, found });
        }
    }

    fn sum(&mut self, word: &Word) {
        self.result.sums_checked += self.word(self.trace.stages.len(), word, 1);
    }

    fn beat(&mut self, index: usize, beat: OutputBeat) {
        let (cycle, found) = (Some(beat.cycle), Some(beat.data.into()));
        let Some(expected) = self.expected_byte(index) else {
            let mismatch = self.output_mismatch(Fault::Outside, index, cycle, None, found);
            return self.result.count(|| mismatch);
        };
        self.result.beats_checked += 1;
        if expected != beat.data {
            let mismatch = self.output_mismatch(Fault::Value, index, cycle, Some(expected.into()), found);
            self.result.count(|| mismatch);
        }
        let last = index + 1 == self.trace.sr.len();
        if last != beat.last {
            let (expected, found) = (Some(last.into()), Some(beat.last.into()));
            let mismatch = self.output_mismatch(Fault::Last, index, cycle, expected, found);
            self.result.count(|| mismatch);
        }
    }
}
