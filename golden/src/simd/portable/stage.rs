//! Stage: signs, dot, affine, factors, branch, skip, activation.
//!
//! A stage that adds its own input and multiplies signs updates the stream in place; any other writes a new one.

use bsr_model::integer::{BinaryConv, Formats, Gap, Operand, SigmoidTable, Skip};

use super::{
    finish::{Factors, Finish},
    grid::Grid,
    sign_dots::SignDots,
    signs,
    stream_dots::StreamDots,
    totals::totals,
};
use crate::Totals;

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
    Mean(Gap, SignDots),
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
                Operand::Mean(gap) => Dots::Mean(*gap, SignDots::new(layer)),
                Operand::Stream => Dots::Stream(StreamDots::new(layer)),
            },
            factors: Factors::new(layer, table),
            skip: layer.skip.clone(),
            outputs,
            finish: Finish::new(layer.activation.as_ref(), outputs, formats),
        }
    }

    /// Margin that the stream needs.
    pub(super) fn margin(&self) -> usize {
        match &self.dots {
            Dots::Sign(..) | Dots::LocalMean(..) | Dots::Mean(..) => 0,
            Dots::Stream(dots) => dots.radius(),
        }
    }

    /// Replaces the stream by the stage's output; `written` are the kept outputs so far, `before` the totals of the stream
    /// in the frame before.
    pub(super) fn run(&self, stream: &mut Grid<i32>, written: &[Option<Grid<i32>>], before: Option<&Totals>) {
        let of_channels = self.factors.of_channels(stream, before);
        let signs = self.signs(stream, before);
        if let (Some((signs, dots)), Skip::Identity) = (&signs, &self.skip) {
            dots.run(signs, |y, x, t| {
                self.factors.apply(t, stream.pixel(y, x), of_channels.at(x));
                self.finish.add(t, stream.pixel_mut(y, x));
            });
            return;
        }
        let mut output = stream.added(&self.skip, self.outputs, written);
        let emit = |y: usize, x: usize, t: &mut [i64]| {
            self.factors.apply(t, stream.pixel(y, x), of_channels.at(x));
            self.finish.add(t, output.pixel_mut(y, x));
        };
        match (&self.dots, &signs) {
            (Dots::Stream(dots), _) => dots.run(stream, emit),
            (_, Some((signs, dots))) => dots.run(signs, emit),
            (_, None) => unreachable!("a stage of signs has signs"),
        }
        *stream = output;
    }

    /// The signs of the stream with what multiplies them, where the stage takes signs.
    fn signs(&self, stream: &Grid<i32>, before: Option<&Totals>) -> Option<(Grid<u64>, &SignDots)> {
        let binarized = |values: &Grid<i32>, threshold: &[i32], dots: &SignDots| {
            let mut signs = Grid::new(stream.depth().div_ceil(64), stream.size(), dots.radius());
            signs::binarize(values, threshold, &mut signs);
            signs
        };
        let zeros = || vec![0; stream.depth()];
        Some(match &self.dots {
            Dots::Sign(threshold, dots) => (binarized(stream, threshold, dots), dots),
            Dots::LocalMean(kernel, dots) => {
                (binarized(&signs::above_local_mean(stream, *kernel), &zeros(), dots), dots)
            }
            Dots::Mean(gap, dots) => {
                (binarized(&signs::above_mean(stream, &totals(stream, *gap, before)), &zeros(), dots), dots)
            }
            Dots::Stream(_) => return None,
        })
    }
}
