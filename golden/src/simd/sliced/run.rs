//! A whole network: head, stages, tail, each in parallel over bands of the picture.

use bsr_model::integer::{BinaryConv, InputFormat, IntegerNetwork, Operand, Skip, Streaming};
use ndarray::{Array3, ArrayView3};
use rayon::prelude::*;

use super::{
    super::{Part, largest_input, spare::Spare},
    aligned::Aligned,
    geometry::{Geometry, SEGMENTS},
    head::{Head, HeadJob, Input},
    planes::Planes,
    registers::Registers,
    sign::Thresholds,
    stage::{Block, MOST_INPUTS, Scratch, Stage},
    tail::{ROWS, Tail, TailJob},
};
use crate::{PictureError, Trace, check::check_picture};

/// A network in the layout of this kernel.
#[derive(Clone, Debug)]
pub(in crate::simd) struct Network {
    input: InputFormat,
    lanes: usize,
    /// Largest distance of a neighbour, in rows and columns.
    radius: usize,
    head: Head,
    stages: Vec<Stage>,
    /// Of each stage, and for what follows the last one.
    thresholds: Vec<Thresholds>,
    long_skip: bool,
    tail: Tail,
    spare: Spare<Maps>,
}

/// The maps of a run.
#[derive(Debug)]
struct Maps {
    geometry: Geometry,
    stream: Aligned<i16>,
    /// The head's output, where there is a long skip.
    first: Option<Aligned<i16>>,
    /// Signs that a stage reads.
    signs: Planes,
    /// Signs that it writes, `[block][channel][lane]`.
    next: Aligned<u16>,
}

impl Network {
    /// Lays a checked network out for registers of `lanes` lanes; none if this kernel does not compute it.
    pub(in crate::simd) fn new(network: &IntegerNetwork, parts: Streaming, lanes: usize) -> Option<Self> {
        let (formats, table) = (network.formats, network.sigmoid.as_ref());
        let ends = network.input.enlarge.is_none() && parts.head.activation.is_none();
        let centred = largest_input(&network.input) <= i32::from(i16::MAX);
        if !ends || !centred || formats.stream_bits > 16 || !parts.stages().all(is_computed) {
            return None;
        }
        let kernels = parts.stages().map(|stage| stage.weight.kernel());
        let kernels = kernels.chain([parts.head.weight.dim().2, parts.tail.weight.dim().2]);
        let never = vec![-formats.min(); parts.channels()];
        let thresholds = parts.stages().filter_map(BinaryConv::threshold).chain([never.as_slice()]);
        Some(Self {
            input: network.input.clone(),
            lanes,
            radius: kernels.max().unwrap_or(1) / 2,
            head: Head::new(parts.head, formats),
            stages: parts.stages().map(|stage| Stage::new(stage, table, formats)).collect(),
            thresholds: thresholds.map(Thresholds::new).collect(),
            long_skip: parts.long_skip,
            tail: Tail::new(parts.tail, parts.scale, parts.long_skip && formats.stream_bits == 16),
            spare: Spare::default(),
        })
    }

    /// The SR picture, `[c][y][x]`.
    pub(in crate::simd) fn run<R: Registers>(
        &self,
        registers: R,
        lr: ArrayView3<u8>,
    ) -> Result<Array3<u8>, PictureError> {
        self.run_observed(registers, lr, |_| (), |_| ()).map(|(sr, ())| sr)
    }

    /// The SR picture; `ended` is called at the end of each part.
    pub(in crate::simd) fn run_in_parts<R: Registers>(
        &self,
        registers: R,
        lr: ArrayView3<u8>,
        mut ended: impl FnMut(Part),
    ) -> Result<Array3<u8>, PictureError> {
        let mut part = Part::Head;
        let run = self.run_observed(registers, lr, |_| ended(std::mem::replace(&mut part, Part::Layer)), |_| ());
        run.map(|(sr, ())| sr).inspect(|_| ended(Part::Tail))
    }

    /// The SR picture and every tap.
    pub(in crate::simd) fn run_with_taps<R: Registers>(
        &self,
        registers: R,
        lr: ArrayView3<u8>,
    ) -> Result<Trace, PictureError> {
        let mut stages = Vec::with_capacity(1 + self.stages.len());
        let last = |maps: &Maps| {
            let sum = self.tap(maps, &maps.stream);
            maps.first.iter().fold(sum, |sum, first| sum + self.tap(maps, first))
        };
        let (sr, sum) = self.run_observed(registers, lr, |maps| stages.push(self.tap(maps, &maps.stream)), last)?;
        Ok(Trace { stages, sum, sr })
    }

    /// Runs, showing the maps after the head and after each stage, and what is left of them at the end.
    fn run_observed<R: Registers, T>(
        &self,
        registers: R,
        lr: ArrayView3<u8>,
        mut observe: impl FnMut(&Maps),
        last: impl FnOnce(&Maps) -> T,
    ) -> Result<(Array3<u8>, T), PictureError> {
        debug_assert_eq!(self.lanes, R::LANES, "the network was laid out for these registers");
        check_picture(self.input.mean.len(), lr.dim())?;
        let (_, height, width) = lr.dim();
        let spare = self.spare.take(|maps| (maps.geometry.height, maps.geometry.width) == (height, width));
        let mut maps = spare.unwrap_or_else(|| self.maps((height, width)));
        self.run_head(registers, &Input::new(lr, &self.input, &maps.geometry), &mut maps);
        if let Some(first) = &mut maps.first {
            first.copy_from_slice(&maps.stream);
        }
        observe(&maps);
        for (stage, thresholds) in self.stages.iter().zip(&self.thresholds[1..]) {
            maps.signs.publish(&maps.next, self.head.outputs(), R::LANES);
            self.run_stage(registers, stage, thresholds, &mut maps);
            observe(&maps);
        }
        let end = (self.run_tail(registers, &maps), last(&maps));
        self.spare.leave(maps);
        Ok(end)
    }

