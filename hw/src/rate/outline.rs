//! The cycles of a frame in outline: from the slots of its rows, without running the control.
//!
//! A step takes as long as its slowest unit: the passes of all stages, the head unit, the tail. The rows of all strips
//! follow one another, every stage one pixel further to the left, and a strip's steps are taken as if all its stages
//! were in it. What is left out is how units wait for each other within a step, and for memory. Microseconds, where the
//! exact prediction takes a second: for the choice among thousands of engines.

use super::Frame;
use crate::engine::{fetch_cycles, settle_cycles};
use crate::{EngineConfig, Geometry};

/// Cycles from the end of the passes of a step to the first slot of the next.
const STEP: usize = 6;
/// Cycles from a pass's start to that of the load for the next one.
const LOAD: usize = 3;

/// Strips that a picture of this width takes.
fn strips(g: &Geometry, stages: usize, width: usize) -> usize {
    if g.memory { (width + stages + 1).div_ceil(g.width) } else { 1 }
}

/// About the bytes that a frame moves to and from memory: both pictures, and what every strip but the last leaves for
/// the next, written and read.
pub fn traffic(config: &EngineConfig, stages: usize, frame: Frame) -> usize {
    let g = Geometry::new(config);
    let (signs, stream) = g.spill_beats();
    let row = stages * (g.passes * stream + signs) + 2 * g.head_groups() * g.sum_beats();
    let rows = (strips(&g, stages, frame.width) - 1) * frame.height;
    frame.bytes(g.colours, g.scale) + 2 * 8 * row * rows
}

/// About the cycles of a frame.
pub fn outline(config: &EngineConfig, stages: usize, frame: Frame) -> u64 {
    let Frame { width, height } = frame;
    let g = &Geometry::new(config);
    let strips = strips(g, stages, width);
    let steps = (0..strips).map(|strip| Step::new(g, stages, width, g.memory.then_some(strip)));
    let steps: Vec<_> = steps.collect();
    // While the pipeline of stages fills and empties, only some of them work.
    let lag = stages + g.chains + 3;
    let rows = strips * height;
    let partial = lag.min(rows);
    let whole: usize = steps.iter().map(|step| step.cycles() * height).sum();
    let last = &steps[strips - 1];
    let ends = last.partly(partial, lag, last.head) + last.partly(partial, lag, last.head.max(last.tail));
    (whole + ends - partial * last.cycles()) as u64
}

/// A step in a strip: cycles of the passes of all stages, and of each other unit.
struct Step {
    passes: usize,
    head: usize,
    tail: usize,
}

impl Step {
    fn new(g: &Geometry, stages: usize, width: usize, strip: Option<usize>) -> Self {
        let words = |stage| part(g, stage, width, strip).1;
        let passes: usize = (1..=stages).map(|stage| stage_cycles(g, stage, words(stage), strip)).sum();
        let phases = (g.phases() - 1) * stage_cycles(g, stages, words(stages), strip);
        let ends = words(0).max(words(stages));
        Self {
            passes: passes + phases + ends * g.passes + STEP,
            head: head_cycles(g, ends),
            tail: tail_cycles(g, part(g, stages + 1, width, strip).0),
        }
    }

    fn cycles(&self) -> usize {
        self.passes.max(self.head).max(self.tail)
    }

    /// Cycles of `count` of the `lag` steps in which the share of the stages that work grows, and the other units take
    /// `unit` cycles.
    fn partly(&self, count: usize, lag: usize, unit: usize) -> usize {
        (1..=count).map(|k| (self.passes * k / lag).max(unit)).sum()
    }
}

/// Columns of a stage that lie in a strip, and its words; the stage lies `stage` pixels to the left of the head.
fn part(g: &Geometry, stage: usize, width: usize, strip: Option<usize>) -> (usize, usize) {
    let Some(strip) = strip else { return (width, (width - 1 + stage % g.pixels) / g.pixels + 1) };
    let from = (strip * g.width).saturating_sub(stage);
    let to = width.min((strip + 1) * g.width - stage.min((strip + 1) * g.width));
    if to <= from {
        return (0, 0);
    }
    let word = |column: usize| (column + stage) / g.pixels;
    (to - from, word(to - 1) - word(from) + 1)
}

