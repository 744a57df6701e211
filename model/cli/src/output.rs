//! How results reach stdout, and progress a terminal.

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// Prints a result as JSON.
pub(crate) fn json(result: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(result).expect("reports have only string keys");
    line(&text)
}

/// Prints a line; a reader that has gone away is no failure.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error, None::<String>)),
        _ => Ok(()),
    }
}

/// A bar on stderr, silent where that is no terminal.
pub(crate) fn progress(steps: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}").expect("the template is valid");
    ProgressBar::new(steps as u64).with_style(style).with_message(what)
}
