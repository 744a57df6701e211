//! Sign: `s = (x >= t_c)`, 64 channels to a word, the margin left at zero.

use super::grid::Grid;

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
