//! Spatial factor of a pixel: a weighted sum of its channels, a table of the sigmoid.

use std::arch::x86_64::*;

use bsr_model::integer::{SigmoidTable, SpatialFactor};

use super::{
    GROUPS, LANES,
    lanes::{Lanes16, Line, load16},
    map::Pixel,
};
use crate::simd::portable::look_up;

/// The factor of a stage.
#[derive(Clone, Debug)]
pub(super) struct Spatial {
    weight: [Lanes16; GROUPS],
    add: i32,
    shift: u32,
    table: SigmoidTable,
}

impl Spatial {
    /// Lays a factor of 64 channels out.
    pub(super) fn new(factor: &SpatialFactor, table: &SigmoidTable) -> Self {
        // Weights have 16 bits.
        let weight = |g| Line(std::array::from_fn(|c| factor.weight[LANES * g + c] as i16));
        Self { weight: std::array::from_fn(weight), add: factor.add, shift: factor.shift, table: table.clone() }
    }

    /// The factor of a pixel, in units of `2^-16`; its sum fits 32 bits.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn of(&self, x: &Pixel) -> i32 {
        let [low, high] = [0, 1].map(|g: usize| _mm512_madd_epi16(load16(&x[g]), load16(&self.weight[g])));
        let sum = _mm512_reduce_add_epi32(_mm512_add_epi32(low, high)) + self.add;
        // A factor has 16 bits.
        look_up(&self.table, sum.into(), self.shift) as i32
    }
}
