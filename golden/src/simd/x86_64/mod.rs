//! Room for the x86-64 backends, `avx2` and `avx512`. Neither is implemented yet; this file knows what they need.
//!
//! Their stream is HWC in `i16`, updated in place, and their signs are one `u64` a pixel and 64 channels on a padded grid,
//! as in [`portable`](super::portable), so that the taps of all backends are gathered by the same code. What differs is how
//! the differing bits are counted: `pshufb` nibble tables in `avx2`, `vpopcntq` in `avx512`.

use super::Backend;

/// First instruction set of a backend that this CPU lacks.
#[cfg(target_arch = "x86_64")]
pub(super) fn missing_feature(backend: Backend) -> Option<&'static str> {
    let needed: &[(&'static str, bool)] = match backend {
        Backend::Avx2 => &[("AVX2", is_x86_feature_detected!("avx2"))],
        Backend::Avx512 => &[
            ("AVX512F", is_x86_feature_detected!("avx512f")),
            ("AVX512BW", is_x86_feature_detected!("avx512bw")),
            ("AVX512VL", is_x86_feature_detected!("avx512vl")),
            ("AVX512VPOPCNTDQ", is_x86_feature_detected!("avx512vpopcntdq")),
        ],
        Backend::Portable | Backend::Neon => &[],
    };
    needed.iter().find(|(_, present)| !present).map(|&(feature, _)| feature)
}

/// Nothing is looked for on another architecture.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn missing_feature(_: Backend) -> Option<&'static str> {
    None
}
