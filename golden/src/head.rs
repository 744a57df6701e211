//! Head: `x = sat_b(rnd(sum w*in + add_c, shift))`, then the activation where there is one: pixels into the stream.

use bsr_model::integer::Conv;
use ndarray::{Array3, ArrayView3};

use crate::{activation::activate, conv::sums, requantise::rnd, saturate::saturate};

/// The first stream, `x_0`, `[c][y][x]`, from centred pixels (see [`crate::pixels`]).
pub fn head(input: ArrayView3<i32>, conv: &Conv, stream_bits: u32) -> Array3<i32> {
    let x = sums(input, conv).mapv(|sum| saturate(rnd(sum, conv.shift), stream_bits));
    activate(conv.activation.as_ref(), x, stream_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array4, arr3};

    #[test]
    fn the_addend_is_rounded_with_the_sum_and_the_result_saturates() {
        let conv = Conv {
            name: "head".into(),
            weight: Array4::from_elem((1, 1, 1, 1), 3),
            add: vec![1],
            shift: 2,
            activation: None,
        };
        // (3 * in + 1 + 2) >> 2, saturated to 4 bits.
        assert_eq!(
            head(arr3(&[[[0, 1, -1, -2, 9, 10, -11, -12]]]).view(), &conv, 4),
            arr3(&[[[0, 1, 0, -1, 7, 7, -8, -8]]])
        );
    }

    #[test]
    fn a_padded_tap_is_centred_zero_and_not_pixel_zero() {
        let conv =
            Conv { name: "head".into(), weight: Array4::ones((1, 1, 3, 3)), add: vec![0], shift: 1, activation: None };
        let black = arr3(&[[[-255]]]);
        assert_eq!(head(black.view(), &conv, 12), arr3(&[[[-127]]]));
    }
}
