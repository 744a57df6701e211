//! The portable backend: `u64` words in safe Rust, any number of channels.
//!
//! ```text
//! stream   [y][x][c]        i32, updated in place, a margin of zeros for the convolutions
//! signs    [y][x][c / 64]   u64, a margin of zero words, so that no inner loop has a border case
//! weights  [tap][c / 64][o] u64, outputs innermost: one word of signs meets all outputs in turn
//! ```
//!
//! A padded tap's zero word counts as -1 in each channel. Each of the border classes has its own bias, from which that
//! is taken out again: see `stage.rs`.

mod conv;
mod differ;
mod finish;
mod grid;
mod sign_dots;
mod signs;
mod stage;
mod stream_dots;

use bsr_model::integer::{InputFormat, IntegerNetwork, Layer, Skip};
use ndarray::{Array3, ArrayView3};

use super::Part;
use crate::{
    NetworkError, PictureError, Trace,
    check::{check_network, check_picture},
};
use conv::Conv;
use finish::Finish;
use grid::Grid;
use stage::Stage;

/// A network in the layout of this backend.
#[derive(Clone, Debug)]
pub struct Network {
    input: InputFormat,
    head: Conv,
    head_finish: Finish,
    /// Layers between the head and the tail.
    body: Vec<Step>,
    tail: Conv,
    /// Pixel shuffles after the tail, as one.
    scale: usize,
    /// Margin of the stream: the largest radius of what convolves it.
    margin: usize,
    /// Which layers' outputs are added by a later one; the head is layer 0.
    kept: Vec<bool>,
}

/// A layer of the stream.
#[derive(Clone, Debug)]
enum Step {
    Stage(Box<Stage>, Option<usize>),
    Conv(Conv, Finish, Skip),
    LongSkip,
    Shuffle(usize),
}

impl Network {
    /// Lays a network out.
    ///
    /// # Errors
    /// [`NetworkError`] if the network is outside the contract.
    pub fn new(network: &IntegerNetwork) -> Result<Self, NetworkError> {
        check_network(network)?;
        let formats = network.formats;
        let (mut head, mut tail, mut scale) = (None, None, 1);
        let mut body = Vec::new();
        let mut kept = vec![false; network.layers.len()];
        for layer in &network.layers {
            match layer {
                Layer::Head(conv) => {
                    let outputs = conv.weight.dim().0;
                    head = Some((Conv::new(conv), Finish::new(conv.activation.as_ref(), outputs, formats)));
                }
                Layer::BinaryConv(stage) => {
                    let source = source(stage.skip);
                    source.into_iter().for_each(|at| kept[at] = true);
                    body.push(Step::Stage(Box::new(Stage::new(stage, formats, network.sigmoid.as_ref())), source));
                }
                Layer::Conv(stream) => {
                    source(stream.skip).into_iter().for_each(|at| kept[at] = true);
                    let finish = Finish::new(stream.conv.activation.as_ref(), stream.conv.weight.dim().0, formats);
                    body.push(Step::Conv(Conv::new(&stream.conv), finish, stream.skip));
                }
                Layer::LongSkip => {
                    kept[0] = true;
                    body.push(Step::LongSkip);
                }
                Layer::Tail(conv) => tail = Some(Conv::new(conv)),
                Layer::PixelShuffle { scale: factor } if tail.is_some() => scale *= factor,
                Layer::PixelShuffle { scale } => body.push(Step::Shuffle(*scale)),
            }
        }
        let ((head, head_finish), tail) = (head.expect("a checked network has a head"), tail.expect("and a tail"));
        let margin = body.iter().map(Step::margin).max().unwrap_or(0).max(tail.radius());
        let input = network.input.clone();
        Ok(Self { input, head, head_finish, body, tail, scale, margin, kept })
    }

    /// The SR picture, `[c][y][x]`.
    ///
    /// # Errors
    /// [`PictureError`] if the picture is empty or has another number of channels than the network reads.
    pub fn run(&self, lr: ArrayView3<u8>) -> Result<Array3<u8>, PictureError> {
        self.run_observed(lr, |_| ()).map(|(sr, _)| sr)
    }

    /// The SR picture; `ended` is called at the end of each part.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(super) fn run_in_parts(
        &self,
        lr: ArrayView3<u8>,
        mut ended: impl FnMut(Part),
    ) -> Result<Array3<u8>, PictureError> {
        let mut part = Part::Head;
        let run = self.run_observed(lr, |_| ended(std::mem::replace(&mut part, Part::Layer)));
        run.map(|(sr, _)| sr).inspect(|_| ended(Part::Tail))
    }

    /// The SR picture and every tap.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_taps(&self, lr: ArrayView3<u8>) -> Result<Trace, PictureError> {
        let mut stages = Vec::with_capacity(1 + self.body.len());
        let (sr, sum) = self.run_observed(lr, |stream| stages.push(stream.planes()))?;
        Ok(Trace { stages, sum: sum.planes(), sr })
    }

    /// Runs, showing the stream after every layer but a long skip; gives the picture and what the tail read.
    fn run_observed(
        &self,
        lr: ArrayView3<u8>,
        mut observe: impl FnMut(&Grid<i32>),
    ) -> Result<(Array3<u8>, Grid<i32>), PictureError> {
        check_picture(self.input.mean.len(), lr.dim())?;
        let mut stream = self.first_stream(lr);
        observe(&stream);
        let mut written = vec![self.kept[0].then(|| stream.clone())];
        for step in &self.body {
            step.run(&mut stream, &written);
            if !matches!(step, Step::LongSkip) {
                observe(&stream);
            }
            written.push(self.kept[written.len()].then(|| stream.clone()));
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
        let mut stream = Grid::new(self.head.outputs(), (height, width), self.margin);
        self.head.run(&pixels, |y, x, values| self.head_finish.add(values, stream.pixel_mut(y, x)));
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

/// Layer of which a skip adds the output.
fn source(skip: Skip) -> Option<usize> {
    match skip {
        Skip::From(position) => Some(position),
        Skip::Identity | Skip::None | Skip::Repeat => None,
    }
}

impl Step {
    /// Margin that the stream needs.
    fn margin(&self) -> usize {
        match self {
            Step::Stage(stage, _) => stage.margin(),
            Step::Conv(conv, ..) => conv.radius(),
            Step::LongSkip | Step::Shuffle(_) => 0,
        }
    }

    /// Replaces the stream; `written` are the kept outputs of the layers so far.
    fn run(&self, stream: &mut Grid<i32>, written: &[Option<Grid<i32>>]) {
        let kept = |at: usize| written[at].as_ref();
        match self {
            Step::Stage(stage, from) => stage.run(stream, from.and_then(kept)),
            Step::Conv(conv, finish, skip) => {
                let mut output = stream.added(*skip, conv.outputs(), source(*skip).and_then(kept));
                conv.run(stream, |y, x, values| finish.add(values, output.pixel_mut(y, x)));
                *stream = output;
            }
            Step::LongSkip => stream.add(kept(0).expect("the head's output is kept for a long skip")),
            Step::Shuffle(scale) => *stream = stream.shuffled(*scale),
        }
    }
}
