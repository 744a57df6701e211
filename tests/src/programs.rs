//! The command-line programs, built once by the cargo that runs the tests, and the Python that runs what is in Python.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

/// A command that runs the program `name`, one of `sim`, `hw` and `model`.
///
/// # Panics
/// If the programs do not build.
pub fn program(name: &str) -> Command {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    Command::new(FOLDER.get_or_init(build).join(name))
}

/// The Python of `.tools`, where the wheels of `tools/requirements.txt` are; else the system's.
pub fn python() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    let installed = root.join(".tools/bin/python");
    Command::new(if installed.is_file() { installed } else { "python3".into() })
}

/// Builds all programs of the workspace and returns the folder that they lie in.
fn build() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--locked", "--bins", "--message-format", "short"])
        .current_dir(root)
        .output()
        .expect("cargo starts: it runs this test");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let test = std::env::current_exe().expect("a running program has a path");
    // target/debug/deps/test: the programs lie beside `deps`.
    let target = test.ancestors().nth(3).expect("a test lies in target/*/deps");
    target.join("debug")
}

/// What a command says that cannot do what it was asked: exit 2, nothing on stdout, a hint, no panic. One line.
///
/// # Panics
/// If it behaves otherwise.
pub fn refusal(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = String::from_utf8(stderr).expect("messages are UTF-8");
    assert_eq!(status.code(), Some(2), "{command:?}: {text}");
    assert!(stdout.is_empty(), "{command:?} writes nothing to stdout: {}", String::from_utf8_lossy(&stdout));
    assert!(!text.contains("panicked"), "{command:?}: {text}");
    assert!(text.contains("help:") || text.contains("hint:") || text.contains("--help"), "a hint: {text}");
    // Wrapped lines begin with a frame.
    let words = text.split_whitespace().filter(|word| !word.chars().all(|char| "│╰─▶×".contains(char)));
    words.collect::<Vec<_>>().join(" ")
}
