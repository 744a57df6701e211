//! What can be wrong with a file of a network.

use std::path::PathBuf;

use crate::{description::DescriptionError, integer::InvalidNetwork};

/// A file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the network in `{}`", path.display())]
pub struct CannotRead {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: FileError,
}

/// Why the bytes of a file are not a network.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error(transparent)]
    Io(std::io::Error),
    /// Truncated, damaged, or something else altogether.
    #[error("it is not a whole safetensors file: {reason}")]
    Container {
        /// What its reader found.
        reason: String,
    },
    /// A safetensors file, of another kind.
    #[error("it is {found}, expected {expected}")]
    Kind {
        /// What it is.
        found: String,
        /// What was to be read.
        expected: &'static str,
    },
    /// Written by a later version of the format.
    #[error("its format version is {found}, expected 1 to {newest}")]
    Version {
        /// In the file.
        found: i64,
        /// The newest that is read.
        newest: u32,
    },
    /// It says that it is of a version that has no words for what is in it.
    #[error("its format version is {stated}, and its network needs {needed}")]
    VersionTooLow {
        /// In the file.
        stated: u32,
        /// The lowest that has what its network has.
        needed: u32,
    },
    /// The text or a tensor is not what was written.
    #[error("{what} does not have the hash that was written with it")]
    Hash {
        /// `the text`, or the name of a tensor.
        what: String,
    },
    /// The text says something that no network of this format says.
    #[error("its text is not valid: {0}")]
    Text(Box<toml::de::Error>),
    /// A tensor is not there.
    #[error("it has no tensor `{name}`")]
    Missing {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor that no layer has.
    #[error("it has a tensor `{name}` that belongs to no layer")]
    Unexpected {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor of another type or shape than its layer.
    #[error("tensor `{name}` is {found}, expected {expected}")]
    Shape {
        /// Name of the tensor.
        name: String,
        /// Type and shape in the file.
        found: String,
        /// Type and shape of the layer.
        expected: String,
    },
    /// A value that no tensor of this kind has.
    #[error("tensor `{name}` holds {found}, expected {expected}")]
    Value {
        /// Name of the tensor.
        name: String,
        /// What it holds.
        found: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// The integer network breaks its own rules.
    #[error("its network is not valid")]
    Network(#[from] InvalidNetwork),
    /// The description breaks its own rules.
    #[error("its description is not valid")]
    Description(#[from] DescriptionError),
}

impl FileError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Io(_) | Self::Network(_) | Self::Description(_) => None,
            Self::Kind { .. } => Some("a trained checkpoint is read by `model import`, a compact one by `model lower`"),
            Self::Version { .. } => Some("it was written by a later release: use that one, or write it again"),
            _ => Some("the file is damaged: fetch or write it again"),
        }
    }
}
