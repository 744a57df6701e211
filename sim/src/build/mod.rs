//! RTL text to a loaded simulator.
//!
//! Verilator turns the RTL into C++; that, its run time and `shim.cpp` become one shared library, which is
//! kept in a cache under the hash of all that went into it.

mod cache;
mod compile;

pub use cache::Cache;

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::{
    ffi::{self, Functions},
    tools::{Compiler, Search, ToolError, Verilator, Version},
};

/// Name of the top module that the shim is written for.
pub const TOP: &str = "accelerator";

/// Verilog text to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rtl {
    /// `(file name, text)`; the order does not matter to the result, only to the cache.
    pub files: Vec<(String, String)>,
}

/// What kind of simulator to build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Can write waveforms; slower.
    pub trace: bool,
    /// Registers start at random values, chosen by the seed of the bench, and X becomes random too.
    pub random_initial: bool,
}

/// A built and loaded simulator, from which any number of benches are made.
#[derive(Clone, Debug)]
pub struct Simulator {
    pub(crate) functions: Functions,
    /// The variant that was built.
    pub variant: Variant,
    /// Version of the Verilator that built it.
    pub verilator: Version,
    /// The shared library, in the cache; `shim.cpp` has its functions.
    pub library: PathBuf,
}

/// Why there is no simulator.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A tool is missing or failed.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// Waveforms need headers that are not installed.
    #[error("a simulator with waveforms needs `{header}`, which the compiler does not find")]
    Header {
        /// Name of the header.
        header: &'static str,
    },
    /// A file could not be written or read.
    #[error("cannot use `{path}` in the simulator cache")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The library that was built does not load.
    #[error("the simulator `{path}` does not load: {reason}")]
    Load {
        /// The library.
        path: PathBuf,
        /// What the loader says.
        reason: String,
    },
}

impl BuildError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Tool(error) => error.hint(),
            Self::Header { .. } => "run `sh tools/install.sh`, or run without --trace".into(),
            Self::File { .. } => "check space and permissions, or name another folder with BSR_CACHE".into(),
            Self::Load { path, .. } => format!("delete `{}` and retry", path.display()),
        }
    }
}

/// One build at a time in a process: two of the same simulator would be work for nothing.
static BUILDING: Mutex<()> = Mutex::new(());

impl Simulator {
    /// Builds the RTL, or takes it from the cache. `progress` is told what is being done, if anything is.
    ///
    /// # Errors
    /// [`BuildError`]: a tool is missing or fails, the cache is unusable.
    pub fn build(
        rtl: &Rtl,
        variant: Variant,
        search: &Search,
        cache: &Cache,
        progress: &dyn Fn(&str),
    ) -> Result<Self, BuildError> {
        let verilator = Verilator::find(search)?;
        let compiler = Compiler::find(search)?;
        let job = compile::Job { rtl, variant, verilator: &verilator, compiler: &compiler };
        let key = job.key();
        let one_at_a_time = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let library = cache.get(&key, cache::LIBRARY, |folder| job.build(folder, cache, progress))?;
        drop(one_at_a_time);
        let functions = ffi::load(&library).map_err(|reason| BuildError::Load { path: library.clone(), reason })?;
        Ok(Self { functions, variant, verilator: verilator.version, library })
    }
}

/// Hex SHA-256.
fn hash(parts: &[&[u8]]) -> String {
    let mut state = Sha256::new();
    for part in parts {
        // The length keeps `ab, c` apart from `a, bc`.
        state.update((part.len() as u64).to_le_bytes());
        state.update(part);
    }
    state.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
