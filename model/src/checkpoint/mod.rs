//! Trained tensors: read from a file, and imported into a described network.
//!
//! Files are data: `.safetensors`, and `.pt` / `.pth` of which the pickle is parsed and never executed.

mod error;
mod fold;
mod import;
mod plan;
mod pytorch;
mod random;
mod safetensors;
mod stage;

pub use error::{CheckpointError, ImportError, ImportWarning};
pub use import::{Imported, import};
pub use random::random;

use std::{collections::BTreeMap, path::Path};

/// Tensors by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensors(pub BTreeMap<String, Tensor>);

/// A dense tensor in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Extents, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many values as the shape says, converted to f32 from whatever the file holds.
    pub values: Vec<f32>,
}

/// Reads a checkpoint, its format by the file's extension.
///
/// # Errors
/// [`CheckpointError`]: not readable, of an unknown kind, or not what its extension says.
pub fn read(path: &Path) -> Result<Tensors, CheckpointError> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "safetensors" => safetensors::read(path),
        "pt" | "pth" => pytorch::read(path),
        _ => Err(CheckpointError::Extension { path: path.into() }),
    }
}

impl Tensors {
    /// The same tensors with `prefix` removed from the names that begin with it; the others keep theirs.
    ///
    /// # Errors
    /// [`CheckpointError::Prefix`] if no name begins with it.
    pub fn strip_prefix(self, prefix: &str) -> Result<Self, CheckpointError> {
        if !self.0.keys().any(|name| name.starts_with(prefix)) {
            let example = self.0.keys().next().cloned().unwrap_or_default();
            return Err(CheckpointError::Prefix { prefix: prefix.into(), example });
        }
        let rename = |name: String| name.strip_prefix(prefix).map_or(name.clone(), str::to_owned);
        Ok(Self(self.0.into_iter().map(|(name, tensor)| (rename(name), tensor)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_no_tensor_has_is_refused() {
        let tensors = Tensors([("a.b".to_owned(), Tensor { shape: vec![], values: vec![1.0] })].into());
        assert!(matches!(tensors.clone().strip_prefix("module."), Err(CheckpointError::Prefix { .. })));
        assert!(tensors.strip_prefix("a.").unwrap().0.contains_key("b"));
    }
}
