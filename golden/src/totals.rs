//! Totals: the sum of each channel and the number of its values, of which averages are made.
//!
//! `gap_c = floor((2 * sum_c + n) / (2n))`, the mean to the nearest integer, halves upwards. The totals are those of the whole
//! picture, of a strip of its columns, or of the frame before, whose sums are 0 and `n` is 1 where there was none.

use std::{collections::BTreeMap, ops::Range};

use bsr_model::integer::Gap;
use ndarray::{ArrayView3, Axis, s};

/// Sums over the pixels of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Pixels.
    pub n: i64,
    /// One sum a channel.
    pub sums: Vec<i64>,
}

/// What a network keeps between the frames of a video: totals of the layers that read those of the frame before, by the
/// position of the layer. Empty before the first frame.
pub type Memory = BTreeMap<usize, Totals>;

impl Totals {
    /// Of a map `[c][y][x]` with at least one pixel.
    pub fn of(map: ArrayView3<i32>) -> Self {
        let (_, height, width) = map.dim();
        let sum = |plane: ndarray::ArrayView2<i32>| plane.iter().map(|&v| i64::from(v)).sum();
        let n = i64::try_from(height * width).expect("a picture has fewer than 2^63 pixels");
        Self { n, sums: map.axis_iter(Axis(0)).map(sum).collect() }
    }

    /// Where there was no frame before.
    pub fn none(channels: usize) -> Self {
        Self { n: 1, sums: vec![0; channels] }
    }

    /// The mean of each channel.
    pub fn means(&self) -> Vec<i32> {
        let mean = |sum: &i64| i32::try_from((2 * sum + self.n).div_euclid(2 * self.n));
        self.sums.iter().map(|sum| mean(sum).expect("a mean lies between the values")).collect()
    }
}

/// Columns of a map `[c][y][x]` with the totals that hold for them, from left to right; `before` are the totals of the frame
/// before.
pub fn totals(map: ArrayView3<i32>, gap: Gap, before: Option<&Totals>) -> Vec<(Range<usize>, Totals)> {
    let (channels, _, width) = map.dim();
    let of = |columns: Range<usize>| match (gap, before) {
        (Gap::Picture | Gap::Strip(_), _) => Totals::of(map.slice(s![.., .., columns])),
        (Gap::PreviousFrame, Some(before)) => before.clone(),
        (Gap::PreviousFrame, None) => Totals::none(channels),
    };
    gap.strips(width).map(|columns| (columns.clone(), of(columns))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn means_round_to_the_nearest_with_halves_upwards() {
        assert_eq!(Totals::of(arr3(&[[[1, 2]], [[-1, -2]], [[-3, -5]]]).view()).means(), [2, -1, -4]);
    }

    #[test]
    fn a_strip_has_totals_of_its_own_and_a_first_frame_has_none() {
        let map = arr3(&[[[1, 2, 7], [3, 4, 9]]]);
        let found = |gap, before: Option<&Totals>| totals(map.view(), gap, before);
        let of = |n, sum| Totals { n, sums: vec![sum] };
        assert_eq!(found(Gap::Strip(2), None), [(0..2, of(4, 10)), (2..3, of(2, 16))]);
        assert_eq!(found(Gap::Picture, None), [(0..3, of(6, 26))]);
        assert_eq!(found(Gap::PreviousFrame, None), [(0..3, of(1, 0))]);
        assert_eq!(found(Gap::PreviousFrame, Some(&of(8, 80))), [(0..3, of(8, 80))]);
    }
}
