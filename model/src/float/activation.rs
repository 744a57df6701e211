//! Activations in f32: `v < 0 => v * slope_c`.

use ndarray::Array3;

use super::FloatActivation;

impl FloatActivation {
    /// Slope of a channel.
    pub(crate) fn slope(&self, channel: usize) -> f32 {
        match self {
            FloatActivation::LeakyRelu(slope) => *slope,
            FloatActivation::Prelu(slopes) => slopes[channel],
        }
    }

    /// Applies it in place to `[c][y][x]`.
    pub(crate) fn apply(&self, values: &mut Array3<f32>) {
        for (channel, mut plane) in values.outer_iter_mut().enumerate() {
            let slope = self.slope(channel);
            plane.mapv_inplace(|v| if v < 0.0 { v * slope } else { v });
        }
    }
}
