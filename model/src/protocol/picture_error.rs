//! What can be wrong with the file of a picture.

use std::{io, path::PathBuf};

/// Why a picture could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// There is no such file or folder.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// The file or folder.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("`{}` could not be {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried: `read` or `written`.
        action: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The first bytes are those of no known picture format.
    #[error("`{}` is not a picture: neither PNG nor JPEG", path.display())]
    NotAPicture {
        /// The file.
        path: PathBuf,
    },
    /// The file ends too early or its data is damaged.
    #[error("`{}` is truncated or damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        reason: String,
    },
    /// A picture, but not one with 8 bits a sample.
    #[error("`{}` holds {found} samples, expected 8-bit grey or RGB", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The sample format found.
        found: String,
    },
    /// A folder without a picture in it.
    #[error("`{}` holds no picture: no file ends in .png, .jpg or .jpeg", path.display())]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
}

impl PictureError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "check the path",
            Self::Io { .. } => "check that it is a file that can be read, in a folder that can be written",
            Self::NotAPicture { .. } => "convert it to PNG",
            Self::Damaged { .. } => "fetch or write it again",
            Self::Unsupported { .. } => "convert it to 8-bit grey or RGB",
            Self::NoPictures { .. } => "pass a folder of HR pictures",
        }
    }
}
