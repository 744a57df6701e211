//! Stage: sign, dot, affine, skip, activation. Its output is the stage's tap and the next stage's `x`.

use bsr_model::integer::BinaryConv;
use ndarray::{Array3, ArrayView3};

use crate::{activation::leaky_relu, affine::affine, dot::dots, sign::sign, skip::skip};

/// One binary convolution stage of the stream `[c][y][x]`; it keeps the shape.
pub fn stage(stream: ArrayView3<i32>, layer: &BinaryConv, stream_bits: u32) -> Array3<i32> {
    let dots = dots(&sign(stream, &layer.threshold), &layer.weight);
    Array3::from_shape_fn(stream.dim(), |(c, y, x)| {
        let t = affine(dots[[c, y, x]], layer.mul[c], layer.add[c], layer.shift);
        let v = skip(stream[[c, y, x]], t, stream_bits);
        layer.activation.map_or(v, |activation| leaky_relu(v, &activation, stream_bits))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{LeakyRelu, SignWeights};
    use ndarray::arr3;

    #[test]
    fn a_stage_of_one_pixel_is_the_formula() {
        let layer = BinaryConv {
            name: "stage".into(),
            weight: SignWeights::from_fn(2, 2, 3, |o, i, _, _| o == i),
            threshold: vec![5, 5],
            mul: vec![6, -6],
            add: vec![8, -9],
            shift: 1,
            activation: Some(LeakyRelu { slope: 1, shift: 1 }),
        };
        // Signs +1, -1 and only the centre tap is valid: dots 2, -2; t = (12 + 8 + 1) >> 1, (12 - 9 + 1) >> 1.
        assert_eq!(stage(arr3(&[[[5]], [[4]]]).view(), &layer, 12), arr3(&[[[15]], [[6]]]));
        // Signs -1, -1: dots 0, 0; t = 4, -4; -9 halves to -5.
        assert_eq!(stage(arr3(&[[[-13]], [[4]]]).view(), &layer, 12), arr3(&[[[-5]], [[0]]]));
    }
}
