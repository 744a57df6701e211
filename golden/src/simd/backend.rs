//! Which implementation runs: chosen once, by name or by what the CPU has.

use std::{fmt, sync::OnceLock};

use super::{aarch64, x86_64};

/// An implementation of the integer network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// Words of `u64` in safe Rust; runs everywhere.
    Portable,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 (F and BW).
    Avx512,
    /// x86-64 with AVX-512 (F, BW, VPOPCNTDQ and VNNI).
    Avx512Popcount,
    /// AArch64 with NEON.
    Neon,
}

/// Why a backend does not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// No backend has this name.
    #[error("there is no backend `{name}`; the names are portable, avx2, avx512, avx512-popcount, neon")]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The backend is for another architecture than this program was built for.
    #[error("backend `{backend}` is for {architecture}, this program is for {}", std::env::consts::ARCH)]
    OtherArchitecture {
        /// The backend.
        backend: Backend,
        /// Its architecture.
        architecture: &'static str,
    },
    /// The CPU lacks an instruction set.
    #[error("backend `{backend}` needs the instruction set {feature}, which this CPU does not have")]
    MissingFeature {
        /// The backend.
        backend: Backend,
        /// First instruction set that is missing.
        feature: &'static str,
    },
}

impl Backend {
    /// Every backend, the slowest first.
    pub const ALL: [Self; 5] = [Self::Portable, Self::Neon, Self::Avx2, Self::Avx512, Self::Avx512Popcount];

    /// The name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Avx512Popcount => "avx512-popcount",
            Self::Neon => "neon",
        }
    }

    /// The backend of this name.
    ///
    /// # Errors
    /// [`BackendError`]: the name is unknown, or the backend does not run here (and then why).
    pub fn by_name(name: &str) -> Result<Self, BackendError> {
        let backend = Self::ALL.into_iter().find(|backend| backend.name() == name);
        let backend = backend.ok_or_else(|| BackendError::Unknown { name: name.to_owned() })?;
        backend.check().map(|()| backend)
    }

    /// The backends that run here, the slowest first; `Portable` is always there.
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|backend| backend.check().is_ok()).collect()
    }

    /// The fastest backend that runs here; the CPU is asked once.
    pub fn detect() -> Self {
        static FASTEST: OnceLock<Backend> = OnceLock::new();
        *FASTEST.get_or_init(|| Self::available().pop().unwrap_or(Self::Portable))
    }

    /// Whether the backend runs here.
    ///
    /// # Errors
    /// The first reason why it does not: architecture, then CPU.
    pub fn check(self) -> Result<(), BackendError> {
        let (architecture, missing) = match self {
            Self::Portable => return Ok(()),
            Self::Avx2 | Self::Avx512 | Self::Avx512Popcount => ("x86_64", x86_64::missing_feature(self)),
            Self::Neon => ("aarch64", aarch64::missing_feature(self)),
        };
        if architecture != std::env::consts::ARCH {
            return Err(BackendError::OtherArchitecture { backend: self, architecture });
        }
        match missing {
            Some(feature) => Err(BackendError::MissingFeature { backend: self, feature }),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_not_the_error_of_a_backend_that_does_not_run() {
        assert_eq!(Backend::by_name("avx1024"), Err(BackendError::Unknown { name: "avx1024".into() }));
        for backend in Backend::ALL {
            match Backend::by_name(backend.name()) {
                Ok(found) => assert_eq!(found, backend),
                Err(error) => assert_eq!(Err(error), backend.check()),
            }
        }
    }

    #[test]
    fn a_backend_of_another_architecture_says_so() {
        let foreign = if cfg!(target_arch = "aarch64") { Backend::Avx2 } else { Backend::Neon };
        assert!(matches!(foreign.check(), Err(BackendError::OtherArchitecture { backend, .. }) if backend == foreign));
    }

    #[test]
    fn the_detected_backend_is_available_by_its_name() {
        let detected = Backend::detect();
        assert!(Backend::available().contains(&detected));
        assert_eq!(Backend::by_name(detected.name()), Ok(detected));
        assert_eq!(Backend::by_name("portable"), Ok(Backend::Portable));
    }
}
