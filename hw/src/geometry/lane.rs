//! The lanes: the widths of their arithmetic, and the cycles that it takes.

use super::{BRANCH_SLOPE_BITS, Geometry, MUL_BITS, MULTIPLIER_CYCLES};
use crate::blocks::Popcount;
use crate::engine::spatial_way;
use crate::rtl::value_bits;

impl Geometry {
    /// Cycles by which a slot reads its stream after its signs: the skip add needs it no earlier.
    pub fn stream_lag(&self) -> usize {
        self.factor_lag() + self.factor_cycles() + self.branch_cycles()
    }

    /// The same of the factors of its pixels.
    pub fn factor_lag(&self) -> usize {
        4 + self.popcount_stages
    }

    /// Cycles from the slot that reads a word to the cycle that writes its result.
    pub fn write_back(&self) -> usize {
        8 + self.stream_lag()
    }

    /// `D`: cycles from the slot that reads a word to the first slot that may read its result, and the factors that the
    /// result makes.
    pub fn latency(&self) -> usize {
        let result = self.write_back() + 1;
        if self.spatial { result.max(self.write_back() + spatial_way(self) - self.factor_lag()) } else { result }
    }

    /// The popcount of a window.
    pub fn popcount(&self) -> Popcount {
        Popcount::new(9, self.channels, self.popcount_stages)
    }

    /// Bits of an agreement count, `0..=K`.
    pub fn agree_bits(&self) -> usize {
        value_bits(self.taps)
    }

    /// Bits of the sum of one tap's weights over the channels, two's complement.
    pub fn tap_sum_bits(&self) -> usize {
        value_bits(self.channels + 2) + 1
    }

    /// Bits of a border correction, two's complement.
    pub fn correction_bits(&self) -> usize {
        value_bits(9 * (self.channels + 2)) + 1
    }

    /// Bits of `2 * agree + correction`, two's complement.
    pub fn dot_bits(&self) -> usize {
        self.agree_bits().max(self.correction_bits()) + 2
    }

    /// Bits `p` that hold a product of the affine, and a stream value shifted up to it.
    fn affine_bits(&self) -> usize {
        (MUL_BITS + self.dot_bits()).max(self.stream_bits + self.affine_shift)
    }

    /// Bits of an affine addend, with the rounding half, the tap count and the shift folded in.
    pub fn addend_bits(&self) -> usize {
        self.affine_bits() + 2
    }

    /// The largest magnitude of an addend, `2^(p+1) - 2^(p-1)`. With it or beyond, whatever the product, the sum is at
    /// least `2^p` from 0 and the stream saturates: a larger one is loaded as this one. No sum leaves the addend's bits.
    pub fn addend_limit(&self) -> i64 {
        let p = self.affine_bits();
        (1 << (p + 1)) - (1 << (p - 1))
    }

    /// Bits of what the affine gives, after its shift.
    pub fn affine_value_bits(&self) -> usize {
        self.addend_bits() - self.affine_shift
    }

    /// Cycles of a branch, between the affine and the skip.
    pub fn branch_cycles(&self) -> usize {
        if self.branch { MULTIPLIER_CYCLES } else { 0 }
    }

    /// Cycles of a spatial factor, before the branch.
    pub fn factor_cycles(&self) -> usize {
        if self.spatial { MULTIPLIER_CYCLES } else { 0 }
    }

    /// Bits of a branch's addend, with the rounding half and the shift folded in, and of the sum with it.
    pub fn branch_addend_bits(&self) -> usize {
        BRANCH_SLOPE_BITS + self.affine_value_bits() + 1
    }

    /// The largest magnitude of a branch's addend. With it, whatever the product, the stream saturates, as with the affine's:
    /// a larger one is loaded as this one.
    pub fn branch_addend_limit(&self) -> i64 {
        let p = BRANCH_SLOPE_BITS + self.affine_value_bits() - 2;
        (1 << (p + 2)) - (1 << p)
    }

    /// Bits of a threshold, which may lie one past either end of the stream's range.
    pub fn threshold_bits(&self) -> usize {
        self.stream_bits + 1
    }

    /// Bits of what a stage adds to its dot: the stream, with an upsampler also its sum with the head's output.
    pub fn skip_bits(&self) -> usize {
        self.stream_bits + usize::from(self.upsampler)
    }
}

/// Non-adjacent form of a positive slope, lowest digit first.
pub(super) fn signed_digits(slope: i32) -> Vec<(usize, bool)> {
    let mut digits = vec![];
    let (mut rest, mut place) = (i64::from(slope), 0);
    while rest != 0 {
        if rest & 1 != 0 {
            let digit = 2 - (rest & 3);
            digits.push((place, digit < 0));
            rest -= digit;
        }
        rest >>= 1;
        place += 1;
    }
    digits
}
