//! Dot: the sum over the valid taps of `(+-1)(+-1)`.
//!
//! `dot(a, w) = sum a_i w_i = 2 * #{i : a_i = w_i} - n`. A tap outside the image adds 0, so that `n` depends on the border:
//! a 3x3 window has 9, 6 or 4 valid taps, and 3, 2 or 1 where the image is one pixel high or wide. Top, bottom, left and right
//! are missing independently: 16 border classes.

use std::ops::AddAssign;

use bsr_model::integer::SignWeights;
use ndarray::Array3;

use crate::{sign::Signs, window::source};

/// How many pairs of signs agree. Not yet a dot: see [`Agree::dot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agree(u32);

/// A sum of products of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dot(i32);

impl Agree {
    /// The dot of `len` pairs of signs of which these agree: `2 * agree - len`.
    pub fn dot(self, len: usize) -> Dot {
        let len = i32::try_from(len).expect("a pixel has fewer than 2^31 channels");
        Dot(2 * self.0.cast_signed() - len)
    }
}

impl Dot {
    /// The sum as an integer.
    pub fn value(self) -> i32 {
        self.0
    }
}

impl From<i32> for Dot {
    fn from(sum: i32) -> Self {
        Self(sum)
    }
}

impl AddAssign for Dot {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// Number of equal bits among the first `len`.
///
/// Bits at and above `len` in the last word are ignored, whatever they hold. Both slices have `len.div_ceil(64)` words.
pub fn agree(a: &[u64], w: &[u64], len: usize) -> Agree {
    let mut count = 0;
    for (i, (a, w)) in a.iter().zip(w).enumerate() {
        let used = (len - 64 * i).min(64);
        count += (!(a ^ w) & (!0 >> (64 - used))).count_ones();
    }
    Agree(count)
}

/// Signed dot product of two +-1 vectors packed as bits (1 is +1).
///
/// `dot(a, w) = sum a_i w_i = 2 * #{i : a_i = w_i} - n`
/// Bits at and above `len` in the last word are ignored, whatever they hold.
pub fn dot(a: &[u64], w: &[u64], len: usize) -> Dot {
    agree(a, w, len).dot(len)
}

/// The dots of a binary convolution, `[o][y][x]`: the dot of each pixel's window, over its valid taps.
///
/// `signs` has as many channels as the weights have inputs.
pub fn dots(signs: &Signs, weight: &SignWeights) -> Array3<Dot> {
    let (channels, height, width) = signs.dim();
    let kernel = weight.kernel();
    Array3::from_shape_fn((weight.out_channels(), height, width), |(o, y, x)| {
        let mut sum = Dot::default();
        for ky in 0..kernel {
            for kx in 0..kernel {
                if let (Some(sy), Some(sx)) = (source(y, ky, kernel, height), source(x, kx, kernel, width)) {
                    sum += dot(signs.pixel_words(sy, sx), weight.tap_words(o, ky, kx), channels);
                }
            }
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::sign;
    use ndarray::Array3;
    use proptest::prelude::*;

    fn element(words: &[u64], i: usize) -> i32 {
        if words[i / 64] >> (i % 64) & 1 == 1 { 1 } else { -1 }
    }

    proptest! {
        /// Oracle: one product an element, for every length at once, with garbage above it.
        #[test]
        fn dot_is_the_sum_of_products_whatever_the_unused_bits_hold(a: [u64; 4], w: [u64; 4]) {
            for len in 0..=200usize {
                let words = len.div_ceil(64);
                let expected: i32 = (0..len).map(|i| element(&a, i) * element(&w, i)).sum();
                prop_assert_eq!(dot(&a[..words], &w[..words], len).value(), expected, "len {}", len);
            }
        }

        /// Oracle: a convolution of +1, -1 and, outside the image, 0.
        #[test]
        fn a_padded_tap_adds_zero(
            channels in 1usize..70, height in 1usize..5, width in 1usize..5, kernel in prop::sample::select(vec![1usize, 3, 5]), seed: u64,
        ) {
            let random = |i: usize| (seed.wrapping_add(i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 37) & 1 == 1;
            let stream = Array3::from_shape_fn((channels, height, width), |(c, y, x)| i32::from(random((c * 5 + y) * 5 + x)) * 2 - 1);
            let weight = SignWeights::from_fn(2, channels, kernel, |o, i, ky, kx| random(9999 + ((o * 70 + i) * 5 + ky) * 5 + kx));
            let r = kernel / 2;
            let mut padded = Array3::<i32>::zeros((channels, height + 2 * r, width + 2 * r));
            padded.slice_mut(ndarray::s![.., r..r + height, r..r + width]).assign(&stream);
            let expected = Array3::from_shape_fn((2, height, width), |(o, y, x)| {
                let window = padded.slice(ndarray::s![.., y..y + kernel, x..x + kernel]);
                let products = window.indexed_iter().map(|((i, ky, kx), &s)| if weight.is_positive(o, i, ky, kx) { s } else { -s });
                Dot::from(products.sum::<i32>())
            });
            prop_assert_eq!(dots(&sign(stream.view(), &vec![0; channels]), &weight), expected);
        }
    }

    #[test]
    fn the_sixteen_border_classes_of_equal_signs_count_the_valid_taps() {
        let weight = SignWeights::from_fn(1, 1, 3, |_, _, _, _| true);
        let taps = |height, width, y, x| {
            let signs = sign(Array3::zeros((1, height, width)).view(), &[0]);
            dots(&signs, &weight)[[0, y, x]].value()
        };
        // An axis is cut at its start, nowhere, at its end, or at both ends.
        let axis = [(3, 0, 2), (3, 1, 3), (3, 2, 2), (1, 0, 1)];
        for (height, y, rows) in axis {
            for (width, x, columns) in axis {
                assert_eq!(taps(height, width, y, x), rows * columns, "pixel {y},{x} of {height}x{width}");
            }
        }
    }
}
