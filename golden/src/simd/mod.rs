//! The integer network at speed, equal to the specification at every tap.
//!
//! A [`Backend`] is chosen once, a network is [`Prepared`] once for it, and then runs on any number of pictures. The folder's
//! oracle is [`portable`]; each architecture has a room of its own and describes its layout in a picture at the top.
//!
//! ```text
//! Backend::detect / by_name  ->  Prepared::new(network, backend)  ->  run / run_with_taps
//!                                        |
//!                                portable | x86_64::{avx2, avx512} | aarch64::neon
//! ```

mod aarch64;
mod backend;
pub mod portable;
mod x86_64;

pub use backend::{Backend, BackendError};

use bsr_model::integer::IntegerNetwork;
use ndarray::{Array3, ArrayView3};

use crate::{NetworkError, PictureError, Trace};

/// Why a network cannot be prepared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The network is outside the contract.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The backend does not run here.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// A network in the layout of one backend. It may be shared between threads.
#[derive(Clone, Debug)]
pub struct Prepared {
    backend: Backend,
    network: portable::Network,
}

impl Prepared {
    /// Lays a network out for a backend.
    ///
    /// # Errors
    /// [`PrepareError`]: the network is outside the contract, or the backend does not run here. A backend is never
    /// replaced by another one silently.
    pub fn new(network: &IntegerNetwork, backend: Backend) -> Result<Self, PrepareError> {
        backend.check()?;
        Ok(Self { backend, network: portable::Network::new(network)? })
    }

    /// The backend that runs.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The SR picture, `[c][y][x]`, of an LR picture.
    ///
    /// # Errors
    /// [`PictureError`] if the picture is empty or has another number of channels than the network reads.
    pub fn run(&self, lr: ArrayView3<u8>) -> Result<Array3<u8>, PictureError> {
        self.network.run(lr)
    }

    /// The same, with everything that [`crate::run`] keeps.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_taps(&self, lr: ArrayView3<u8>) -> Result<Trace, PictureError> {
        self.network.run_with_taps(lr)
    }
}
