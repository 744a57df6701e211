//! What the command could not do, and the hint that goes with it.

use std::{error::Error, fmt, io, path::Path};

use bsr_golden::{PictureError as NoRun, simd::PrepareError};
use bsr_model::{
    checkpoint::{CheckpointError, ImportError},
    description::DescriptionError,
    files::CannotRead,
    lower::LowerError,
    protocol::PictureError,
    zoo::UnknownNetwork,
};

/// An error with a hint. Its causes are those of the error.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Error + Send + Sync>,
    hint: Option<String>,
}

/// An error about one file, which is named where the error itself does not.
#[derive(Debug, thiserror::Error)]
#[error("{what} `{file}`")]
pub(crate) struct About {
    /// What went wrong, such as `cannot write`.
    pub(crate) what: &'static str,
    /// The file.
    pub(crate) file: String,
    /// Why.
    pub(crate) source: Box<dyn Error + Send + Sync>,
}

impl Failure {
    /// An error and what to do about it.
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>, hint: Option<impl Into<String>>) -> Self {
        let error = error.into();
        let hint = hint.map(Into::into).or_else(|| missing_file(error.as_ref()).then(|| "check the path".to_owned()));
        Self { error, hint }
    }

    /// The same failure, said of a file.
    pub(crate) fn about(self, what: &'static str, path: &Path) -> Self {
        let error = About { what, file: path.display().to_string(), source: self.error };
        Self::new(error, self.hint)
    }

    /// A file that cannot be written.
    pub(crate) fn cannot_write(path: &Path, error: io::Error) -> Self {
        Self::new(error, Some("check that its folder exists and can be written")).about("cannot write", path)
    }
}

/// Whether the last cause is a file that does not exist.
fn missing_file(error: &(dyn Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |cause| (*cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| cause.kind() == io::ErrorKind::NotFound)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl miette::Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }
}

impl From<PictureError> for Failure {
    fn from(error: PictureError) -> Self {
        let hint = error.hint();
        Self::new(error, Some(hint))
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        let hint = error.hint().or(match &error {
            CheckpointError::Extension { .. } => Some("save the state dict under one of these extensions"),
            CheckpointError::Prefix { .. } => Some("`model inspect` lists the tensors of a checkpoint"),
            _ => None,
        });
        Self::new(error, hint)
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let hint = error.hint();
        Self::new(error, hint)
    }
}

impl From<CannotRead> for Failure {
    fn from(error: CannotRead) -> Self {
        let hint = error.source.hint();
        Self::new(error, hint)
    }
}

impl From<LowerError> for Failure {
    fn from(error: LowerError) -> Self {
        let hint = error.hint();
        Self::new(error, hint)
    }
}

impl From<UnknownNetwork> for Failure {
    fn from(error: UnknownNetwork) -> Self {
        Self::new(error, Some("`model list` shows the names; a file is given by its path"))
    }
}

impl From<DescriptionError> for Failure {
    fn from(error: DescriptionError) -> Self {
        Self::new(error, Some("`model inspect e2fif_x2 --json` shows a description that is valid"))
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        Self::new(error, Some("write the integer network again with `model lower`"))
    }
}

impl From<NoRun> for Failure {
    fn from(error: NoRun) -> Self {
        Self::new(error, None::<String>)
    }
}
