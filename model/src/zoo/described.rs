//! Descriptions as a user names them: by a built-in name, or by the path of a TOML file.

use super::{UnknownNetwork, find_description};
use crate::description::Description;

/// Why there is no description.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DescribedError {
    /// No built-in network has the name.
    #[error(transparent)]
    Unknown(#[from] UnknownNetwork),
    /// The file cannot be read, or describes no network.
    #[error("cannot use the description `{path}`: {reason}")]
    File {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The description of that built-in name, or in the file of that path if it ends in `.toml`.
///
/// # Errors
/// [`DescribedError`]: the name is unknown, the file cannot be used.
pub fn described(what: &str) -> Result<Description, DescribedError> {
    if !what.ends_with(".toml") {
        return Ok(find_description(what)?);
    }
    let refuse = |reason: String| DescribedError::File { path: what.into(), reason };
    let text = std::fs::read_to_string(what).map_err(|error| refuse(error.to_string()))?;
    Description::from_toml(&text).map_err(|error| refuse(error.to_string()))
}
