//! A network, ready to enlarge planes of luma.

use bsr_golden::simd::{Backend, Prepared};
use bsr_model::{files::read_integer, zoo};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::cli::{args::Upscale, backend, failure::Failure};

/// A network on a backend and its threads.
pub(super) struct Engine {
    pub(super) model: String,
    pub(super) scale: usize,
    prepared: Prepared,
    pool: ThreadPool,
}

impl Engine {
    pub(super) fn new(arguments: &Upscale) -> Result<Self, Failure> {
        let integer = match (&arguments.integer, &arguments.model) {
            (Some(path), _) => read_integer(path)?,
            (None, Some(name)) => zoo::find(name)?.integer_network(),
            (None, None) => unreachable!("the command line requires one of them"),
        };
        let colours = integer.input.mean.len();
        if colours != 1 {
            let error = format!("`{}` reads {colours} colours a pixel, expected 1 (Y)", integer.name);
            return Err(Failure::new(error, Some("choose a network of luma; `model list` shows them")));
        }
        let prepared = Prepared::new(&integer, backend::choose(arguments.simd.as_deref())?)?;
        let threads = arguments.threads.map_or(0, Into::into);
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| Failure::new(error, Some("give fewer --threads")))?;
        Ok(Self { model: integer.name.clone(), scale: integer.scale(), prepared, pool })
    }

    /// The backend that runs.
    pub(super) fn backend(&self) -> Backend {
        self.prepared.backend()
    }

    pub(super) fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// The SR luma of an LR luma.
    pub(super) fn enlarge(&self, luma: ArrayView2<u8>) -> Result<Array2<u8>, Failure> {
        let sr = self.pool.install(|| self.prepared.run(luma.insert_axis(Axis(0))))?;
        Ok(sr.index_axis_move(Axis(0), 0))
    }
}
