//! The next stage's signs, `s = (x >= t_c)`, a bit a channel.
//!
//! Lanes are compared by `x > t - 1`, for which every threshold has a value but one: where `t - 1` is below 16 bits the sign is
//! always 1.

use std::arch::x86_64::*;

use super::{
    CHANNELS, GROUPS, LANES,
    lanes::{Lanes16, Line, load16},
};

/// Thresholds of a stage.
#[derive(Clone, Debug)]
pub(super) struct Thresholds {
    /// `t - 1`, as far as it fits.
    below: [Lanes16; GROUPS],
    /// The channels whose sign is always 1.
    always: [u32; GROUPS],
}

impl Thresholds {
    /// Lays thresholds of at most 16 stream bits out.
    pub(super) fn new(thresholds: &[i32]) -> Self {
        debug_assert_eq!(thresholds.len(), CHANNELS);
        let below = |channel: usize| i16::try_from(thresholds[channel] - 1);
        let always = |g: usize| (0..LANES).fold(0, |bits, c| bits | u32::from(below(LANES * g + c).is_err()) << c);
        Self {
            below: std::array::from_fn(|g| Line(std::array::from_fn(|c| below(LANES * g + c).unwrap_or(i16::MIN)))),
            always: std::array::from_fn(always),
        }
    }

    /// Loads the thresholds of a group of channels.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn group(&self, g: usize) -> Group {
        Group { below: load16(&self.below[g]), always: self.always[g] }
    }
}

/// Thresholds of a group of channels, in registers.
#[derive(Clone, Copy)]
pub(super) struct Group {
    below: __m512i,
    always: u32,
}

impl Group {
    /// The channels' signs.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn signs(&self, values: __m512i) -> i32 {
        (_mm512_cmpgt_epi16_mask(values, self.below) | self.always).cast_signed()
    }
}
