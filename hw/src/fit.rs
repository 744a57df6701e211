//! The engine that a network asks for.

use crate::EngineConfig;
use bsr_model::integer::{BinaryConv, Formats, Streaming};

impl EngineConfig {
    /// The default engine with the sizes and constants of a network, and the parts that its stages have.
    pub fn fitting(network: &Streaming, formats: Formats) -> Self {
        let default = Self::default();
        let shifts = || network.stages().map(|stage| stage.shift);
        let usual = shifts().all(|shift| (default.affine_shift - 2..=default.affine_shift).contains(&shift));
        Self {
            channels: network.channels(),
            max_stages: network.stages.len(),
            stream_bits: formats.stream_bits,
            colours: network.head.weight.dim().1,
            scale: network.scale,
            affine_shift: if usual { default.affine_shift } else { shifts().max().unwrap_or(default.affine_shift) },
            activation: network.stages().find_map(BinaryConv::leaky_relu).unwrap_or(default.activation),
            branch: network.stages().any(|stage| stage.branch.is_some()),
            spatial: network.stages().any(|stage| stage.spatial.is_some()),
            pointwise: network.stages().any(|stage| stage.weight.kernel() == 1),
            upsampler: network.upsampler,
            ..default
        }
    }
}

/// The largest divisor of `whole` that is at most `most`; 1 where there is none.
pub fn largest_divisor(whole: usize, most: usize) -> usize {
    (1..=most).rev().find(|part| whole.is_multiple_of(*part)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_divisor_is_at_most_as_large_as_asked() {
        assert_eq!(largest_divisor(64, 32), 32);
        assert_eq!(largest_divisor(40, 32), 20);
        assert_eq!(largest_divisor(7, 4), 1);
    }
}
