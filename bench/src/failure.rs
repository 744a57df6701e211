//! What the program could not do, and the hint that goes with it.

use std::{error::Error, fmt, path::Path};

use miette::Diagnostic;

/// An error with a hint.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Error + Send + Sync>,
    hint: &'static str,
}

impl Failure {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>, hint: &'static str) -> Self {
        Self { error: error.into(), hint }
    }

    /// A file that cannot be written.
    pub(crate) fn cannot_write(path: &Path, error: impl fmt::Display) -> Self {
        Self::new(format!("cannot write `{}`: {error}", path.display()), "check that the folder can be written")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(out)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.hint))
    }
}
