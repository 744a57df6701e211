//! The C++ compiler.

use std::{path::PathBuf, process::Command};

use super::{Search, ToolError, run};

/// A C++ compiler that answers.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// The program.
    pub program: PathBuf,
    /// First line of `--version`.
    pub version: String,
    /// Every macro that it predefines for this processor: a build for another one has other macros.
    pub macros: Vec<u8>,
}

impl Compiler {
    /// `$CXX`, else `g++`, else `c++`.
    ///
    /// # Errors
    /// [`ToolError`]: missing, does not start, killed, fails.
    pub fn find(search: &Search) -> Result<Self, ToolError> {
        let program = std::env::var_os("CXX")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .or_else(|| search.on_path("g++"))
            .or_else(|| search.on_path("c++"))
            .ok_or_else(|| ToolError::Missing { name: "g++", looked: "$CXX, $PATH".into() })?;
        let said = run(Command::new(&program).arg("--version"))?;
        let version = String::from_utf8_lossy(&said.stdout).lines().next().unwrap_or_default().to_owned();
        let macros = run(Command::new(&program).args(["-march=native", "-dM", "-E", "-x", "c++", "/dev/null"]))?.stdout;
        Ok(Self { program, version, macros })
    }
}
