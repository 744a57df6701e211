//! The portable backend: `u64` words in safe Rust, any number of channels.
//!
//! ```text
//! stream   [y][x][c]        i32, updated in place, a margin of zeros for the tail
//! signs    [y][x][c / 64]   u64, a margin of zero words, so that no inner loop has a border case
//! weights  [tap][c / 64][o] u64, outputs innermost: one word of signs meets all outputs in turn
//! ```
//!
//! A padded tap's zero word counts as -1 in each channel. Each of the border classes has its own bias, from which that
//! is taken out again: see `stage.rs`.

mod conv;
mod differ;
mod grid;
mod signs;
mod stage;

use bsr_model::integer::{Formats, InputFormat, IntegerNetwork};
use ndarray::{Array3, ArrayView3};

use crate::{
    NetworkError, PictureError, Trace,
    check::{check_network, check_picture},
};
use conv::Conv;
use grid::Grid;
use stage::Stage;

/// A network in the layout of this backend.
#[derive(Clone, Debug)]
pub struct Network {
    formats: Formats,
    input: InputFormat,
    head: Conv,
    stages: Vec<Stage>,
    long_skip: bool,
    tail: Conv,
    scale: usize,
}

impl Network {
    /// Lays a network out.
    ///
    /// # Errors
    /// [`NetworkError`] if the network is outside the contract.
    pub fn new(network: &IntegerNetwork) -> Result<Self, NetworkError> {
        let parts = check_network(network)?;
        Ok(Self {
            formats: network.formats,
            input: network.input.clone(),
            head: Conv::new(parts.head),
            stages: parts.stages().map(|layer| Stage::new(layer, network.formats)).collect(),
            long_skip: parts.long_skip,
            tail: Conv::new(parts.tail),
            scale: parts.scale,
        })
    }

    /// The SR picture, `[c][y][x]`.
    ///
    /// # Errors
    /// [`PictureError`] if the picture is empty or has another number of channels than the network reads.
    pub fn run(&self, lr: ArrayView3<u8>) -> Result<Array3<u8>, PictureError> {
        self.run_observed(lr, |_| ()).map(|(sr, _)| sr)
    }

    /// The SR picture and every tap.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_taps(&self, lr: ArrayView3<u8>) -> Result<Trace, PictureError> {
        let mut stages = Vec::with_capacity(1 + self.stages.len());
        let (sr, sum) = self.run_observed(lr, |stream| stages.push(stream.planes()))?;
        Ok(Trace { stages, sum: sum.planes(), sr })
    }

    /// Runs, showing the stream after the head and after each stage; gives the picture and what the tail read.
    fn run_observed(
        &self,
        lr: ArrayView3<u8>,
        mut observe: impl FnMut(&Grid<i32>),
    ) -> Result<(Array3<u8>, Grid<i32>), PictureError> {
        check_picture(self.input.mean.len(), lr.dim())?;
        let mut stream = self.first_stream(lr);
        observe(&stream);
        let first = self.long_skip.then(|| stream.clone());
        let margin = self.stages.iter().map(Stage::radius).max().unwrap_or(0);
        let mut signs = Grid::new(stream.depth().div_ceil(64), stream.size(), margin);
        for stage in &self.stages {
            signs::binarize(&stream, stage.threshold(), &mut signs);
            stage.run(&signs, &mut stream);
            observe(&stream);
        }
        if let Some(first) = first {
            stream.add(&first);
        }
        Ok((self.picture(&stream), stream))
    }

    /// The head's output.
    fn first_stream(&self, lr: ArrayView3<u8>) -> Grid<i32> {
        let (channels, height, width) = lr.dim();
        let mut pixels = Grid::new(channels, (height, width), self.head.radius());
        for ((c, y, x), &pixel) in lr.indexed_iter() {
            pixels.pixel_mut(y, x)[c] = (i32::from(pixel) << self.input.pixel_shift) - self.input.mean[c];
        }
        let mut stream = Grid::new(self.head.outputs(), (height, width), self.tail.radius());
        let (min, max) = (self.formats.min(), self.formats.max());
        self.head.run(&pixels, |y, x, values| {
            for (x, &value) in stream.pixel_mut(y, x).iter_mut().zip(values) {
                *x = value.clamp(min, max);
            }
        });
        stream
    }

    /// Tail and pixel shuffle.
    fn picture(&self, sum: &Grid<i32>) -> Array3<u8> {
        let ((height, width), scale) = (sum.size(), self.scale);
        let mut sr = Array3::zeros((self.tail.outputs() / (scale * scale), height * scale, width * scale));
        self.tail.run(sum, |y, x, values| {
            for (channel, block) in values.chunks_exact(scale * scale).enumerate() {
                for (i, row) in block.chunks_exact(scale).enumerate() {
                    for (j, &value) in row.iter().enumerate() {
                        let pixel = u8::try_from(value.clamp(0, 255)).expect("clamped to 0..=255");
                        sr[[channel, y * scale + i, x * scale + j]] = pixel;
                    }
                }
            }
        });
        sr
    }
}
