//! The integer network at speed, equal to the specification at every tap.
//!
//! A [`Backend`] is chosen once, a network is [`Prepared`] once for it, and then runs on any number of pictures. The folder's
//! oracle is [`portable`]. Two kernels do the others: `sliced`, over what an instruction set offers, and `popcount`; each says
//! its layout in a picture at the top.
//!
//! ```text
//! Backend::detect / by_name  ->  Prepared::new(network, backend)  ->  run / run_with_taps
//!                                        |
//!                                portable | sliced over x86_64::{avx2, avx512} or aarch64::neon | popcount
//! ```
//!
//! Both run networks of a head, binary stages and a tail ([`IntegerNetwork::in_order`]) with at most 16 stream bits, the popcount
//! kernel those of 64 channels. [`Prepared::code`] tells whose code runs: where a backend has none for a network, a slower one's.
//!
//! Runs use the current rayon thread pool. Only this folder and the simulator's library loader contain `unsafe` code.
#![allow(unsafe_code)]

mod aarch64;
mod backend;
#[cfg(target_arch = "x86_64")]
pub mod direct;
#[cfg(target_arch = "x86_64")]
mod popcount;
pub mod portable;
mod sliced;
mod spare;
mod x86_64;

pub use backend::{Backend, BackendError};

use bsr_model::integer::{InputFormat, IntegerNetwork};
use ndarray::{Array3, ArrayView3};

use crate::{Memory, NetworkError, PictureError, Trace, check::check_network};

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

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Pixels to stream.
    Head,
    /// One layer of the stream.
    Layer,
    /// Stream to pixels.
    Tail,
}

/// A network in the layout of one backend. It may be shared between threads.
#[derive(Clone, Debug)]
pub struct Prepared {
    backend: Backend,
    kernel: Kernel,
}

/// What runs, with the proof that the CPU can.
#[derive(Clone, Debug)]
enum Kernel {
    Portable(portable::Network),
    #[cfg(target_arch = "x86_64")]
    Avx2(x86_64::Avx2, sliced::Network),
    #[cfg(target_arch = "x86_64")]
    Avx512(x86_64::Avx512, sliced::Network),
    #[cfg(target_arch = "x86_64")]
    Popcount(popcount::Popcount, popcount::Network),
    #[cfg(target_arch = "aarch64")]
    Neon(aarch64::Neon, sliced::Network),
}

impl Prepared {
    /// Lays a network out for a backend.
    ///
    /// # Errors
    /// [`PrepareError`]: the network is outside the contract, or the backend does not run here. A backend is never
    /// replaced by another one silently.
    pub fn new(network: &IntegerNetwork, backend: Backend) -> Result<Self, PrepareError> {
        backend.check()?;
        let sliced = Kernel::sliced(network, backend)?;
        let kernel = match sliced {
            Some(kernel) => kernel,
            None => Kernel::Portable(portable::Network::new(network)?),
        };
        Ok(Self { backend, kernel })
    }

    /// The backend that runs.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The backend whose code runs: a slower one where [`backend`](Self::backend) has none for the network.
    pub fn code(&self) -> Backend {
        match self.kernel {
            Kernel::Portable(_) => Backend::Portable,
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(..) => Backend::Avx2,
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(..) => Backend::Avx512,
            #[cfg(target_arch = "x86_64")]
            Kernel::Popcount(..) => Backend::Avx512Popcount,
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(..) => Backend::Neon,
        }
    }

    /// The SR picture, `[c][y][x]`, of an LR picture: the first frame of a video.
    ///
    /// # Errors
    /// [`PictureError`] if the picture is empty or has another number of channels than the network reads.
    pub fn run(&self, lr: ArrayView3<u8>) -> Result<Array3<u8>, PictureError> {
        self.run_frame(lr, &mut Memory::new())
    }

    /// The SR picture of the next frame of a video; `memory` is what the network keeps between the frames, empty before the
    /// first.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_frame(&self, lr: ArrayView3<u8>, memory: &mut Memory) -> Result<Array3<u8>, PictureError> {
        match &self.kernel {
            Kernel::Portable(network) => network.run(lr, memory),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(registers, network) => network.run(*registers, lr),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(registers, network) => network.run(*registers, lr),
            #[cfg(target_arch = "x86_64")]
            Kernel::Popcount(proof, network) => network.run(*proof, lr),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(registers, network) => network.run(*registers, lr),
        }
    }

    /// The same; `ended` is called at the end of each part, in order.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_in_parts(&self, lr: ArrayView3<u8>, ended: impl FnMut(Part)) -> Result<Array3<u8>, PictureError> {
        match &self.kernel {
            Kernel::Portable(network) => network.run_in_parts(lr, ended),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(registers, network) => network.run_in_parts(*registers, lr, ended),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(registers, network) => network.run_in_parts(*registers, lr, ended),
            #[cfg(target_arch = "x86_64")]
            Kernel::Popcount(proof, network) => network.run_in_parts(*proof, lr, ended),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(registers, network) => network.run_in_parts(*registers, lr, ended),
        }
    }

    /// As [`Self::run`], with everything that [`crate::run`] keeps.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_with_taps(&self, lr: ArrayView3<u8>) -> Result<Trace, PictureError> {
        self.run_frame_with_taps(lr, &mut Memory::new())
    }

    /// As [`Self::run_frame`], with everything that [`crate::run`] keeps.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_frame_with_taps(&self, lr: ArrayView3<u8>, memory: &mut Memory) -> Result<Trace, PictureError> {
        match &self.kernel {
            Kernel::Portable(network) => network.run_with_taps(lr, memory),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(registers, network) => network.run_with_taps(*registers, lr),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(registers, network) => network.run_with_taps(*registers, lr),
            #[cfg(target_arch = "x86_64")]
            Kernel::Popcount(proof, network) => network.run_with_taps(*proof, lr),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(registers, network) => network.run_with_taps(*registers, lr),
        }
    }
}

impl Kernel {
    /// A network in the layout of a backend's registers; none where the portable code has to run.
    fn sliced(network: &IntegerNetwork, backend: Backend) -> Result<Option<Self>, NetworkError> {
        check_network(network)?;
        let Ok(parts) = network.in_order() else { return Ok(None) };
        Ok(match backend {
            Backend::Portable => None,
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => {
                x86_64::Avx2::new().zip(sliced::Network::new(network, parts, 16)).map(|(r, n)| Self::Avx2(r, n))
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => {
                x86_64::Avx512::new().zip(sliced::Network::new(network, parts, 32)).map(|(r, n)| Self::Avx512(r, n))
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512Popcount => {
                let kernel = popcount::Popcount::new().zip(popcount::Network::new(network, parts));
                match kernel {
                    Some((proof, network)) => Some(Self::Popcount(proof, network)),
                    None => return Self::sliced(network, Backend::Avx512),
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            Backend::Avx2 | Backend::Avx512 | Backend::Avx512Popcount => None,
            #[cfg(target_arch = "aarch64")]
            Backend::Neon => {
                aarch64::Neon::new().zip(sliced::Network::new(network, parts, 8)).map(|(r, n)| Self::Neon(r, n))
            }
            #[cfg(not(target_arch = "aarch64"))]
            Backend::Neon => None,
        })
    }
}

/// Largest magnitude of a centred pixel.
fn largest_input(format: &InputFormat) -> i32 {
    let white = 255 << format.pixel_shift;
    format.mean.iter().map(|mean| mean.abs().max((white - mean).abs())).max().unwrap_or(0)
}
