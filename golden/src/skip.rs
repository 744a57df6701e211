//! Skip: `v = sat_b(x + t)`, the only saturation of a stage before its activation.
//!
//! What is added, `x`, is the layer's input, nothing, an earlier output, the input with each channel repeated, or a sum of
//! these, which does not saturate.

use bsr_model::integer::Skip;
use ndarray::{Array3, ArrayView3};

use crate::saturate::saturate;

/// What a layer with so many `outputs` adds to its result, `[o][y][x]`.
///
/// `stream` is what it reads, `written` what each layer before it wrote.
pub fn added(skip: &Skip, outputs: usize, stream: ArrayView3<i32>, written: &[Array3<i32>]) -> Array3<i32> {
    let (channels, height, width) = stream.dim();
    match skip {
        Skip::Identity => stream.to_owned(),
        Skip::None => Array3::zeros((outputs, height, width)),
        Skip::From(position) => written[*position].clone(),
        Skip::Sum(terms) => {
            let mut sum = Array3::zeros((outputs, height, width));
            terms.iter().for_each(|term| sum += &added(term, outputs, stream, written));
            sum
        }
        Skip::Repeat => {
            Array3::from_shape_fn((outputs, height, width), |(o, y, x)| stream[[o / (outputs / channels), y, x]])
        }
    }
}

/// What is added, `x`, with the affine's `t` added, in `stream_bits` bits.
pub fn skip(x: i32, t: i64, stream_bits: u32) -> i32 {
    saturate(i64::from(x) + t, stream_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{affine::affine, dot::Dot};
    use ndarray::arr3;
    use proptest::prelude::*;

    #[test]
    fn a_repeated_channel_is_added_to_neighbouring_outputs() {
        let stream = arr3(&[[[1, 2]], [[3, 4]]]);
        assert_eq!(added(&Skip::Repeat, 4, stream.view(), &[]), arr3(&[[[1, 2]], [[1, 2]], [[3, 4]], [[3, 4]]]));
        assert_eq!(added(&Skip::None, 1, stream.view(), &[]), arr3(&[[[0, 0]]]));
        let written = [arr3(&[[[7, 7]]]), arr3(&[[[8, 9]]])];
        assert_eq!(added(&Skip::From(1), 1, stream.view(), &written), written[1]);
        let sum = Skip::Sum(vec![Skip::Identity, Skip::Identity, Skip::Repeat]);
        assert_eq!(added(&sum, 2, stream.view(), &written), arr3(&[[[3, 6]], [[9, 12]]]));
    }

    proptest! {
        /// Oracle: the skip moved inside the rounding, `sat_b((mul*dot + add + half + (x << shift)) >> shift)`.
        #[test]
        fn the_skip_may_be_added_before_the_shift(
            bits in 4u32..=24, raw: i32, dot in -5_000i32..5_000, mul: i16, add: i32, shift in 1u32..=31,
        ) {
            let x = raw >> (32 - bits);
            let sum = i64::from(mul) * i64::from(dot) + i64::from(add) + (1 << (shift - 1)) + (i64::from(x) << shift);
            let limit = 2i64.pow(bits - 1);
            let expected = (sum >> shift).max(-limit).min(limit - 1);
            prop_assert_eq!(i64::from(skip(x, affine(Dot::from(dot), mul, add, shift), bits)), expected);
        }
    }
}
