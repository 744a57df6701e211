//! Frames through the accelerator.

use bsr_hw::registers;
use ndarray::ArrayView2;

use super::{
    Bench, BenchError, Observer, OutputBeat, Stall,
    stream::{InputBeat, Sink, Source},
};

/// Where the source puts TLAST.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastAt {
    /// With the last pixel.
    #[default]
    End,
    /// With this pixel instead.
    Pixel(usize),
    /// Nowhere.
    Never,
}

/// How a frame is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// When either side holds back.
    pub stall: Stall,
    /// Seed of the stalls.
    pub seed: u64,
    /// TLAST of the input.
    pub last: LastAt,
}

/// A frame that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameRun {
    /// Output beats in order.
    pub beats: Vec<OutputBeat>,
    /// Cycle of the first input beat.
    pub first_input: u64,
    /// Cycle of the last output beat.
    pub last_output: u64,
}

impl FrameRun {
    /// Cycles from the first input beat to the last output beat, both counted.
    pub fn cycles(&self) -> u64 {
        self.last_output - self.first_input + 1
    }

    /// The pixels, raster order.
    pub fn bytes(&self) -> Vec<u8> {
        self.beats.iter().map(|beat| beat.data).collect()
    }
}

/// Cycles without any beat or tap after which a frame is given up: ten times the longest stall pattern.
const PATIENCE: u64 = 10 * super::FREEZE;

impl<O: Observer> Bench<O> {
    /// Sends an LR picture `[row][column]` through and returns when its last output beat was taken.
    ///
    /// # Errors
    /// [`BenchError`]: the start is refused, or nothing moves any more.
    pub fn run_frame(&mut self, lr: ArrayView2<u8>, sending: Sending) -> Result<FrameRun, BenchError> {
        self.start_frame(lr, sending)?;
        self.finish_frame()
    }

    /// Writes size and start, and hands the pixels to the source.
    ///
    /// # Errors
    /// As [`Bench::write`].
    pub fn start_frame(&mut self, lr: ArrayView2<u8>, sending: Sending) -> Result<(), BenchError> {
        let (height, width) = lr.dim();
        self.write(registers::WIDTH.offset, width as u32)?;
        self.write(registers::HEIGHT.offset, height as u32)?;
        let frame = lr.len() * self.scale * self.scale;
        // Before the start, for the accelerator may be quick.
        self.monitor.expect_frame(frame as u64);
        self.frame_beats = frame;
        self.sink = Sink::new(frame, width * self.scale, sending.stall.sink, sending.seed);
        self.write(registers::CONTROL.offset, 1)?;
        let last = match sending.last {
            LastAt::End => Some(lr.len().saturating_sub(1)),
            LastAt::Pixel(index) => Some(index),
            LastAt::Never => None,
        };
        let beats = lr.iter().enumerate().map(|(index, &data)| InputBeat { data, last: Some(index) == last });
        self.source = Source::new(beats.collect(), width, sending.stall.source, sending.seed);
        Ok(())
    }

    /// Clocks until the frame's last output beat was taken.
    ///
    /// # Errors
    /// [`BenchError::Hang`] if nothing moves any more.
    pub fn finish_frame(&mut self) -> Result<FrameRun, BenchError> {
        while self.sink.beats.len() < self.frame_beats {
            self.tick();
            if self.idle > PATIENCE {
                return Err(BenchError::Hang {
                    cycle: self.cycle(),
                    beats_in: self.source.remaining(),
                    beats_out: self.sink.beats.len(),
                    frame: self.frame_beats,
                });
            }
        }
        let beats = std::mem::take(&mut self.sink.beats);
        let last_output = beats.last().map_or(self.cycle(), |beat| beat.cycle);
        Ok(FrameRun { first_input: self.source.first.unwrap_or(last_output), last_output, beats })
    }
}
