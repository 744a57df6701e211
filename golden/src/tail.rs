//! Tail: `out = clamp(rnd(sum w*r + add_c, shift), 0, 255)`, the stream into pixels.
//!
//! The mean is inside `add_c`; a padded `r` is 0. Where the tail adds the enlarged picture `e`, in units of `2^-k` grey levels,
//! `out = clamp(rnd(sum w*r + add_c + (e_c << (shift - k)), shift), 0, 255)`: one rounding of both.

use bsr_model::integer::{Conv, PictureTail};
use ndarray::{Array3, ArrayView3};

use crate::{conv::sums, enlarge::enlarge, requantise::rnd};

/// Pixels before the pixel shuffle, `[c*s*s + i*s + j][y][x]`.
pub fn tail(sum: ArrayView3<i32>, conv: &Conv) -> Array3<u8> {
    sums(sum, conv).mapv(|sum| pixel(sum, conv.shift))
}

/// The SR picture, `[c][y][x]`, of a tail that adds the LR picture `lr` enlarged to the size of `sum`.
pub fn picture_tail(sum: ArrayView3<i32>, tail: &PictureTail, lr: ArrayView3<u8>, pixel_shift: u32) -> Array3<u8> {
    let (picture, shift) = (enlarge(lr, &tail.enlarge, pixel_shift), tail.conv.shift);
    let sums = sums(sum, &tail.conv);
    Array3::from_shape_fn(sums.dim(), |at| pixel(sums[at] + (i64::from(picture[at]) << (shift - pixel_shift)), shift))
}

fn pixel(sum: i64, shift: u32) -> u8 {
    u8::try_from(rnd(sum, shift).clamp(0, 255)).expect("clamped to 0..=255")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{Enlarge, Filter};
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

    #[test]
    fn the_enlarged_picture_is_added_before_the_rounding() {
        let weight = Array4::from_elem((1, 1, 1, 1), 1);
        let conv = Conv { name: "tail".into(), weight, add: vec![0], shift: 4, activation: None };
        let tail = PictureTail { conv, enlarge: Enlarge::new(Filter::Bilinear, 2) };
        // One row of 10 and 21 becomes 10, 12.75, 18.25, 21; with sixteenths.
        let sum = arr3(&[[[0, 11, 4, -400], [7, 8, 3, 4000]]]);
        let found = picture_tail(sum.view(), &tail, arr3(&[[[10, 21]]]).view(), 2);
        assert_eq!(found, arr3(&[[[10, 13, 19, 0], [10, 13, 18, 255]]]));
    }
}
