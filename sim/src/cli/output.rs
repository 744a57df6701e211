//! How results reach stdout, and progress a terminal.

use std::{
    io::{self, Write},
    time::Duration,
};

use indicatif::ProgressBar;
use serde::Serialize;

use super::failure::Failure;

/// Prints a result as JSON.
pub(crate) fn json(result: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(result).expect("reports have only string keys"))
}

/// Prints a line; a reader that has gone away is no failure.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error, None::<String>)),
        _ => Ok(()),
    }
}

/// A spinner on stderr, silent where that is no terminal.
pub(crate) fn spinner() -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
