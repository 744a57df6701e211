//! Mean of a channel as its threshold: `s = (n * x - sum >= 0)`, with totals as in [`crate::totals`], without a division
//! (DAQ has the distribution of a channel in its quantizer; that its mean alone is kept is our choice).

use bsr_model::integer::Gap;
use ndarray::{Array3, ArrayView3};

use crate::totals::{Totals, totals};

/// Where a value is at least the mean of its channel, `[c][y][x]`.
pub fn above_mean(stream: ArrayView3<i32>, gap: Gap, before: Option<&Totals>) -> Array3<bool> {
    let mut above = Array3::default(stream.dim());
    for (columns, totals) in totals(stream, gap, before) {
        for ((c, y, x), &value) in stream.indexed_iter().filter(|((_, _, x), _)| columns.contains(x)) {
            above[[c, y, x]] = totals.n * i64::from(value) - totals.sums[c] >= 0;
        }
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the quotient in floating point, exact for so few values.
        #[test]
        fn a_value_is_compared_with_the_mean_of_its_channel(
            height in 1usize..5, width in 1usize..5, values in prop::collection::vec(-2048i32..2048, 32), strip in 1usize..5,
        ) {
            let stream = Array3::from_shape_fn((2, height, width), |(c, y, x)| values[(c * 4 + y) * 4 + x]);
            for (gap, step) in [(Gap::Picture, width), (Gap::Strip(strip), strip)] {
                let above = above_mean(stream.view(), gap, None);
                for ((c, y, x), &value) in stream.indexed_iter() {
                    let near = |&((channel, _, column), _): &((usize, usize, usize), &i32)| channel == c && column / step == x / step;
                    let around: Vec<f64> = stream.indexed_iter().filter(near).map(|(_, &v)| f64::from(v)).collect();
                    let n = around.len() as f64;
                    let mean = around.iter().sum::<f64>() / n;
                    prop_assert!(above[[c, y, x]] == (f64::from(value) >= mean) || (f64::from(value) - mean).abs() < 1e-9);
                }
            }
        }
    }
}
