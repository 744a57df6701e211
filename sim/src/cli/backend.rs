//! The SIMD backend of a command.

use bsr_golden::simd::{Backend, BackendError};

use super::failure::Failure;

/// The backend of this name, or the fastest one; one that this machine cannot run is refused.
pub(crate) fn choose(name: Option<&str>) -> Result<Backend, Failure> {
    name.map_or_else(|| Ok(Backend::detect()), Backend::by_name).map_err(refused)
}

fn refused(error: BackendError) -> Failure {
    let names: Vec<_> = Backend::available().into_iter().map(Backend::name).collect();
    Failure::new(error, Some(format!("this machine runs {}; the last one is chosen without --simd", names.join(", "))))
}