/// The passes of a stage over its words.
fn stage_cycles(g: &Geometry, stage: usize, words: usize, strip: Option<usize>) -> usize {
    if words == 0 {
        return 0;
    }
    // In a wider picture the columns left of the strip are at hand.
    let prime = usize::from(strip.is_none_or(|strip| strip == 0) && stage.is_multiple_of(g.pixels));
    let primes = if g.pixels == 1 { prime } else { prime * g.passes };
    let pass = words.max(g.load_cycles() + LOAD);
    let waits = (g.latency() * usize::from(g.chains == 1)).saturating_sub(pass);
    g.passes * pass + primes + waits
}

/// The head and the long skip over so many words: every group of channels takes both rows of a word's pixels.
fn head_cycles(g: &Geometry, words: usize) -> usize {
    let word = g.pixels * (2 * g.head_groups() * g.colours).max(fetch_cycles(g));
    words * word + 2 * g.pixels + settle_cycles(g)
}

fn tail_cycles(g: &Geometry, columns: usize) -> usize {
    (columns.div_ceil(2) + 1) * g.pair_cycles()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Interface;
    use crate::predict;

    /// How far the outline is from the prediction, for a frame of that size.
    fn off(engine: &EngineConfig, stages: usize, frame: Frame) -> f64 {
        let exact = predict(engine, stages, frame.width, frame.height).cycles as f64;
        outline(engine, stages, frame) as f64 / exact - 1.0
    }

    fn engine(lanes: usize, pixels: usize, chains: usize, ends: (usize, usize), strip_width: usize) -> EngineConfig {
        let load_lanes = EngineConfig::enough_load_lanes(lanes, pixels, strip_width);
        let (head_lanes, tail_channels) = ends;
        let default = EngineConfig::default();
        EngineConfig { lanes, pixels, chains, load_lanes, head_lanes, tail_channels, strip_width, ..default }
    }

    #[test]
    fn a_frame_in_outline_is_within_five_percent_of_the_prediction() {
        for (lanes, pixels, chains, ends) in
            [(32, 1, 1, (4, 4)), (16, 4, 2, (8, 8)), (16, 2, 2, (4, 4)), (64, 1, 1, (16, 8)), (8, 4, 2, (8, 4))]
        {
            for (stages, strip_width) in [(16, 64), (32, 64), (32, 128), (32, 40)] {
                let engine = engine(lanes, pixels, chains, ends, strip_width);
                let off = off(&engine, stages, Frame { width: strip_width - pixels + 1, height: 90 });
                assert!(off.abs() <= 0.05, "{engine:?}, {stages} stages: {off:.3}");
            }
        }
    }

    #[test]
    fn a_frame_of_several_strips_in_outline_is_within_twelve_percent_of_the_prediction() {
        for (lanes, pixels, chains, ends) in [(32, 1, 1, (4, 4)), (16, 4, 2, (8, 8)), (16, 2, 2, (4, 4))] {
            for strip_width in [48, 64] {
                let engine =
                    EngineConfig { interface: Interface::Memory, ..engine(lanes, pixels, chains, ends, strip_width) };
                let off = off(&engine, 32, Frame { width: 200, height: 60 });
                assert!(off.abs() <= 0.12, "{engine:?}: {off:.3}");
            }
        }
    }

    #[test]
    fn strips_hold_every_column_of_every_stage_once() {
        let memory = EngineConfig { pixels: 4, interface: Interface::Memory, ..EngineConfig::default() };
        let g = Geometry::new(&memory);
        for width in [62, 64, 100, 640, 641] {
            for stage in 0..=33 {
                let columns: usize =
                    (0..strips(&g, 32, width)).map(|strip| part(&g, stage, width, Some(strip)).0).sum();
                assert_eq!(columns, width, "stage {stage}");
            }
        }
    }
}
