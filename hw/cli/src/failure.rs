//! Why the command could not do what was asked, as it is printed.

use std::path::Path;

/// What, where, found against expected; and one hint.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Failure {
    what: String,
    hint: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A failure without a cause.
    pub(crate) fn new(what: impl ToString, hint: impl Into<String>) -> Self {
        Self { what: what.to_string(), hint: hint.into(), source: None }
    }

    /// With what the system or a library said.
    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// A file or folder that cannot be read or written.
    pub(crate) fn io(verb: &str, path: &Path, error: std::io::Error) -> Self {
        Self::new(
            format!("cannot {verb} `{}`", path.display()),
            "check that the folder exists, that you may write to it and that the disk has room",
        )
        .because(error)
    }
}

impl miette::Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.hint))
    }
}
