//! Finds Yosys: the one that the user names, the pinned wheel in `.tools/`, the system's.

use crate::failure::Failure;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the lines of a script in the Yosys inside Python.
const WHEEL: &str = "\
import sys
from pyosys import libyosys
design = libyosys.Design()
for line in open(sys.argv[1]):
    libyosys.run_pass(line.strip(), design)
";

/// A Yosys.
pub(crate) struct Yosys {
    /// The program to start.
    pub(super) program: PathBuf,
    /// Where it is from.
    pub(super) description: String,
    wheel: bool,
}

impl Yosys {
    /// The first one there is.
    pub(crate) fn find() -> Result<Self, Failure> {
        if let Some(program) = std::env::var_os("BSR_YOSYS").filter(|value| !value.is_empty()).map(PathBuf::from) {
            let description = format!("`{}`", program.display());
            return Ok(Self { program, description, wheel: false });
        }
        let places = [std::env::current_dir().ok(), std::env::current_exe().ok()];
        let mut roots = places.iter().flatten().flat_map(|place| place.ancestors());
        if let Some(program) = roots.find_map(wheel_in) {
            return Ok(Self { program, description: "the Yosys wheel in .tools".into(), wheel: true });
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path).map(|folder| folder.join("yosys")).find(|program| program.is_file());
        program.map(|program| Self { program, description: "the system's Yosys".into(), wheel: false }).ok_or_else(
            || {
                Failure::new(
                    "Yosys was not found: not in $BSR_YOSYS, .tools/ or $PATH, expected there for --yosys",
                    "install it with tools/install.sh, or leave out --yosys",
                )
            },
        )
    }

    /// A command that runs a script.
    pub(super) fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.program);
        if self.wheel {
            command.args(["-c", WHEEL, script]);
        } else {
            command.arg("-s").arg(script);
        }
        command
    }
}

/// The Python beside a `pyosys` in `root/.tools`.
fn wheel_in(root: &Path) -> Option<PathBuf> {
    let pythons = std::fs::read_dir(root.join(".tools/lib")).ok()?;
    let there = pythons.flatten().any(|python| python.path().join("site-packages/pyosys").is_dir());
    let program = root.join(".tools/bin/python");
    (there && program.is_file()).then_some(program)
}
