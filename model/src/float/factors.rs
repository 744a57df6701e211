//! Factors of a stage's scaled dot product: sigmoids of what the stage reads.

use ndarray::{Array2, Array3, ArrayView3, ArrayViewMut3, Axis, Zip, s};

use super::FloatFactor;
use crate::integer::Gap;

impl FloatFactor {
    /// Multiplies each pixel by `sigmoid(sum_c w_c * x_c + bias)`.
    pub(super) fn apply_to_pixels(&self, x: ArrayView3<f32>, values: &mut Array3<f32>) {
        let (_, height, width) = x.dim();
        let mut sums = Array2::from_elem((height, width), self.bias);
        Zip::from(x.outer_iter()).and(&self.weight).for_each(|plane, &w| sums.scaled_add(w, &plane));
        let factors = sums.mapv(sigmoid);
        values.outer_iter_mut().for_each(|mut plane| plane *= &factors);
    }

    /// Multiplies each channel by `sigmoid(sum_j w_j * mean(x)_(c+j-2) + bias)`.
    ///
    /// The frame before is taken to be the same picture.
    pub(super) fn apply_to_channels(&self, x: ArrayView3<f32>, gap: Gap, values: &mut Array3<f32>) {
        for strip in gap.strips(x.dim().2) {
            let means = means(x.slice(s![.., .., strip.clone()]));
            self.apply_means(&means, values.slice_mut(s![.., .., strip]));
        }
    }

    fn apply_means(&self, means: &[f32], mut values: ArrayViewMut3<f32>) {
        let half = self.weight.len() / 2;
        for (channel, mut plane) in values.outer_iter_mut().enumerate() {
            let tap = |(j, w): (usize, &f32)| {
                let read = (channel + j).checked_sub(half).and_then(|at| means.get(at));
                w * read.copied().unwrap_or(0.0)
            };
            plane *= sigmoid(self.weight.iter().enumerate().map(tap).sum::<f32>() + self.bias);
        }
    }
}

/// The mean of each channel.
pub(super) fn means(x: ArrayView3<f32>) -> Vec<f32> {
    x.axis_iter(Axis(0)).map(|plane| plane.mean().unwrap_or(0.0)).collect()
}

pub(super) fn sigmoid(v: f32) -> f32 {
    1.0 / (1.0 + (-v).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr3;

    #[test]
    fn a_pixel_is_scaled_by_the_sigmoid_of_its_own_channels() {
        let factor = FloatFactor { weight: vec![1.0, -2.0], bias: 0.5 };
        let mut values = arr3(&[[[8.0, 8.0]]]);
        factor.apply_to_pixels(arr3(&[[[1.5, 0.0]], [[1.0, -100.0]]]).view(), &mut values);
        assert_eq!(values, arr3(&[[[4.0, 8.0]]]));
    }

    #[test]
    fn a_channel_is_scaled_by_the_means_of_its_neighbours() {
        let factor = FloatFactor { weight: vec![0.0, 100.0, 0.0, -100.0, 0.0], bias: 0.0 };
        let mut values = Array3::ones((3, 1, 2));
        // Means 1, 2, 3: channel 0 reads -2, channel 1 reads 1 - 3, channel 2 reads 2.
        factor.apply_to_channels(arr3(&[[[0.0, 2.0]], [[2.0, 2.0]], [[3.0, 3.0]]]).view(), Gap::Picture, &mut values);
        assert_eq!(values, arr3(&[[[0.0, 0.0]], [[0.0, 0.0]], [[1.0, 1.0]]]));
    }
}
