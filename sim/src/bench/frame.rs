//! Frames through the accelerator.

use bsr_hw::{Ddr, Interface, Regions, registers};
use ndarray::ArrayView2;

use super::{
    Bench, BenchError, Observer, OutputBeat, Stall, Violation,
    memory::{Layout, Memory, OFFSET},
    stream::{InputBeat, Sink, Source},
};

/// Where the source puts TLAST.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastAt {
    /// With the last byte.
    #[default]
    End,
    /// With this byte instead.
    Byte(usize),
    /// Nowhere.
    Never,
}

/// How a frame is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sending {
    /// When either side holds back.
    pub stall: Stall,
    /// Seed of the stalls.
    pub seed: u64,
    /// TLAST of the input.
    pub last: LastAt,
    /// The memory of an engine with a master.
    pub memory: MemoryModel,
}

/// The memory of an engine with a master.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryModel {
    /// How fast it answers.
    pub ddr: Ddr,
    /// Sizes of the spill's regions other than [`Regions::new`] gives.
    pub regions: Option<Regions>,
    /// The burst, counted from 0, that is answered with an error: reads and writes, each on their own.
    pub refused: [Option<u64>; 2],
}

impl Default for MemoryModel {
    fn default() -> Self {
        Self { ddr: Ddr::STALL_FREE, regions: None, refused: [None; 2] }
    }
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

    /// The picture's bytes, raster order.
    pub fn bytes(&self) -> Vec<u8> {
        self.beats.iter().map(|beat| beat.data).collect()
    }
}

/// STATUS: the frame is done.
const DONE: u32 = 2;

/// Cycles between two looks at STATUS.
const POLL: u64 = 64;

/// Cycles without any beat or tap after which a frame is given up: ten times the longest stall pattern.
const PATIENCE: u64 = 10 * super::FREEZE;

impl<O: Observer> Bench<O> {
    /// Sends an LR picture, a [`raster`](bsr_hw::raster()), through and returns when its last output beat was taken.
    ///
    /// # Errors
    /// [`BenchError`]: the start is refused, or nothing moves any more.
    pub fn run_frame(&mut self, lr: ArrayView2<u8>, sending: Sending) -> Result<FrameRun, BenchError> {
        self.start_frame(lr, sending)?;
        self.finish_frame()
    }

    /// Writes size and start, and hands the bytes to the source.
    ///
    /// # Errors
    /// As [`Bench::write`].
    pub fn start_frame(&mut self, lr: ArrayView2<u8>, sending: Sending) -> Result<(), BenchError> {
        let (height, bytes) = lr.dim();
        let width = bytes / self.config.colours;
        let scale = self.config.scale;
        self.write(registers::WIDTH.offset, width as u32)?;
        self.write(registers::HEIGHT.offset, height as u32)?;
        let frame = lr.len() * scale * scale;
        if self.config.interface == Interface::Memory {
            return self.start_in_memory(lr, sending);
        }
        // Before the start, for the accelerator may be quick.
        self.monitor.expect_frame(frame as u64);
        self.frame_beats = frame;
        self.sink = Sink::new(frame, bytes * scale, sending.stall.sink, sending.seed);
        self.write(registers::CONTROL.offset, 1)?;
        let last = match sending.last {
            LastAt::End => Some(lr.len().saturating_sub(1)),
            LastAt::Byte(index) => Some(index),
            LastAt::Never => None,
        };
        let beats = lr.iter().enumerate().map(|(index, &data)| InputBeat { data, last: Some(index) == last });
        self.source = Source::new(beats.collect(), bytes, sending.stall.source, sending.seed);
        Ok(())
    }

    /// Clocks until the frame's last output beat was taken.
    ///
    /// # Errors
    /// [`BenchError::Hang`] if nothing moves any more.
    pub fn finish_frame(&mut self) -> Result<FrameRun, BenchError> {
        if self.config.interface == Interface::Memory {
            return self.finish_in_memory();
        }
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

    /// Lays memory out, writes the addresses and starts.
    fn start_in_memory(&mut self, lr: ArrayView2<u8>, sending: Sending) -> Result<(), BenchError> {
        let (height, bytes) = lr.dim();
        let width = bytes / self.config.colours;
        let stages = self.read(registers::STAGES.offset)? as usize;
        let regions = sending.memory.regions.unwrap_or_else(|| Regions::new(&self.config, stages, width, height));
        let offset = if sending.stall == Stall::NONE { 0 } else { OFFSET };
        let layout = Layout::new(regions, height, self.config.scale, offset);
        self.memory = Memory::new(layout, sending);
        self.memory.store_picture(lr);
        self.picture = (height * self.config.scale, bytes * self.config.scale);
        for (register, value) in [
            (registers::INPUT_ADDRESS, layout.input),
            (registers::INPUT_STRIDE, regions.input_stride),
            (registers::OUTPUT_ADDRESS, layout.output),
            (registers::OUTPUT_STRIDE, regions.output_stride),
            (registers::SPILL_ADDRESS, layout.spill),
            (registers::SPILL_SIZE, regions.spill),
            (registers::SUMS_ADDRESS, layout.sums),
            (registers::SUMS_SIZE, regions.sums),
        ] {
            self.write(register.offset, value as u32)?;
        }
        self.write(registers::CONTROL.offset, 1)
    }

    /// Clocks until the engine is done, and reads the picture from memory.
    fn finish_in_memory(&mut self) -> Result<FrameRun, BenchError> {
        let (height, width) = self.picture;
        while self.read(registers::STATUS.offset)? & DONE == 0 {
            self.ticks(POLL);
            if self.idle > PATIENCE {
                let beats_out = self.memory.traffic[1] as usize;
                return Err(BenchError::Hang { cycle: self.cycle(), beats_in: 0, beats_out, frame: height * width });
            }
        }
        let cycle = self.cycle();
        if self.memory.strays(height, width) != 0 {
            self.memory.violations.push(Violation::Memory { what: "bytes beside the picture changed", cycle });
        }
        let picture = self.memory.load_picture(height, width);
        let cycles = u64::from(self.read(registers::CYCLES.offset)?);
        let last_output = cycle;
        let end = picture.len().saturating_sub(1);
        let beats: Vec<OutputBeat> = picture
            .iter()
            .enumerate()
            .map(|(index, &data)| OutputBeat { data, last: index == end, cycle: last_output })
            .collect();
        for (index, beat) in beats.iter().enumerate() {
            self.observer.beat(index, *beat);
        }
        Ok(FrameRun { first_input: (last_output + 1).saturating_sub(cycles), last_output, beats })
    }
}
