//! Channel attention: every channel scaled by the sigmoid of two linear layers of the channels' means.

use ndarray::{Array3, ArrayView3, s};

use super::{
    FloatAttention,
    factors::{means, sigmoid},
};
use crate::integer::Gap;

impl FloatAttention {
    /// `[c][y][x]` scaled; without the skip. The frame before is taken to be the same picture.
    pub(super) fn run(&self, x: ArrayView3<f32>, gap: Gap) -> Array3<f32> {
        let mut output = x.to_owned();
        for strip in gap.strips(x.dim().2) {
            let means = means(x.slice(s![.., .., strip.clone()]));
            let mut hidden = self.reduce.run(Array3::from_shape_fn((means.len(), 1, 1), |(c, _, _)| means[c]).view());
            if let Some(activation) = &self.reduce.activation {
                activation.apply(&mut hidden);
            }
            let factors = self.expand.run(hidden.view());
            let mut scaled = output.slice_mut(s![.., .., strip]);
            scaled.outer_iter_mut().zip(&factors).for_each(|(mut plane, &v)| plane *= sigmoid(v));
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        description::PlacedSkip,
        float::{FloatActivation, FloatConv},
    };
    use ndarray::{Array4, arr3};

    #[test]
    fn a_channel_is_scaled_by_what_two_layers_make_of_the_means() {
        let conv = |weight: &[f32], (outputs, inputs): (usize, usize), activation| FloatConv {
            name: "a".into(),
            weight: Array4::from_shape_vec((outputs, inputs, 1, 1), weight.to_vec()).unwrap(),
            bias: vec![0.0; outputs],
            skip: PlacedSkip::None,
            activation,
        };
        let reduce = conv(&[1.0, -1.0], (1, 2), Some(FloatActivation::LeakyRelu(0.0)));
        let expand = conv(&[100.0, -100.0], (2, 1), None);
        let attention = FloatAttention { name: "a".into(), reduce, expand, skip: PlacedSkip::None };
        // Means 3 and 1: the hidden value is 2. In strips of one column it is 1 - 1 = 0 and 5 - 1 = 4.
        let x = arr3(&[[[1.0, 5.0]], [[1.0, 1.0]]]);
        assert_eq!(attention.run(x.view(), Gap::Picture), arr3(&[[[1.0, 5.0]], [[0.0, 0.0]]]));
        assert_eq!(attention.run(x.view(), Gap::Strip(1)), arr3(&[[[0.5, 5.0]], [[0.5, 0.0]]]));
    }
}
