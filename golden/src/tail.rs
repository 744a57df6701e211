//! Tail: `out = clamp(rnd(sum w*r + add_c, shift), 0, 255)`, the stream into pixels.
//!
//! The mean is inside `add_c`; a padded `r` is 0.

use bsr_model::integer::Conv;
use ndarray::{Array3, ArrayView3};

use crate::{conv::sums, requantise::rnd};

/// Pixels before the pixel shuffle, `[c*s*s + i*s + j][y][x]`.
pub fn tail(sum: ArrayView3<i32>, conv: &Conv) -> Array3<u8> {
    sums(sum, conv).mapv(|sum| u8::try_from(rnd(sum, conv.shift).clamp(0, 255)).expect("clamped to 0..=255"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array4, arr3};

    #[test]
    fn pixels_are_clamped_and_not_wrapped() {
        let conv = Conv {
            name: "tail".into(),
            weight: Array4::from_elem((1, 1, 1, 1), 2),
            add: vec![4],
            shift: 1,
            activation: None,
        };
        // (2 r + 4 + 1) >> 1 = r + 2.
        assert_eq!(
            tail(arr3(&[[[-4, -3, -2, 0, 253, 254, 9999]]]).view(), &conv),
            arr3(&[[[0, 0, 0, 2, 255, 255, 255]]])
        );
    }
}
