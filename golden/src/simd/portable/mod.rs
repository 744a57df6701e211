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

mod attention;
mod conv;
mod differ;
mod enlarge;
mod finish;
mod grid;
mod sign_dots;
mod signs;
mod stage;
mod stream_dots;
mod totals;

use bsr_model::integer::{Enlarge, Gap, InputFormat, IntegerNetwork, Layer, Skip};
use ndarray::{Array3, ArrayView3};

use super::Part;
use crate::{
    Memory, NetworkError, PictureError, Totals, Trace,
    check::{check_network, check_picture},
};
use attention::Attention;
use conv::Conv;
use enlarge::enlarge;
use finish::Finish;
pub(super) use finish::look_up;
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
    /// The picture that the tail adds.
    picture: Option<Enlarge>,
    /// Pixel shuffles after the tail, as one.
    scale: usize,
    /// Margin of the stream: the largest radius of what convolves it.
    margin: usize,
    /// Which layers' outputs are added by a later one; the head is layer 0.
    kept: Vec<bool>,
    /// Which layers read averages of the frame before.
    remembers: Vec<bool>,
}

/// A layer of the stream.
#[derive(Clone, Debug)]
enum Step {
    Stage(Box<Stage>),
    Conv(Conv, Finish, Skip),
    LongSkip,
    Concat(Vec<usize>),
    Attention(Box<Attention>),
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
        let (mut head, mut tail, mut picture, mut scale) = (None, None, None, 1);
        let mut body = Vec::new();
        let mut kept = vec![false; network.layers.len()];
        for layer in &network.layers {
            sources(layer).into_iter().for_each(|at| kept[at] = true);
            match layer {
                Layer::Head(conv) => {
                    let outputs = conv.weight.dim().0;
                    head = Some((Conv::new(conv), Finish::new(conv.activation.as_ref(), outputs, formats)));
                }
                Layer::BinaryConv(stage) => {
                    body.push(Step::Stage(Box::new(Stage::new(stage, formats, network.sigmoid.as_ref()))));
                }
                Layer::Conv(stream) => {
                    let finish = Finish::new(stream.conv.activation.as_ref(), stream.conv.weight.dim().0, formats);
                    body.push(Step::Conv(Conv::new(&stream.conv), finish, stream.skip.clone()));
                }
                Layer::LongSkip => body.push(Step::LongSkip),
                Layer::Concat { parts } => body.push(Step::Concat(parts.clone())),
                Layer::Attention(attention) => {
                    let table = network.sigmoid.clone().expect("a checked network has a table for an attention");
                    body.push(Step::Attention(Box::new(Attention::new(attention, formats, table))));
                }
                Layer::PictureTail(layer) => {
                    tail = Some(Conv::new(&layer.conv));
                    picture = Some(layer.enlarge.clone());
                }
                Layer::Tail(conv) => tail = Some(Conv::new(conv)),
                Layer::PixelShuffle { scale: factor } if tail.is_some() => scale *= factor,
                Layer::PixelShuffle { scale } => body.push(Step::Shuffle(*scale)),
            }
        }
        let ((head, head_finish), tail) = (head.expect("a checked network has a head"), tail.expect("and a tail"));
        let margin = body.iter().map(Step::margin).max().unwrap_or(0).max(tail.radius());
        let input = network.input.clone();
        let remembers = network.layers.iter().map(|layer| layer.gaps().contains(&Gap::PreviousFrame)).collect();
        Ok(Self { input, head, head_finish, body, tail, picture, scale, margin, kept, remembers })
    }

    /// The SR picture, `[c][y][x]`, of the next frame of a video; `memory` is what is kept between the frames.
    ///
    /// # Errors
    /// [`PictureError`] if the picture is empty or has another number of channels than the network reads.
    pub fn run(&self, lr: ArrayView3<u8>, memory: &mut Memory) -> Result<Array3<u8>, PictureError> {
        self.run_observed(lr, memory, |_| ()).map(|(sr, _)| sr)
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
        let run = self.run_observed(lr, &mut Memory::new(), |_| ended(std::mem::replace(&mut part, Part::Layer)));
        run.map(|(sr, _)| sr).inspect(|_| ended(Part::Tail))
    }

    /// The SR picture and every tap.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_taps(&self, lr: ArrayView3<u8>, memory: &mut Memory) -> Result<Trace, PictureError> {
        let mut stages = Vec::with_capacity(1 + self.body.len());
        let (sr, sum) = self.run_observed(lr, memory, |stream| stages.push(stream.planes()))?;
        Ok(Trace { stages, sum: sum.planes(), sr })
    }

    /// Runs, showing the stream after every layer with a tap; gives the picture and what the tail read.
    fn run_observed(
        &self,
        lr: ArrayView3<u8>,
        memory: &mut Memory,
        mut observe: impl FnMut(&Grid<i32>),
    ) -> Result<(Array3<u8>, Grid<i32>), PictureError> {
        check_picture(self.input.mean.len(), lr.dim())?;
        let mut stream = self.first_stream(lr);
        observe(&stream);
        let mut written = vec![self.kept[0].then(|| stream.clone())];
        for step in &self.body {
            let position = written.len();
            let seen = self.remembers[position].then(|| totals::of(&stream, 0..stream.size().1));
            step.run(&mut stream, &written, memory.get(&position));
            seen.into_iter().for_each(|totals| drop(memory.insert(position, totals)));
            if !matches!(step, Step::LongSkip | Step::Concat(_)) {
                observe(&stream);
            }
            written.push(self.kept[written.len()].then(|| stream.clone()));
        }
        Ok((self.picture(&stream, lr), stream))
    }

    /// The head's output.
    fn first_stream(&self, lr: ArrayView3<u8>) -> Grid<i32> {
        let (channels, shift) = (lr.dim().0, self.input.pixel_shift);
        let whole = Enlarge { scale: 1, weight: vec![[0, 0, 1 << Enlarge::WEIGHT_BITS, 0, 0]] };
        let picture = enlarge(lr, self.input.enlarge.as_ref().unwrap_or(&whole), shift);
        let (height, width) = picture.size();
        let mut pixels = Grid::new(channels, picture.size(), self.head.radius());
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let values = picture.pixel(y, x).iter().zip(&self.input.mean);
            pixels.pixel_mut(y, x).iter_mut().zip(values).for_each(|(to, (&e, mean))| *to = e - mean);
        }
        let mut stream = Grid::new(self.head.outputs(), picture.size(), self.margin);
        self.head.run(&pixels, |y, x, values| self.head_finish.add(values, stream.pixel_mut(y, x)));
        stream
    }

    /// Tail and pixel shuffle.
    fn picture(&self, sum: &Grid<i32>, lr: ArrayView3<u8>) -> Array3<u8> {
        let ((height, width), scale) = (sum.size(), self.scale);
        let mut sr = Array3::zeros((self.tail.outputs() / (scale * scale), height * scale, width * scale));
        let shift = self.input.pixel_shift;
        let picture = self.picture.as_ref().map(|filter| enlarge(lr, filter, shift));
        let beside = |y: usize, x: usize, sums: &mut [i32]| {
            let values = picture.iter().flat_map(|picture| picture.pixel(y, x));
            sums.iter_mut().zip(values).for_each(|(sum, &e)| *sum += e << (self.tail.shift() - shift));
        };
        self.tail.run_beside(sum, beside, |y, x, values| {
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

/// Layers of which a layer reads the output, besides its predecessor's.
fn sources(layer: &Layer) -> Vec<usize> {
    match layer {
        Layer::BinaryConv(stage) => stage.skip.sources(),
        Layer::Conv(stream) => stream.skip.sources(),
        Layer::Attention(attention) => attention.skip.sources(),
        Layer::LongSkip => vec![0],
        Layer::Concat { parts } => parts.clone(),
        Layer::Head(_) | Layer::Tail(_) | Layer::PictureTail(_) | Layer::PixelShuffle { .. } => Vec::new(),
    }
}

impl Step {
    /// Margin that the stream needs.
    fn margin(&self) -> usize {
        match self {
            Step::Stage(stage) => stage.margin(),
            Step::Conv(conv, ..) => conv.radius(),
            Step::LongSkip | Step::Concat(_) | Step::Attention(_) | Step::Shuffle(_) => 0,
        }
    }

    /// Replaces the stream; `written` are the kept outputs of the layers so far, `before` the totals of the stream in the
    /// frame before.
    fn run(&self, stream: &mut Grid<i32>, written: &[Option<Grid<i32>>], before: Option<&Totals>) {
        let kept = |at: usize| written[at].as_ref().expect("an output that a later layer reads is kept");
        match self {
            Step::Stage(stage) => stage.run(stream, written, before),
            Step::Conv(conv, finish, skip) => {
                let mut output = stream.added(skip, conv.outputs(), written);
                conv.run(stream, |y, x, values| finish.add(values, output.pixel_mut(y, x)));
                *stream = output;
            }
            Step::LongSkip => stream.add(kept(0)),
            Step::Concat(parts) => {
                *stream = Grid::concatenated(&parts.iter().map(|&part| kept(part)).collect::<Vec<_>>());
            }
            Step::Attention(attention) => {
                let mut output = stream.added(attention.skip(), stream.depth(), written);
                attention.run(stream, &mut output, before);
                *stream = output;
            }
            Step::Shuffle(scale) => *stream = stream.shuffled(*scale),
        }
    }
}
