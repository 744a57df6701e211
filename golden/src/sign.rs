//! Sign: `s = (x >= t_c)`, one bit a stream value, 1 is +1.
//!
//! `t_c` is in `[-2^(b-1), 2^(b-1)]`: the lower end gives always +1, the upper end never.

use bitvec::{order::Lsb0, slice::BitSlice, view::BitView};
use ndarray::ArrayView3;

/// One bit for each channel of each pixel.
///
/// Channel `c` of a pixel is bit `c % 64` of its word `c / 64`, as in the weights; unused bits are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signs {
    channels: usize,
    height: usize,
    width: usize,
    words: Vec<u64>,
}

/// Signs of a stream `[c][y][x]`, with one threshold a channel.
pub fn sign(stream: ArrayView3<i32>, threshold: &[i32]) -> Signs {
    let (channels, height, width) = stream.dim();
    let stride = channels.div_ceil(64);
    let mut words = vec![0; height * width * stride];
    for ((c, y, x), &value) in stream.indexed_iter() {
        if value >= threshold[c] {
            words[(y * width + x) * stride + c / 64] |= 1 << (c % 64);
        }
    }
    Signs { channels, height, width, words }
}

impl Signs {
    /// `(channels, height, width)`.
    pub fn dim(&self) -> (usize, usize, usize) {
        (self.channels, self.height, self.width)
    }

    /// The words of one pixel, `channels.div_ceil(64)` of them.
    pub fn pixel_words(&self, y: usize, x: usize) -> &[u64] {
        let stride = self.channels.div_ceil(64);
        let pixel = y * self.width + x;
        &self.words[pixel * stride..(pixel + 1) * stride]
    }

    /// The bits of one pixel, one a channel.
    pub fn pixel(&self, y: usize, x: usize) -> &BitSlice<u64, Lsb0> {
        &self.pixel_words(y, x).view_bits::<Lsb0>()[..self.channels]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, arr3};
    use proptest::prelude::*;

    #[test]
    fn the_sign_of_zero_is_positive() {
        let signs = sign(arr3(&[[[0, -1]]]).view(), &[0]);
        assert!(signs.pixel(0, 0)[0] && !signs.pixel(0, 1)[0]);
    }

    #[test]
    fn the_ends_of_the_threshold_range_mean_always_and_never() {
        let extremes = arr3(&[[[-8, 7]], [[-8, 7]]]);
        let signs = sign(extremes.view(), &[-8, 8]);
        for x in 0..2 {
            assert!(signs.pixel(0, x)[0] && !signs.pixel(0, x)[1]);
        }
    }

    proptest! {
        /// Oracle: the sign bit of the difference, read through `bitvec`.
        #[test]
        fn a_bit_is_set_unless_the_difference_is_negative(
            channels in 1usize..140, values in prop::collection::vec(-100i32..100, 280), threshold in prop::collection::vec(-100i32..=100, 140),
        ) {
            let stream = Array3::from_shape_fn((channels, 2, 1), |(c, y, _)| values[2 * c + y]);
            let signs = sign(stream.view(), &threshold);
            for y in 0..2 {
                let expected: Vec<bool> = (0..channels).map(|c| !(values[2 * c + y] - threshold[c]).is_negative()).collect();
                prop_assert_eq!(signs.pixel(y, 0).iter().by_vals().collect::<Vec<_>>(), expected);
                let set: u32 = signs.pixel_words(y, 0).iter().map(|word| word.count_ones()).sum();
                prop_assert_eq!(set as usize, signs.pixel(y, 0).count_ones(), "an unused bit is set");
            }
        }
    }
}
