//! Convolution of the stream: `v = sat_b(rnd(sum w*x + add_c, shift) + skip)`, then the activation where there is one.

use bsr_model::integer::Conv;
use ndarray::{Array3, ArrayView3};

use crate::{activation::activate, conv::sums, requantise::rnd, skip::skip};

/// One full-precision convolution of the stream, or of the sum of a long skip, `[i][y][x]` to `[o][y][x]`.
///
/// `added` is what its skip adds, `[o][y][x]`.
pub fn stream_conv(stream: ArrayView3<i32>, added: ArrayView3<i32>, conv: &Conv, stream_bits: u32) -> Array3<i32> {
    let sums = sums(stream, conv);
    let v = Array3::from_shape_fn(sums.dim(), |at| skip(added[at], rnd(sums[at], conv.shift), stream_bits));
    activate(conv.activation.as_ref(), v, stream_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::head;
    use ndarray::{Array4, arr3};
    use proptest::prelude::*;

    #[test]
    fn the_skip_is_added_before_the_saturation() {
        let weight = Array4::from_elem((1, 1, 1, 1), 2);
        let conv = Conv { name: "c".into(), weight, add: vec![0], shift: 1, activation: None };
        let x = arr3(&[[[7, 7, -8]]]);
        assert_eq!(stream_conv(x.view(), arr3(&[[[-3, 1, 2]]]).view(), &conv, 4), arr3(&[[[4, 7, -6]]]));
    }

    proptest! {
        /// Oracle: a head, which reads integers too.
        #[test]
        fn without_a_skip_it_is_a_head(values in prop::collection::vec(-2048i32..2048, 12), weight in prop::collection::vec(-3000i32..3000, 18), add: i16) {
            let x = Array3::from_shape_vec((2, 2, 3), values).unwrap();
            let weight = Array4::from_shape_vec((1, 2, 3, 3), weight).unwrap();
            let conv = Conv { name: "c".into(), weight, add: vec![add.into()], shift: 11, activation: None };
            prop_assert_eq!(stream_conv(x.view(), Array3::zeros((1, 2, 3)).view(), &conv, 12), head(x.view(), &conv, 12));
        }
    }
}
