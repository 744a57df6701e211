//! Long skip: `r = x_L + x_0`, `b + 1` bits, exact. Saturating it to `b` bits would cost picture quality.

use ndarray::{Array3, ArrayView3};

/// The last layer's output plus the head's, `[c][y][x]`.
pub fn long_skip(last: ArrayView3<i32>, first: ArrayView3<i32>) -> Array3<i32> {
    Array3::from_shape_fn(last.dim(), |at| last[at] + first[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn the_sum_of_two_extremes_needs_one_more_bit() {
        let extremes = arr3(&[[[2047, -2048]]]);
        assert_eq!(long_skip(extremes.view(), extremes.view()), arr3(&[[[4094, -4096]]]));
    }
}
