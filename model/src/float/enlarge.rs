//! A picture enlarged by a separable filter, clamped to what a pixel can be.

use ndarray::{Array3, ArrayView3};

use crate::integer::{Filter, mirrored};

/// `[c][y][x]` in grey levels to `[c][y * scale][x * scale]`, mirrored at the borders.
pub(super) fn enlarge(picture: ArrayView3<f32>, filter: Filter, scale: usize) -> Array3<f32> {
    let (channels, height, width) = picture.dim();
    let weights: Vec<[f64; 5]> = (0..scale).map(|phase| filter.weights(phase, scale)).collect();
    let read = |at: usize, tap: usize, size: usize| mirrored((at / scale + tap) as isize - 2, size);
    let rows = Array3::from_shape_fn((channels, height * scale, width), |(c, y, x)| {
        (0..5).map(|tap| weights[y % scale][tap] * f64::from(picture[[c, read(y, tap, height), x]])).sum::<f64>()
    });
    Array3::from_shape_fn((channels, height * scale, width * scale), |(c, y, x)| {
        let sum: f64 = (0..5).map(|tap| weights[x % scale][tap] * rows[[c, y, read(x, tap, width)]]).sum();
        sum.clamp(0.0, 255.0) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Resize, imresize};
    use ndarray::Axis;

    #[test]
    fn the_bicubic_filter_is_that_of_imresize() {
        for scale in 2..=4 {
            let picture = Array3::from_shape_fn((1, 5, 4), |(_, y, x)| ((y * 37 + x * 61) % 200) as f32 + 20.0);
            let expected = imresize(picture.index_axis(Axis(0), 0).mapv(f64::from).view(), Resize::Up(scale));
            for ((_, y, x), &value) in enlarge(picture.view(), Filter::Bicubic, scale).indexed_iter() {
                assert!((f64::from(value) - expected[[y, x]].clamp(0.0, 255.0)).abs() < 1e-3, "{y},{x} at {scale}");
            }
        }
    }
}
