//! Names of layers and tensors, with placeholders for the index of a repeat.

use super::{DescriptionError, expand::layer_error};

/// Replaces each `{}` by the index of a repeat, outermost first.
pub(super) fn resolve(pattern: &str, indices: &[usize]) -> Result<String, DescriptionError> {
    let places = pattern.matches("{}").count();
    if places > indices.len() {
        let found = format!("has {places} placeholder(s) inside {} repeat(s)", indices.len());
        return Err(layer_error(pattern, found, "at most one `{}` a repeat around it"));
    }
    Ok(indices.iter().fold(pattern.to_owned(), |name, index| name.replacen("{}", &index.to_string(), 1)))
}

/// Resolves the names that a tensor may have; there must be one.
pub(super) fn alternatives(
    layer: &str,
    patterns: &[String],
    indices: &[usize],
) -> Result<Vec<String>, DescriptionError> {
    if patterns.is_empty() {
        return Err(layer_error(layer, "names no tensors", "at least one pattern"));
    }
    patterns.iter().map(|pattern| resolve(pattern, indices)).collect()
}
