//! What can be wrong with a checkpoint, and with importing it.

use std::path::PathBuf;

/// Why a checkpoint cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The operating system refused.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Neither `.safetensors` nor `.pt` nor `.pth`.
    #[error("`{}` is not named as a checkpoint: expected .safetensors, .pt or .pth", path.display())]
    Extension {
        /// The file.
        path: PathBuf,
    },
    /// Not what its extension says, or damaged.
    #[error("`{}` is not a readable checkpoint: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What its reader found.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// No tensors are under the key.
    #[error("the checkpoint has no tensors under `{key}`; it has {}", listed(keys))]
    Key {
        /// What was looked for.
        key: String,
        /// Keys that there are.
        keys: Vec<String>,
    },
    /// No tensor has the prefix.
    #[error("no tensor begins with `{prefix}`; one is named `{example}`")]
    Prefix {
        /// What was to be stripped.
        prefix: String,
        /// A name that is there.
        example: String,
    },
}

fn listed(keys: &[String]) -> String {
    let shown: Vec<_> = keys.iter().take(6).map(|key| format!("`{key}`")).collect();
    if shown.is_empty() { "no keys at all".into() } else { shown.join(", ") }
}

/// Why a checkpoint does not fit a described network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// A tensor is not there under any of its names.
    #[error(
        "the checkpoint has no tensor `{tensor}` needed by layer {layer} of `{network}`: \
         found {found} of {needed} tensors{}", closest.as_ref().map(|c| format!(", the closest name is `{c}`")).unwrap_or_default()
    )]
    Missing {
        /// Its first name.
        tensor: String,
        /// Position of the layer.
        layer: usize,
        /// Name of the network.
        network: String,
        /// How many of the needed tensors are there.
        found: usize,
        /// How many tensors the network needs.
        needed: usize,
        /// The most similar name in the checkpoint.
        closest: Option<String>,
        /// What to strip, where that name is the wanted one behind a prefix.
        prefix: Option<String>,
    },
    /// A tensor has another shape than its layer.
    #[error("tensor `{tensor}` has shape {found:?}, expected {expected:?}")]
    Shape {
        /// Name of the tensor.
        tensor: String,
        /// Its shape.
        found: Vec<usize>,
        /// What the layer needs.
        expected: Vec<usize>,
    },
    /// A value cannot be computed with.
    #[error("tensor `{tensor}` holds {value} at index {index}, expected {expected}")]
    Value {
        /// Name of the tensor.
        tensor: String,
        /// Position in row-major order.
        index: usize,
        /// What stands there.
        value: f32,
        /// What may stand there.
        expected: &'static str,
    },
    /// The description itself does not hold together.
    #[error(transparent)]
    Description(#[from] crate::description::DescriptionError),
}

impl ImportError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { prefix: Some(prefix), .. } => Some(format!("pass `--strip-prefix {prefix}`")),
            Self::Missing { .. } => Some("check that the checkpoint is of this network".into()),
            Self::Shape { .. } => Some("check the channels, the scale and the colours of the description".into()),
            Self::Value { .. } => Some("the training diverged, or the file is damaged".into()),
            Self::Description(_) => None,
        }
    }
}

impl CheckpointError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Format { hint, .. } => Some(hint),
            Self::Key { .. } => Some("leave `--key` out for a file that holds the state dict itself"),
            _ => None,
        }
    }
}

/// Something in a checkpoint that is accepted, and that one should know of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportWarning {
    /// Weights that are exactly 0, of which the sign is taken as +1.
    #[error("{count} weight(s) of `{tensor}` are exactly 0; their sign is taken as +1")]
    ZeroSigns {
        /// Name of the tensor.
        tensor: String,
        /// How many.
        count: usize,
    },
    /// A tensor that the network has no use for.
    #[error("tensor `{tensor}` is not used")]
    Unused {
        /// Name of the tensor.
        tensor: String,
    },
}
