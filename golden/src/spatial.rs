//! Spatial factor: `S[y, x] = sigmoid(sum over c of w_c * in[c, y, x] + add)`, one for all channels of a pixel
//! (SCALES, spatial re-scaling; that its convolution is 1x1 is our choice).

use bsr_model::integer::{SigmoidTable, SpatialFactor};
use ndarray::{Array2, ArrayView3};

use crate::sigmoid::sigmoid;

/// One factor a pixel, in units of `2^-16`, from the stream `[c][y][x]`.
pub fn spatial(stream: ArrayView3<i32>, factor: &SpatialFactor, table: &SigmoidTable) -> Array2<u16> {
    let (channels, height, width) = stream.dim();
    Array2::from_shape_fn((height, width), |(y, x)| {
        let mut sum = i64::from(factor.add);
        for c in 0..channels {
            sum += i64::from(factor.weight[c]) * i64::from(stream[[c, y, x]]);
        }
        sigmoid(sum, factor.shift, table)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::sums;
    use bsr_model::integer::Conv;
    use ndarray::{Array3, Array4};
    use proptest::prelude::*;

    proptest! {
        /// Oracle: a full-precision 1x1 convolution with one output.
        #[test]
        fn the_sums_are_those_of_a_1x1_convolution(
            channels in 1usize..6, weight in prop::collection::vec(-32768i32..=32767, 6),
            values in prop::collection::vec(-2048i32..2048, 36), add: i32, shift in 1u32..=31,
        ) {
            let stream = Array3::from_shape_fn((channels, 2, 3), |(c, y, x)| values[(c * 2 + y) * 3 + x]);
            let weight = weight[..channels].to_vec();
            let kernel = Array4::from_shape_vec((1, channels, 1, 1), weight.clone()).unwrap();
            let conv = Conv { name: "s".into(), weight: kernel, add: vec![add], shift, activation: None };
            let table = SigmoidTable { values: (0..1024).map(|at| at * 60).collect() };
            let expected = sums(stream.view(), &conv).mapv(|sum| sigmoid(sum, shift, &table));
            let found = spatial(stream.view(), &SpatialFactor { weight, add, shift }, &table);
            prop_assert_eq!(found.insert_axis(ndarray::Axis(0)), expected);
        }
    }
}
