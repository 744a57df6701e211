//! Dot of the stream itself and affine: a convolution with weights of +1 and -1.

use bsr_model::integer::{BinaryConv, Conv};
use ndarray::Array4;

use super::{conv, grid::Grid};

/// Weights and affine of a stage that multiplies the stream.
#[derive(Clone, Debug)]
pub(super) struct StreamDots {
    dots: conv::Conv,
    mul: Vec<i64>,
    /// `add + 2^(shift-1)`.
    bias: Vec<i64>,
    shift: u32,
}

impl StreamDots {
    /// Lays the weights of a stage out.
    pub(super) fn new(layer: &BinaryConv) -> Self {
        let (weight, half) = (&layer.weight, 1i64 << (layer.shift - 1));
        let shape = (weight.out_channels(), weight.in_channels(), weight.kernel(), weight.kernel());
        let signs = Array4::from_shape_fn(shape, |(o, i, ky, kx)| 2 * i32::from(weight.is_positive(o, i, ky, kx)) - 1);
        let (name, add) = (layer.name.clone(), vec![0; shape.0]);
        Self {
            dots: conv::Conv::of_sums(&Conv { name, weight: signs, add, shift: 1, activation: None }),
            mul: layer.mul.iter().map(|&mul| mul.into()).collect(),
            bias: layer.add.iter().map(|&add| i64::from(add) + half).collect(),
            shift: layer.shift,
        }
    }

    /// Margin that the stream needs.
    pub(super) fn radius(&self) -> usize {
        self.dots.radius()
    }

    /// Shows the affine `t` of each pixel, `emit(y, x, t)`.
    pub(super) fn run(&self, stream: &Grid<i32>, mut emit: impl FnMut(usize, usize, &mut [i64])) {
        let mut values = vec![0; self.mul.len()];
        self.dots.run(stream, |y, x, dots| {
            for (((t, &dot), mul), bias) in values.iter_mut().zip(dots).zip(&self.mul).zip(&self.bias) {
                *t = (mul * i64::from(dot) + bias) >> self.shift;
            }
            emit(y, x, &mut values);
        });
    }
}
