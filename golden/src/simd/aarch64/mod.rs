//! The AArch64 backend: `neon`, an instruction set of the [`sliced`](super::sliced) kernel.
//!
//! Its registers are short, but a bit select (`bsl`) makes a full adder three operations.

use super::Backend;

#[cfg(target_arch = "aarch64")]
mod neon;

#[cfg(target_arch = "aarch64")]
pub(super) use neon::Neon;

/// First instruction set of a backend that this CPU lacks.
#[cfg(target_arch = "aarch64")]
pub(super) fn missing_feature(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Neon => Neon::missing_feature(),
        Backend::Portable | Backend::Avx2 | Backend::Avx512 | Backend::Avx512Popcount => None,
    }
}

/// Nothing is looked for on another architecture.
#[cfg(not(target_arch = "aarch64"))]
pub(super) fn missing_feature(_: Backend) -> Option<&'static str> {
    None
}
