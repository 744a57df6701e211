//! Pixel shuffle: `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]` (Shi et al., ESPCN, 2016, section 3.2).

use ndarray::{Array3, ArrayView3};

/// `[c*s*s][y][x]` into `[c][y*s][x*s]`; the channels are a multiple of `scale^2`.
pub fn pixel_shuffle<T: Copy + Default>(input: ArrayView3<T>, scale: usize) -> Array3<T> {
    let (channels, height, width) = input.dim();
    let mut out = Array3::default((channels / (scale * scale), height * scale, width * scale));
    for c in 0..channels / (scale * scale) {
        for y in 0..height {
            for x in 0..width {
                for i in 0..scale {
                    for j in 0..scale {
                        out[[c, y * scale + i, x * scale + j]] = input[[c * scale * scale + i * scale + j, y, x]];
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: reshape to `[c][i][j][y][x]`, permute to `[c][y][i][x][j]`, reshape.
        #[test]
        fn shuffling_is_a_permutation_of_axes(scale in 1usize..=4, channels in 1usize..4, height in 1usize..5, width in 1usize..5) {
            let depth = channels * scale * scale;
            let bytes: Vec<u8> = (0..depth * height * width).map(|i| (i * 37 % 251) as u8).collect();
            let input = Array3::from_shape_vec((depth, height, width), bytes).unwrap();
            let split = input.to_shape((channels, scale, scale, height * width)).unwrap().into_owned();
            let split = split.into_shape_with_order(vec![channels, scale, scale, height, width]).unwrap();
            let permuted = split.permuted_axes(vec![0, 3, 1, 4, 2]).as_standard_layout().into_owned();
            let expected = permuted.into_shape_with_order((channels, height * scale, width * scale)).unwrap();
            prop_assert_eq!(pixel_shuffle(input.view(), scale), expected);
        }
    }
}
