//! Running a network layer by layer.

use ndarray::{Array3, ArrayView3, Axis, Zip, concatenate};

use super::{FloatLayer, FloatNetwork, enlarge::enlarge};
use crate::description::PlacedSkip;

/// A full-precision value of the network, seen while it runs.
#[derive(Debug)]
pub struct Observation<'a> {
    /// Position of the layer.
    pub layer: usize,
    /// Its output `[c][y][x]`, before its activation where it has one: the widest value of the layer.
    pub values: ArrayView3<'a, f32>,
}

impl FloatNetwork {
    /// Super-resolves one picture.
    ///
    /// `lr` is `[colour][y][x]` in grey levels 0..=255; the result is `[colour][y * scale][x * scale]`, neither
    /// clamped nor rounded.
    ///
    /// # Panics
    /// If `lr` has another number of colours than the network.
    pub fn run(&self, lr: ArrayView3<f32>) -> Array3<f32> {
        self.run_observed(lr, |_| {})
    }

    /// As [`run`](Self::run), showing every layer's output to `observe`.
    ///
    /// # Panics
    /// If `lr` has another number of colours than the network.
    pub fn run_observed(&self, lr: ArrayView3<f32>, mut observe: impl FnMut(Observation<'_>)) -> Array3<f32> {
        let mean = &self.description.mean;
        assert_eq!(lr.dim().0, mean.len(), "a picture has one plane a colour of the network");
        let mut x = match self.description.enlarge {
            Some(filter) => enlarge(lr, filter, self.description.scale),
            None => lr.to_owned(),
        };
        shift_colours(&mut x, mean, -1.0);
        let mut kept: Vec<(usize, Array3<f32>)> = Vec::new();
        for (position, layer) in self.layers.iter().enumerate() {
            x = self.step(layer, x, lr, &kept);
            observe(Observation { layer: position, values: x.view() });
            if let Some(activation) = layer.activation() {
                activation.apply(&mut x);
            }
            if self.is_source(position) {
                kept.push((position, x.clone()));
            }
        }
        shift_colours(&mut x, mean, 1.0);
        x
    }

    /// A layer's output before its activation.
    fn step(
        &self,
        layer: &FloatLayer,
        mut x: Array3<f32>,
        lr: ArrayView3<f32>,
        kept: &[(usize, Array3<f32>)],
    ) -> Array3<f32> {
        let source = |from: usize| &kept.iter().find(|(at, _)| *at == from).expect("outputs that are used are kept").1;
        let gap = self.description.gap;
        let mut output = match layer {
            FloatLayer::Conv(conv) => conv.run(x.view()),
            FloatLayer::BinaryConv(stage) => stage.branch(x.view(), gap),
            FloatLayer::Attention(attention) => attention.run(x.view(), gap),
            FloatLayer::LongSkip { from } => {
                x += source(*from);
                return x;
            }
            FloatLayer::Concat { parts } => {
                let parts: Vec<_> = parts.iter().map(|&at| source(at).view()).collect();
                return concatenate(Axis(0), &parts).expect("parts have one size");
            }
            FloatLayer::PixelShuffle { scale } => return pixel_shuffle(x.view(), *scale),
        };
        self.add(layer.skip(), x.view(), lr, &source, &mut output);
        output
    }

    /// Adds what a layer that reads `x` adds to its result.
    fn add<'a>(
        &self,
        skip: &PlacedSkip,
        x: ArrayView3<f32>,
        lr: ArrayView3<f32>,
        source: &impl Fn(usize) -> &'a Array3<f32>,
        output: &mut Array3<f32>,
    ) {
        match skip {
            PlacedSkip::None => {}
            PlacedSkip::Identity => *output += &x,
            PlacedSkip::From(from) => *output += source(*from),
            PlacedSkip::Repeat => {
                let times = output.dim().0 / x.dim().0;
                let planes = output.outer_iter_mut().enumerate();
                planes.for_each(|(oc, mut plane)| plane += &x.index_axis(Axis(0), oc / times));
            }
            PlacedSkip::Sum(terms) => terms.iter().for_each(|term| self.add(term, x, lr, source, output)),
            PlacedSkip::Enlarged(filter) => {
                let mut picture = enlarge(lr, *filter, self.description.scale);
                shift_colours(&mut picture, &self.description.mean, -1.0);
                *output += &picture;
            }
        }
    }

    fn is_source(&self, position: usize) -> bool {
        self.layers.iter().any(|layer| match layer {
            FloatLayer::LongSkip { from } => *from == position,
            FloatLayer::Concat { parts } => parts.contains(&position),
            layer => layer.skip().sources().contains(&position),
        })
    }
}

fn shift_colours(planes: &mut Array3<f32>, mean: &[f64], sign: f32) {
    Zip::from(planes.axis_iter_mut(Axis(0))).and(mean).for_each(|mut plane, &m| plane += sign * m as f32);
}

/// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`.
fn pixel_shuffle(input: ArrayView3<f32>, scale: usize) -> Array3<f32> {
    let (channels, height, width) = input.dim();
    Array3::from_shape_fn((channels / scale.pow(2), height * scale, width * scale), |(c, y, x)| {
        input[[(c * scale + y % scale) * scale + x % scale, y / scale, x / scale]]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixel_shuffle_puts_channel_i_s_plus_j_at_row_i_column_j() {
        let input = Array3::from_shape_fn((8, 2, 3), |(c, y, x)| (c * 100 + y * 10 + x) as f32);
        let output = pixel_shuffle(input.view(), 2);
        assert_eq!(output.dim(), (2, 4, 6));
        for c in 0..2 {
            for (y, x, i, j) in [(0, 0, 0, 1), (1, 2, 1, 0), (0, 1, 1, 1)] {
                assert_eq!(output[[c, y * 2 + i, x * 2 + j]], input[[c * 4 + i * 2 + j, y, x]]);
            }
        }
    }
}
