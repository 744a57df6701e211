//! Arrays that are loaded as registers, and the order in which 32-bit halves of 16-bit lanes stand.
//!
//! `unpacklo` and `unpackhi` take lanes `8 i + 0..4` and `8 i + 4..8`; `packs` puts them together again.

use std::arch::x86_64::*;

use super::LANES;

/// A register in memory, a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Line<T>(pub(super) T);

/// A register of 16-bit lanes.
pub(super) type Lanes16 = Line<[i16; LANES]>;
/// A register of 32-bit lanes.
pub(super) type Lanes32 = Line<[i32; LANES / 2]>;
/// 32 bits for each of 32 channels, low half first.
pub(super) type Halves = [Lanes32; 2];

/// 32 bits for each of 32 channels, in the order of the two halves.
pub(super) fn halves(of: impl Fn(usize) -> i32) -> Halves {
    std::array::from_fn(|half| Line(std::array::from_fn(|lane| of(8 * (lane / 4) + 4 * half + lane % 4))))
}

/// Two numbers of 16 bits side by side.
pub(super) fn pair(low: i16, high: i16) -> i32 {
    i32::from(low.cast_unsigned()) | i32::from(high) << 16
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load16(from: &Lanes16) -> __m512i {
    // SAFETY: the array has the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(from.0.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load32(from: &Lanes32) -> __m512i {
    // SAFETY: the array has the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(from.0.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn store16(register: __m512i, to: &mut Lanes16) {
    // SAFETY: the array has the 64 bytes that are written.
    unsafe { _mm512_storeu_si512(to.0.as_mut_ptr().cast(), register) }
}

/// Both halves shifted to the right, in 16 bits, saturated to `min ..= max`.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
pub(super) fn narrow([low, high]: [__m512i; 2], shift: __m128i, min: __m512i, max: __m512i) -> __m512i {
    let v = _mm512_packs_epi32(_mm512_sra_epi32(low, shift), _mm512_sra_epi32(high, shift));
    _mm512_min_epi16(_mm512_max_epi16(v, min), max)
}
