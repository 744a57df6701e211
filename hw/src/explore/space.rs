//! The engines that are tried for a network.

use super::Subject;
use crate::EngineConfig;

/// The choices; both numbers of chains and all stream bits that a network has a score for are tried besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Lanes, of which those that divide the channels are tried; empty: all from eight on.
    pub lanes: Vec<usize>,
    /// Pixels a cycle.
    pub pixels: Vec<usize>,
    /// Widths of a strip; for several pixels a cycle, the next multiple.
    pub strip_widths: Vec<usize>,
    /// Head lanes and tail channels; of each, the largest divisors up to them that an engine may have.
    pub ends: Vec<(usize, usize)>,
    /// Register stages of the popcount.
    pub popcount_stages: Vec<usize>,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            lanes: vec![],
            pixels: vec![1, 2, 3, 4],
            strip_widths: vec![42, 60, 80],
            ends: vec![(4, 2), (4, 4), (8, 4), (8, 8)],
            popcount_stages: vec![3, 4],
        }
    }
}

impl Space {
    /// Every valid engine with memory for `subject`, in a fixed order: lanes, pixels, chains, strip width, stream bits, ends, popcount
    /// stages. The load lanes follow from the rest.
    pub fn engines(&self, subject: &Subject) -> Vec<EngineConfig> {
        let mut all = vec![];
        let lanes = if self.lanes.is_empty() { (8..=subject.engine.channels).collect() } else { self.lanes.clone() };
        let lanes = lanes.into_iter().filter(|lanes| *lanes > 0 && subject.engine.channels.is_multiple_of(*lanes));
        for (lanes, pixels) in lanes.flat_map(|lanes| self.pixels.iter().map(move |pixels| (lanes, *pixels))) {
            for (chains, width) in
                [1, 2].into_iter().flat_map(|chains| self.strip_widths.iter().map(move |w| (chains, w)))
            {
                let strip_width = width.next_multiple_of(pixels);
                let load_lanes = EngineConfig::enough_load_lanes(lanes, pixels, strip_width);
                let shape = EngineConfig { lanes, pixels, chains, strip_width, load_lanes, ..subject.engine.clone() };
                self.fill(subject, &shape, &mut all);
            }
        }
        all
    }

    /// The shape with every choice of stream bits, ends and popcount stages.
    fn fill(&self, subject: &Subject, shape: &EngineConfig, all: &mut Vec<EngineConfig>) {
        let ends = |&(head, tail)| (largest_divisor(shape.lanes, head), largest_divisor(shape.lanes, tail));
        let mut ends: Vec<_> = self.ends.iter().map(ends).collect();
        ends.dedup();
        for score in &subject.scores {
            for &(head_lanes, tail_channels) in &ends {
                for &popcount_stages in &self.popcount_stages {
                    let stream_bits = score.stream_bits;
                    let engine =
                        EngineConfig { stream_bits, head_lanes, tail_channels, popcount_stages, ..shape.clone() };
                    all.extend(engine.validate().is_ok().then_some(engine));
                }
            }
        }
    }
}

fn largest_divisor(whole: usize, most: usize) -> usize {
    (1..=most).rev().find(|part| whole.is_multiple_of(*part)).unwrap_or(1)
}
