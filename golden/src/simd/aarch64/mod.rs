//! Room for the AArch64 backend, `neon`. It is not implemented yet; this file knows what it needs.
//!
//! Its layout is that of [`portable`](super::portable); the differing bits are counted by `cnt` on bytes and added by
//! `uadalp`.

use super::Backend;

/// First instruction set of a backend that this CPU lacks.
#[cfg(target_arch = "aarch64")]
pub(super) fn missing_feature(backend: Backend) -> Option<&'static str> {
    (backend == Backend::Neon && !std::arch::is_aarch64_feature_detected!("neon")).then_some("NEON")
}

/// Nothing is looked for on another architecture.
#[cfg(not(target_arch = "aarch64"))]
pub(super) fn missing_feature(_: Backend) -> Option<&'static str> {
    None
}
