//! What an engine with a master needs in memory for a picture.

use crate::{EngineConfig, Geometry};
use serde::Serialize;

/// Bytes of a beat, to which rows are aligned.
const BEAT: usize = 8;
/// Bytes of the longest burst, to which the regions of the spill are aligned.
const BURST: usize = 128;

/// Rows and regions, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Regions {
    /// From one LR row to the next: its bytes, whole beats.
    pub input_stride: usize,
    /// From one SR row to the next.
    pub output_stride: usize,
    /// Region for what strips leave of the stages.
    pub spill: usize,
    /// Region for what strips leave of the tail's input.
    pub sums: usize,
}

impl Regions {
    /// For a picture of `width` x `height` LR pixels through `stages` binary stages.
    ///
    /// What a stage leaves of a row is read when the row of the next strip comes, as many rows later as the picture is
    /// high: a region holds the rows of one strip, the row that is being read, and the bursts on their way.
    pub fn new(config: &EngineConfig, stages: usize, width: usize, height: usize) -> Self {
        let g = Geometry::new(config);
        let (signs, stream) = g.spill_beats();
        let row = stages * (g.passes * stream + signs);
        let spill = (height + 1) * row + stages * signs;
        let sums = (height + 1) * 2 * g.head_groups() * g.sum_beats();
        let region = |beats: usize| (BEAT * beats + 2 * BURST).next_multiple_of(BURST);
        Self {
            input_stride: (width * g.colours).next_multiple_of(BEAT),
            output_stride: (width * g.line_outputs()).next_multiple_of(BEAT),
            spill: region(spill),
            sums: region(sums),
        }
    }
}
