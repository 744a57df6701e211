//! Full-precision convolution: `sum[o, y, x] = add_o + sum over i, ky, kx of w[o, i, ky, kx] * in[i, y + ky - r, x + kx - r]`.
//!
//! Cross-correlation, stride 1, odd square kernel of radius `r`. A padded tap has `in = 0`.

use bsr_model::integer::Conv;
use ndarray::{Array3, ArrayView3};

use crate::window::source;

/// The sums of a full-precision convolution before they are requantised, `[o][y][x]`.
///
/// `input` is `[i][y][x]` with as many channels as the weights have inputs.
pub fn sums(input: ArrayView3<i32>, conv: &Conv) -> Array3<i64> {
    let (_, height, width) = input.dim();
    let (outputs, inputs, kernel, _) = conv.weight.dim();
    Array3::from_shape_fn((outputs, height, width), |(o, y, x)| {
        let mut sum = i64::from(conv.add[o]);
        for i in 0..inputs {
            for ky in 0..kernel {
                for kx in 0..kernel {
                    if let (Some(sy), Some(sx)) = (source(y, ky, kernel, height), source(x, kx, kernel, width)) {
                        sum += i64::from(conv.weight[[o, i, ky, kx]]) * i64::from(input[[i, sy, sx]]);
                    }
                }
            }
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array4, s};
    use proptest::prelude::*;

    /// The same sums, written as a scatter onto a canvas that is padded with zeros.
    fn scattered(input: &Array3<i32>, conv: &Conv) -> Array3<i64> {
        let (inputs, height, width) = input.dim();
        let (outputs, _, kernel, _) = conv.weight.dim();
        let mut canvas = Array3::<i64>::zeros((outputs, height + kernel - 1, width + kernel - 1));
        for ((o, i, ky, kx), &w) in conv.weight.indexed_iter() {
            let mut corner = canvas.slice_mut(s![o, kernel - 1 - ky.., kernel - 1 - kx..]);
            for y in 0..height {
                for x in 0..width {
                    corner[[y, x]] += i64::from(w) * i64::from(input[[i, y, x]]);
                }
            }
        }
        assert_eq!(inputs, conv.weight.dim().1);
        let r = kernel / 2;
        let inside = canvas.slice(s![.., r..r + height, r..r + width]);
        Array3::from_shape_fn(inside.dim(), |(o, y, x)| inside[[o, y, x]] + i64::from(conv.add[o]))
    }

    prop_compose! {
        fn case()(outputs in 1usize..4, inputs in 1usize..4, half in 0usize..3, height in 1usize..6, width in 1usize..6)
            (weight in prop::collection::vec(-32768i32..=32767, outputs * inputs * (2 * half + 1).pow(2)),
             input in prop::collection::vec(-70_000i32..=70_000, inputs * height * width),
             add in prop::collection::vec(any::<i32>(), outputs),
             shape in Just(((outputs, inputs, 2 * half + 1, 2 * half + 1), (inputs, height, width))))
            -> (Array3<i32>, Conv) {
            let weight = Array4::from_shape_vec(shape.0, weight).unwrap();
            (Array3::from_shape_vec(shape.1, input).unwrap(), Conv { name: "conv".into(), weight, add, shift: 1, activation: None })
        }
    }

    proptest! {
        /// Oracle: each input pixel scattered onto the outputs that it reaches.
        #[test]
        fn gathering_equals_scattering((input, conv) in case()) {
            prop_assert_eq!(sums(input.view(), &conv), scattered(&input, &conv));
        }
    }
}
