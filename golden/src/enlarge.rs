//! Enlarging: `e = clamp(rnd(sum over j, i of w[y % s][j] * w[x % s][i] * p, 2m - k), 0, 255 << k)`, a separable filter of five
//! taps along each axis, `m = 10`; `p` lies at row `y / s + j - 2`, column `x / s + i - 2`, mirrored at the borders.

use bsr_model::integer::{Enlarge, mirrored};
use ndarray::{Array3, ArrayView3};

use crate::requantise::rnd;

/// Pixels `[c][y][x]` into `[c][y * s][x * s]`, in units of `2^-pixel_shift` grey levels.
pub fn enlarge(picture: ArrayView3<u8>, enlarge: &Enlarge, pixel_shift: u32) -> Array3<i32> {
    let (channels, height, width) = picture.dim();
    let s = enlarge.scale;
    let read = |at: usize, tap: usize, size: usize| mirrored((at / s + tap).cast_signed() - 2, size);
    Array3::from_shape_fn((channels, height * s, width * s), |(c, y, x)| {
        let mut sum = 0;
        for j in 0..5 {
            for i in 0..5 {
                let weight = i64::from(enlarge.weight[y % s][j]) * i64::from(enlarge.weight[x % s][i]);
                sum += weight * i64::from(picture[[c, read(y, j, height), read(x, i, width)]]);
            }
        }
        let value = rnd(sum, 2 * Enlarge::WEIGHT_BITS - pixel_shift).clamp(0, 255 << pixel_shift);
        i32::try_from(value).expect("clamped to 15 bits")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::{
        integer::Filter,
        protocol::{Resize, imresize},
    };
    use ndarray::Axis;

    #[test]
    fn a_flat_picture_stays_flat() {
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            for scale in 1..=4 {
                let flat = enlarge(Array3::from_elem((2, 3, 1), 255).view(), &Enlarge::new(filter, scale), 4);
                assert!(flat.dim() == (2, 3 * scale, scale) && flat.iter().all(|&e| e == 255 << 4));
            }
        }
    }

    /// Oracle: bicubic enlargement in floating point.
    #[test]
    fn bicubic_enlargement_is_that_of_imresize() {
        let picture = Array3::from_shape_fn((1, 6, 5), |(_, y, x)| (y * 83 + x * 57 + x * y * 31) as u8);
        for (scale, bound) in [(2, 1.0 / 32.0), (3, 0.3), (4, 1.0 / 32.0)] {
            let found = enlarge(picture.view(), &Enlarge::new(Filter::Bicubic, scale), 4);
            let exact = imresize(picture.index_axis(Axis(0), 0).mapv(f64::from).view(), Resize::Up(scale));
            for ((_, y, x), &e) in found.indexed_iter() {
                let difference = f64::from(e) / 16.0 - exact[[y, x]].clamp(0.0, 255.0);
                assert!(difference.abs() <= bound + 1e-9, "{difference} at {y},{x}, x{scale}");
            }
        }
    }
}
