//! What the command could not do, and the hint that goes with it.

use std::{error::Error, fmt, path::Path};

use bsr_hw::{ConfigError, LimitError};
use bsr_model::{
    files::CannotRead,
    integer::NotStreaming,
    protocol::PictureError,
    zoo::{DescribedError, UnknownNetwork, UntrainedError},
};
use bsr_sim::{EngineError, bench::BenchError, bench::UnknownPattern, build::BuildError};

/// An error with a hint. Its causes are those of the error.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<dyn Error + Send + Sync>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>, hint: Option<impl Into<String>>) -> Self {
        Self { error: error.into(), hint: hint.map(Into::into) }
    }

    /// A file that cannot be written.
    pub(crate) fn cannot_write(path: &Path, error: std::io::Error) -> Self {
        let hint = "check that the folder can be written, or name another with --output";
        Self::new(format!("cannot write `{}`: {error}", path.display()), Some(hint))
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

impl miette::Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }
}

impl From<DescribedError> for Failure {
    fn from(error: DescribedError) -> Self {
        match error {
            DescribedError::Unknown(unknown) => unknown.into(),
            DescribedError::File { .. } => Self::new(error, Some("model/descriptions/README.md has the vocabulary")),
        }
    }
}

/// Errors whose hint is always the same.
macro_rules! hints {
    ($($error:ty => $hint:literal,)*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error, Some($hint))
            }
        })*
    };
}

hints! {
    UnknownNetwork => "`model list` shows the names; a file is given with --integer",
    UntrainedError => "describe the network again with `model describe`",
    UnknownPattern => "none, random, or source=S,sink=S of none, 3of4, alternate, p10, p90, bursts, row-ends, freeze",
    NotStreaming => "the engine runs head, binary stages, long skip, tail, pixel shuffle",
    ConfigError => "change --lanes, --pixels, --chains or --strip-width",
    LimitError => "lower the network to what the engine runs, with `model lower`",
    BenchError => "this is a fault of the RTL; --trace writes a waveform",
    bsr_golden::RunError => "write the integer network again with `model lower`",
    bsr_golden::simd::PrepareError => "write the integer network again with `model lower`",
    bsr_golden::PictureError => "the network reads another kind of picture",
}

impl From<PictureError> for Failure {
    fn from(error: PictureError) -> Self {
        let hint = error.hint();
        Self::new(error, Some(hint))
    }
}

impl From<CannotRead> for Failure {
    fn from(error: CannotRead) -> Self {
        let hint = error.source.hint().unwrap_or("check the path; `model lower` writes such a file");
        Self::new(error, Some(hint))
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        let hint = error.hint();
        Self::new(error, Some(hint))
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Config(error) => error.into(),
            EngineError::Build(error) => error.into(),
        }
    }
}
