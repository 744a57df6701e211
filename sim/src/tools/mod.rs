//! The programs that co-simulation calls: where they are, which version, what each unlocks.

mod command;
mod compiler;
mod doctor;
mod verilator;

pub use command::ToolError;
pub(crate) use command::run;
pub use compiler::Compiler;
pub use doctor::{Finding, doctor};
pub use verilator::{OLDEST, Origin, Verilator, Version};

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Where tools are looked for, in this order.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A Verilator that the user names (`$BSR_VERILATOR`); no other is tried then.
    pub verilator: Option<PathBuf>,
    /// Directories whose `.tools/` may hold the wheels.
    pub roots: Vec<PathBuf>,
    /// Value of `$PATH`.
    pub path: OsString,
}

impl Search {
    /// From the environment: the working directory, the folder of this program, and all that hold them.
    pub fn from_environment() -> Self {
        let places = [std::env::current_dir().ok(), std::env::current_exe().ok()];
        let roots = places.iter().flatten().flat_map(|place| place.ancestors()).map(Path::to_path_buf).collect();
        Self {
            verilator: std::env::var_os("BSR_VERILATOR").filter(|value| !value.is_empty()).map(PathBuf::from),
            roots,
            path: std::env::var_os("PATH").unwrap_or_default(),
        }
    }

    /// The first program of this name on the path.
    pub fn on_path(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(name)).find(|program| program.is_file())
    }

    /// The folders in which the wheels of `tools/install.sh` lie.
    pub fn site_packages(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.roots.iter().flat_map(|root| {
            let pythons = std::fs::read_dir(root.join(".tools/lib")).into_iter().flatten().flatten();
            pythons.map(|python| python.path().join("site-packages")).filter(|folder| folder.is_dir())
        })
    }
}
