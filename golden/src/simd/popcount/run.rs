//! A whole network: head, stages, tail, each in parallel over bands of the picture.

use bsr_model::integer::{InputFormat, IntegerNetwork, Streaming};
use ndarray::{Array3, ArrayView3};
use rayon::prelude::*;

use super::{
    CHANNELS, LANES, Popcount,
    head::{Head, HeadRows},
    input::Input,
    local_mean::MeanRows,
    map::{Maps, Pixel, Size, Word},
    sign::Thresholds,
    stage::{Rows, Stage},
    tail::{Tail, TailRows},
};
use crate::{
    PictureError, Trace,
    check::check_picture,
    simd::{Part, largest_input, spare::Spare},
};

/// Rows of a task.
const ROWS: usize = 12;

/// A network in the layout of this kernel.
#[derive(Clone, Debug)]
pub(in crate::simd) struct Network {
    input: InputFormat,
    head: Head,
    stages: Vec<Stage>,
    /// Of each stage, and for what follows the last one; never where there are none.
    thresholds: Vec<Thresholds>,
    long_skip: bool,
    tail: Tail,
    spare: Spare<Maps>,
}

impl Network {
    /// Lays a checked network out; none if this kernel does not compute it.
    pub(in crate::simd) fn new(network: &IntegerNetwork, parts: Streaming) -> Option<Self> {
        let (formats, table) = (network.formats, network.sigmoid.as_ref());
        let sum_bits = formats.stream_bits + u32::from(parts.long_skip);
        if parts.channels() != CHANNELS || sum_bits > 16 || largest_input(&network.input) > i32::from(i16::MAX) {
            return None;
        }
        if network.input.enlarge.is_some() || parts.head.activation.is_some() {
            return None;
        }
        let never = vec![-formats.min(); CHANNELS];
        let thresholds = parts.stages().map(|stage| stage.threshold().unwrap_or(&never)).chain([never.as_slice()]);
        Some(Self {
            input: network.input.clone(),
            head: Head::new(parts.head, formats),
            stages: parts.stages().map(|stage| Stage::new(stage, table, formats)).collect::<Option<_>>()?,
            thresholds: thresholds.map(Thresholds::new).collect(),
            long_skip: parts.long_skip,
            tail: Tail::new(parts.tail, parts.scale),
            spare: Spare::default(),
        })
    }

    /// The SR picture, `[c][y][x]`.
    pub(in crate::simd) fn run(&self, proof: Popcount, lr: ArrayView3<u8>) -> Result<Array3<u8>, PictureError> {
        self.run_observed(proof, lr, |_| (), |_| ()).map(|(sr, ())| sr)
    }

    /// The SR picture; `ended` is called at the end of each part.
    pub(in crate::simd) fn run_in_parts(
        &self,
        proof: Popcount,
        lr: ArrayView3<u8>,
        mut ended: impl FnMut(Part),
    ) -> Result<Array3<u8>, PictureError> {
        let mut part = Part::Head;
        let run = self.run_observed(proof, lr, |_| ended(std::mem::replace(&mut part, Part::Layer)), |_| ());
        run.map(|(sr, ())| sr).inspect(|_| ended(Part::Tail))
    }

    /// The SR picture and every tap.
    pub(in crate::simd) fn run_with_taps(&self, proof: Popcount, lr: ArrayView3<u8>) -> Result<Trace, PictureError> {
        let mut stages = Vec::with_capacity(1 + self.stages.len());
        let last = |maps: &Maps| {
            let sum = tap(maps.size, &maps.stream);
            if self.long_skip { sum + tap(maps.size, &maps.first) } else { sum }
        };
        let (sr, sum) = self.run_observed(proof, lr, |maps| stages.push(tap(maps.size, &maps.stream)), last)?;
        Ok(Trace { stages, sum, sr })
    }

    /// Runs, showing the maps after the head and after each stage, and what is left of them at the end.
    fn run_observed<T>(
        &self,
        proof: Popcount,
        lr: ArrayView3<u8>,
        mut observe: impl FnMut(&Maps),
        last: impl FnOnce(&Maps) -> T,
    ) -> Result<(Array3<u8>, T), PictureError> {
        check_picture(self.input.mean.len(), lr.dim())?;
        let (_, height, width) = lr.dim();
        let size = Size { height, width };
        let spare = self.spare.take(|maps| maps.size == size);
        let mut maps = spare.unwrap_or_else(|| Maps::new(size, self.long_skip));
        self.run_head(proof, &Input::new(lr, &self.input, size, self.head.radius()), &mut maps);
        observe(&maps);
        for (stage, thresholds) in self.stages.iter().zip(&self.thresholds[1..]) {
            let Maps { stream, signs, next, .. } = &mut maps;
            if stage.means {
                let rows = next[size.stride()..].par_chunks_mut(ROWS * size.stride()).enumerate();
                rows.for_each(|(band, next)| MeanRows { size, stream, first: band * ROWS, next }.run(proof));
            }
            std::mem::swap(signs, next);
            in_bands(size, stream, next, |first, stream, next| {
                Rows { stage, size, signs, thresholds, first, stream, next }.run(proof);
            });
            observe(&maps);
        }
        let end = (self.run_tail(proof, &maps), last(&maps));
        self.spare.leave(maps);
        Ok(end)
    }

    fn run_head(&self, proof: Popcount, input: &Input, maps: &mut Maps) {
        let Maps { size, stream, next, first, .. } = maps;
        let (head, thresholds, size) = (&self.head, &self.thresholds[0], *size);
        in_bands(size, stream, next, |first, stream, next| {
            HeadRows { head, size, input, thresholds, first, stream, next }.run(proof);
        });
        if self.long_skip {
            first.copy_from_slice(stream);
        }
    }

    fn run_tail(&self, proof: Popcount, maps: &Maps) -> Array3<u8> {
        let (tail, Size { height, width }) = (&self.tail, maps.size);
        let band = |band: &mut Vec<Pixel>, index: usize| {
            let (first, rows) = (index * ROWS, ROWS.min(height - index * ROWS));
            TailRows { tail, maps, first, rows, band }.run(proof)
        };
        let bands: Vec<_> =
            (0..height.div_ceil(ROWS)).into_par_iter().map_init(|| tail.band(maps.size, ROWS), band).collect();
        let (colours, scale) = (tail.colours(), tail.scale());
        let mut sr = Vec::with_capacity(colours * height * scale * width * scale);
        for colour in 0..colours {
            for band in &bands {
                let len = band.len() / colours;
                sr.extend_from_slice(&band[colour * len..][..len]);
            }
        }
        Array3::from_shape_vec((colours, height * scale, width * scale), sr).expect("the bands are the picture")
    }
}

/// Does bands of rows, given the first row, the stream and the signs of each.
fn in_bands(
    size: Size,
    stream: &mut [Pixel],
    next: &mut [Word],
    work: impl Fn(usize, &mut [Pixel], &mut [Word]) + Send + Sync,
) {
    let rows = next.split_at_mut(size.stride()).1;
    let bands = stream.par_chunks_mut(ROWS * size.pitch()).zip(rows.par_chunks_mut(ROWS * size.stride()));
    bands.enumerate().for_each(|(band, (stream, next))| work(band * ROWS, stream, next));
}

/// A map as `[c][y][x]`.
fn tap(size: Size, stream: &[Pixel]) -> Array3<i32> {
    Array3::from_shape_fn((CHANNELS, size.height, size.width), |(c, y, x)| {
        stream[y * size.pitch() + x][c / LANES].0[c % LANES].into()
    })
}
