//! Sign: `s = (x >= t_c)`, 64 channels to a word, the margin left at zero.

use super::{grid::Grid, totals::ByColumns};
use crate::Totals;

/// Writes the signs of a stream into a grid with `channels.div_ceil(64)` words a pixel.
pub(super) fn binarize(stream: &Grid<i32>, threshold: &[i32], signs: &mut Grid<u64>) {
    let (height, width) = stream.size();
    for y in 0..height {
        for x in 0..width {
            let words = stream.pixel(y, x).chunks(64).zip(threshold.chunks(64));
            for (sign, (values, threshold)) in signs.pixel_mut(y, x).iter_mut().zip(words) {
                *sign = word(values, threshold);
            }
        }
    }
}

/// At most 64 signs; channel `c` is bit `c`.
fn word(values: &[i32], threshold: &[i32]) -> u64 {
    let bits = values.iter().zip(threshold).map(|(value, threshold)| u64::from(value >= threshold));
    bits.enumerate().fold(0, |word, (c, bit)| word | bit << c)
}

/// `n * x - sum` over the `n` valid values around each value: a sum along the rows, then along the columns.
pub(super) fn above_local_mean(stream: &Grid<i32>, kernel: usize) -> Grid<i32> {
    let (height, width) = stream.size();
    let near = |at: usize, size: usize| at.saturating_sub(kernel / 2)..(at + kernel / 2 + 1).min(size);
    let mut along_rows = Grid::new(stream.depth(), stream.size(), 0);
    let mut above = along_rows.clone();
    for y in 0..height {
        for x in 0..width {
            let sums = along_rows.pixel_mut(y, x);
            near(x, width).for_each(|at| accumulate(sums, stream.pixel(y, at), 1));
        }
    }
    for y in 0..height {
        for x in 0..width {
            let (rows, columns) = (near(y, height), near(x, width));
            let values = above.pixel_mut(y, x);
            accumulate(values, stream.pixel(y, x), (rows.len() * columns.len()) as i32);
            rows.for_each(|at| accumulate(values, along_rows.pixel(at, x), -1));
        }
    }
    above
}

/// 0 where a value is at least the mean of its channel, -1 elsewhere: the quotient's ceiling is the threshold.
pub(super) fn above_mean(stream: &Grid<i32>, totals: &ByColumns<Totals>) -> Grid<i32> {
    let (height, width) = stream.size();
    let mut above = Grid::new(stream.depth(), stream.size(), 0);
    for x in 0..width {
        let Totals { n, sums } = totals.at(x).expect("every column has totals");
        let least: Vec<i64> = sums.iter().map(|&sum| -(-sum).div_euclid(*n)).collect();
        for y in 0..height {
            let values = above.pixel_mut(y, x).iter_mut().zip(stream.pixel(y, x)).zip(&least);
            values.for_each(|((above, &value), &least)| *above = if i64::from(value) >= least { 0 } else { -1 });
        }
    }
    above
}

/// `sums += factor * values`.
fn accumulate(sums: &mut [i32], values: &[i32], factor: i32) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += factor * value);
}
