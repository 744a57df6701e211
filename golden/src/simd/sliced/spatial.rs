//! Spatial factors of a block: a weighted sum of the channels of each pixel, a table of the sigmoid.

use bsr_model::integer::{SigmoidTable, SpatialFactor};

use crate::simd::portable::look_up;

/// The factor of a stage.
#[derive(Clone, Debug)]
pub(super) struct Spatial {
    factor: SpatialFactor,
    table: SigmoidTable,
}

impl Spatial {
    /// Lays a factor out.
    pub(super) fn new(factor: &SpatialFactor, table: &SigmoidTable) -> Self {
        Self { factor: factor.clone(), table: table.clone() }
    }

    /// The factors of a block's pixels, in units of `2^-16`, of its stream, `[channel][pixel]`. The sums fit 32 bits.
    pub(super) fn write(&self, stream: &[i16], factors: &mut [i32]) {
        factors.fill(self.factor.add);
        for (values, &weight) in stream.chunks_exact(factors.len()).zip(&self.factor.weight) {
            for (sum, &value) in factors.iter_mut().zip(values) {
                *sum += weight * i32::from(value);
            }
        }
        for factor in factors {
            // A factor has 16 bits.
            *factor = look_up(&self.table, i64::from(*factor), self.factor.shift) as i32;
        }
    }
}
