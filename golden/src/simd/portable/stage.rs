//! Stage: signs, dot, affine, factors, branch, skip, activation.
//!
//! A stage that adds its own input and multiplies signs updates the stream in place; any other writes a new one.

use bsr_model::integer::{BinaryConv, Formats, Operand, SigmoidTable, Skip};

use super::{
    finish::{Factors, Finish},
    grid::Grid,
    sign_dots::SignDots,
    signs,
    stream_dots::StreamDots,
};

/// A binary convolution stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    dots: Dots,
    factors: Factors,
    skip: Skip,
    outputs: usize,
    finish: Finish,
}

/// What the weights meet, and the affine of it.
#[derive(Clone, Debug)]
enum Dots {
    Sign(Vec<i32>, SignDots),
    LocalMean(usize, SignDots),
    Stream(StreamDots),
}

impl Stage {
    /// Lays a stage out.
    pub(super) fn new(layer: &BinaryConv, formats: Formats, table: Option<&SigmoidTable>) -> Self {
        let outputs = layer.weight.out_channels();
        Self {
            dots: match &layer.operand {
                Operand::Sign { threshold } => Dots::Sign(threshold.clone(), SignDots::new(layer)),
                Operand::LocalMean { kernel } => Dots::LocalMean(*kernel, SignDots::new(layer)),
                Operand::Stream => Dots::Stream(StreamDots::new(layer)),
            },
            factors: Factors::new(layer, table),
            skip: layer.skip,
            outputs,
            finish: Finish::new(layer.activation.as_ref(), outputs, formats),
        }
    }

    /// Margin that the stream needs.
    pub(super) fn margin(&self) -> usize {
        match &self.dots {
            Dots::Sign(..) | Dots::LocalMean(..) => 0,
            Dots::Stream(dots) => dots.radius(),
        }
    }

    /// Replaces the stream by the stage's output; `source` is what a skip from elsewhere adds.
    pub(super) fn run(&self, stream: &mut Grid<i32>, source: Option<&Grid<i32>>) {
        let of_channels = self.factors.of_channels(stream);
        let signs = self.signs(stream);
        match (&self.dots, &signs) {
            (Dots::Sign(_, dots) | Dots::LocalMean(_, dots), Some(signs)) if self.skip == Skip::Identity => {
                dots.run(signs, |y, x, t| {
                    self.factors.apply(t, stream.pixel(y, x), &of_channels);
                    self.finish.add(t, stream.pixel_mut(y, x));
                });
            }
            (dots, signs) => {
                let mut output = stream.added(self.skip, self.outputs, source);
                let emit = |y: usize, x: usize, t: &mut [i64]| {
                    self.factors.apply(t, stream.pixel(y, x), &of_channels);
                    self.finish.add(t, output.pixel_mut(y, x));
                };
                match (dots, signs) {
                    (Dots::Sign(_, dots) | Dots::LocalMean(_, dots), Some(signs)) => dots.run(signs, emit),
                    (Dots::Stream(dots), _) => dots.run(stream, emit),
                    (Dots::Sign(..) | Dots::LocalMean(..), None) => unreachable!("a stage of signs has signs"),
                }
                *stream = output;
            }
        }
    }

    /// The signs of the stream, where the stage takes them.
    fn signs(&self, stream: &Grid<i32>) -> Option<Grid<u64>> {
        let empty = |dots: &SignDots| Grid::new(stream.depth().div_ceil(64), stream.size(), dots.radius());
        match &self.dots {
            Dots::Sign(threshold, dots) => {
                let mut signs = empty(dots);
                signs::binarize(stream, threshold, &mut signs);
                Some(signs)
            }
            Dots::LocalMean(kernel, dots) => {
                let mut signs = empty(dots);
                let above = signs::above_local_mean(stream, *kernel);
                signs::binarize(&above, &vec![0; stream.depth()], &mut signs);
                Some(signs)
            }
            Dots::Stream(_) => None,
        }
    }
}