    /// Maps of zeros for a picture of this size.
    fn maps(&self, size: (usize, usize)) -> Maps {
        let geometry = Geometry::new(size, self.radius, self.lanes);
        let channels = self.head.outputs();
        let stream = || Aligned::new(channels * SEGMENTS * geometry.words);
        Maps {
            stream: stream(),
            first: self.long_skip.then(stream),
            signs: Planes::new(channels, &geometry),
            next: Aligned::new(channels * geometry.words),
            geometry,
        }
    }

    fn run_head<R: Registers>(&self, registers: R, input: &Input, maps: &mut Maps) {
        let Maps { geometry, stream, next, .. } = maps;
        let (sources, geometry) = (&self.head.sources(input, geometry), &*geometry);
        in_blocks(
            self.head.outputs(),
            geometry,
            stream,
            next,
            || (),
            |(), block, stream, next| {
                let (head, thresholds, input) = (&self.head, &self.thresholds[0], input.cells());
                registers.run(HeadJob { head, geometry, input, sources, thresholds, block, stream, next });
            },
        );
    }

    fn run_stage<R: Registers>(&self, registers: R, stage: &Stage, thresholds: &Thresholds, maps: &mut Maps) {
        let Maps { geometry, stream, signs, next, .. } = maps;
        let (sources, geometry) = (&stage.cells.sources(signs, geometry), &*geometry);
        let channels = self.head.outputs();
        let scratch = || Scratch::new(channels);
        in_blocks(channels, geometry, stream, next, scratch, |scratch, block, stream, next| {
            let signs = signs.cells();
            Block { stage, geometry, signs, sources, thresholds, block, stream, next, scratch }.run(registers);
        });
    }

    fn run_tail<R: Registers>(&self, registers: R, maps: &Maps) -> Array3<u8> {
        let (tail, Maps { geometry, stream, first, .. }) = (&self.tail, maps);
        let (scale, height) = (tail.scale(), geometry.height);
        let band = |band: &mut Aligned<i16>, first_row: usize| {
            registers.run(TailJob {
                tail,
                geometry,
                stream,
                first_stream: first.as_deref(),
                channels: self.head.outputs(),
                first: first_row,
                rows: ROWS.min(height - first_row),
                band,
            })
        };
        let bands: Vec<_> = (0..height.div_ceil(ROWS))
            .into_par_iter()
            .map_init(|| tail.band(geometry), |memory, index| band(memory, index * ROWS))
            .collect();
        let mut sr = Vec::with_capacity(tail.colours() * height * scale * geometry.width * scale);
        for colour in 0..tail.colours() {
            for band in &bands {
                let len = band.len() / tail.colours();
                sr.extend_from_slice(&band[colour * len..][..len]);
            }
        }
        Array3::from_shape_vec((tail.colours(), height * scale, geometry.width * scale), sr)
            .expect("the bands are the picture")
    }

    /// A map as `[c][y][x]`.
    fn tap(&self, maps: &Maps, stream: &[i16]) -> Array3<i32> {
        let (geometry, channels) = (&maps.geometry, self.head.outputs());
        Array3::from_shape_fn((channels, geometry.height, geometry.width), |(c, y, x)| {
            let offset = geometry.stream_offset(y * geometry.pitch + x, channels);
            stream[offset + c * geometry.channel_len()].into()
        })
    }
}

/// Whether the kernel computes all parts of a stage.
fn is_computed(stage: &BinaryConv) -> bool {
    let BinaryConv { weight, operand: Operand::Sign { .. }, channel: None, skip: Skip::Identity, .. } = stage else {
        return false;
    };
    weight.in_channels() == weight.out_channels()
        && weight.in_channels() * weight.kernel() * weight.kernel() <= MOST_INPUTS
}

/// Does each block of a map, in tasks of at least [`ROWS`] rows of pixels; `task` makes what a task needs.
fn in_blocks<T>(
    channels: usize,
    geometry: &Geometry,
    stream: &mut [i16],
    next: &mut [u16],
    task: impl Fn() -> T + Send + Sync,
    work: impl Fn(&mut T, usize, &mut [i16], &mut [u16]) + Send + Sync,
) {
    let blocks = (ROWS * geometry.pitch).div_ceil(geometry.channel_len());
    let len = channels * geometry.lanes;
    let tasks = stream.par_chunks_mut(blocks * len * SEGMENTS).zip(next.par_chunks_mut(blocks * len));
    tasks.enumerate().for_each_init(task, |memory, (task, (stream, next))| {
        let chunks = stream.chunks_exact_mut(len * SEGMENTS).zip(next.chunks_exact_mut(len));
        for (block, (stream, next)) in chunks.enumerate() {
            work(memory, task * blocks + block, stream, next);
        }
    });
}
