//! `hw package`, as it is called; what it writes is read by the tools that it is for, or by stand-ins for them.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

mod contents;
mod descriptions;
mod script;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The package that all tests read.
const ARGUMENTS: [&str; 4] = ["--model", "e2fif_x2_c32b8", "--clock", "125"];

static PACKAGE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let place = tempfile::tempdir().unwrap();
    let output = hw(&place.path().join("package"), &ARGUMENTS);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    place
});

fn hw(folder: &Path, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hw")).arg("package").args(options).arg("-o").arg(folder).output().unwrap()
}

fn path(name: &str) -> PathBuf {
    PACKAGE.path().join("package").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command that must succeed, or must not; what it printed.
fn done(command: &mut Command, succeeds: bool) -> String {
    let Output { status, stdout, stderr } =
        command.output().expect("the tool starts; `sh tools/install.sh` installs it");
    let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    assert_eq!(status.success(), succeeds, "{command:?}: {said}");
    said
}
