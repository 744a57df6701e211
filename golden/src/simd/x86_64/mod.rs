//! The x86-64 instruction sets of the [`sliced`](super::sliced) kernel: `avx2` and `avx512`.
//!
//! Neither needs a popcount: counts are added as bit planes. What AVX-512 adds to the wider registers is `vpternlogd`, any
//! function of three bits in one instruction, where AVX2 takes two to five.

use super::Backend;
#[cfg(target_arch = "x86_64")]
use super::popcount::Popcount;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub(super) use {avx2::Avx2, avx512::Avx512};

/// The positions of a lane of 16 bits whose bit `distance` is clear.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn low_bits(distance: u32) -> i16 {
    match distance {
        1 => 0x5555,
        2 => 0x3333,
        4 => 0x0f0f,
        _ => 0x00ff,
    }
}

/// Asks for memory in the first-level cache, a cache line at a time.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn prefetch(from: &[i16]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    for line in from.chunks(32) {
        // SAFETY: every x86-64 CPU has the instruction, and it is a hint that reads nothing the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

/// First instruction set of a backend that this CPU lacks.
#[cfg(target_arch = "x86_64")]
pub(super) fn missing_feature(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Avx2 => Avx2::missing_feature(),
        Backend::Avx512 => Avx512::missing_feature(),
        Backend::Avx512Popcount => Popcount::missing_feature(),
        Backend::Portable | Backend::Neon => None,
    }
}

/// Nothing is looked for on another architecture.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn missing_feature(_: Backend) -> Option<&'static str> {
    None
}
