//! Trained tensors: read from a file, and imported into a described network.
//!
//! Files are data: `.safetensors`, and `.pt` / `.pth` of which the pickle is parsed and never executed.

mod attention;
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

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

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

impl Tensors {
    /// The tensors under a key of a checkpoint that keeps several sets, without the key: `params_ema` of BasicSR,
    /// `state_dict` of many trainers.
    ///
    /// # Errors
    /// [`CheckpointError::Key`] with the keys that there are.
    pub fn under(self, key: &str) -> Result<Self, CheckpointError> {
        let start = format!("{key}.");
        let keys: BTreeSet<String> =
            self.0.keys().filter_map(|name| name.split_once('.')).map(|(key, _)| key.to_owned()).collect();
        let found: BTreeMap<_, _> = self.0.into_iter().filter(|(name, _)| name.starts_with(&start)).collect();
        if found.is_empty() {
            return Err(CheckpointError::Key { key: key.into(), keys: keys.into_iter().collect() });
        }
        Self(found).strip_prefix(&start)
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

    #[test]
    fn a_key_takes_one_set_of_several() {
        let one = |value: f32| Tensor { shape: vec![], values: vec![value] };
        let names = [("params.a.b", 1.0), ("params_ema.a.b", 2.0), ("step", 3.0)];
        let tensors = Tensors(names.map(|(name, value)| (name.to_owned(), one(value))).into());
        assert_eq!(tensors.clone().under("params_ema").unwrap(), Tensors([("a.b".to_owned(), one(2.0))].into()));
        let Err(CheckpointError::Key { keys, .. }) = tensors.under("state_dict") else {
            panic!("there is no such key")
        };
        assert_eq!(keys, ["params", "params_ema"]);
    }
}
