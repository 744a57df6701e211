//! Runs a tool and says in types how it failed.

use std::{
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, Output},
};

use super::Version;

/// Why a tool cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It is nowhere.
    #[error("{name} was not found; looked in {looked}")]
    Missing {
        /// Name of the tool.
        name: &'static str,
        /// Places that were searched, in words.
        looked: String,
    },
    /// It does not start.
    #[error("`{program}` does not start")]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A signal ended it.
    #[error("`{program}` was killed by signal {signal}")]
    Killed {
        /// The program.
        program: PathBuf,
        /// Number of the signal.
        signal: i32,
    },
    /// It ended with an error.
    #[error("`{program}` failed with status {status}:\n{message}")]
    Failed {
        /// The program.
        program: PathBuf,
        /// Its exit status.
        status: i32,
        /// The beginning of what it said.
        message: String,
    },
    /// It is older than what the simulator needs.
    #[error("`{program}` is version {found}, expected {oldest} or newer")]
    TooOld {
        /// The program.
        program: PathBuf,
        /// Its version.
        found: Version,
        /// The oldest that works.
        oldest: Version,
    },
    /// It answers, but no version can be read.
    #[error("`{program}` does not tell its version, expected {oldest} or newer")]
    NoVersion {
        /// The program.
        program: PathBuf,
        /// The oldest that works.
        oldest: Version,
    },
}

impl ToolError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { name, .. } => format!("run `sh tools/install.sh`, which installs {name}"),
            Self::Start { .. } => "run `sh tools/install.sh`, or check the file's permissions".into(),
            Self::Killed { signal: 9, .. } => {
                "the system may have been out of memory; close something and retry".into()
            }
            Self::Killed { .. } | Self::Failed { .. } => "run `sim doctor` to see which tools are in use".into(),
            Self::TooOld { .. } | Self::NoVersion { .. } => {
                "run `sh tools/install.sh`, or name another with BSR_VERILATOR".into()
            }
        }
    }
}

/// Lines kept of what a failed tool said.
const MESSAGE_LINES: usize = 30;

/// Runs the command to its end.
pub(crate) fn run(command: &mut Command) -> Result<Output, ToolError> {
    let program = PathBuf::from(command.get_program());
    let output = command.output().map_err(|source| ToolError::Start { program: program.clone(), source })?;
    if let Some(signal) = output.status.signal() {
        return Err(ToolError::Killed { program, signal });
    }
    if !output.status.success() {
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        // Compilers say what matters first.
        let message = lines[..lines.len().min(MESSAGE_LINES)].join("\n");
        return Err(ToolError::Failed { program, status: output.status.code().unwrap_or(-1), message });
    }
    Ok(output)
}
