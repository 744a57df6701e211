//! Local mean: `s = (n * x - sum >= 0)`, the sign of a value against the mean around it, without a division
//! (Li et al., TNNLS 2022; the neighbourhood and its borders are our choice).
//!
//! The sum runs over the `n` values of the same channel that lie inside the picture, in a square window around `x` that
//! includes `x` itself. A value that equals the mean has sign +1.

use ndarray::{Array3, ArrayView3};

use crate::window::source;

/// `n * x - sum` of every value, `[c][y][x]`: its sign is what a stage takes.
///
/// `kernel` is odd; `kernel^2` values of at most 24 bits sum up within 32 bits.
pub fn above_local_mean(stream: ArrayView3<i32>, kernel: usize) -> Array3<i32> {
    let (_, height, width) = stream.dim();
    Array3::from_shape_fn(stream.dim(), |(c, y, x)| {
        let mut above = 0;
        for ky in 0..kernel {
            for kx in 0..kernel {
                if let (Some(sy), Some(sx)) = (source(y, ky, kernel, height), source(x, kx, kernel, width)) {
                    above += stream[[c, y, x]] - stream[[c, sy, sx]];
                }
            }
        }
        above
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_flat_picture_is_positive_everywhere() {
        let above = above_local_mean(Array3::from_elem((2, 3, 4), -17).view(), 3);
        assert!(above.iter().all(|&v| v == 0));
    }

    proptest! {
        /// Oracle: the quotient of the exact sums, compared by cross-multiplication of rationals.
        #[test]
        fn a_value_is_compared_with_the_mean_of_its_valid_neighbours(
            height in 1usize..6, width in 1usize..6, kernel in prop::sample::select(vec![3usize, 5, 7]),
            values in prop::collection::vec(-(1i32 << 23)..1 << 23, 25),
        ) {
            let stream = Array3::from_shape_fn((1, height, width), |(_, y, x)| values[y * 5 + x]);
            let above = above_local_mean(stream.view(), kernel);
            for ((_, y, x), &v) in stream.indexed_iter() {
                let near = |a: usize, b: usize| a.abs_diff(b) <= kernel / 2;
                let around = stream.indexed_iter().filter(|&((_, sy, sx), _)| near(sy, y) && near(sx, x));
                let around: Vec<i128> = around.map(|(_, &v)| v.into()).collect();
                let (sum, n) = (around.iter().sum::<i128>(), around.len() as i128);
                prop_assert_eq!(above[[0, y, x]] >= 0, i128::from(v) * n >= sum);
            }
        }
    }
}
