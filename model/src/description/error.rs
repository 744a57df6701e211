//! What can be wrong with a description.

use super::expand::MAX_LAYERS;

/// Why a description is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DescriptionError {
    /// Not TOML, or a field is unknown, missing or of another type.
    #[error("the description is not valid: {0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// A field of the network is out of range.
    #[error("field `{field}` is {found}, expected {expected}")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: String,
    },
    /// A layer does not fit.
    #[error("layer `{layer}` {found}, expected {expected}")]
    Layer {
        /// Name of the layer, or its kind where it has none.
        layer: String,
        /// What is wrong with it.
        found: String,
        /// What it should have.
        expected: String,
    },
    /// Two layers have one name.
    #[error("two layers are named `{name}`; inside a repeat, put `{{}}` where the index belongs")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// The repeats unfold to more layers than any network has.
    #[error("the repeats unfold to more than {MAX_LAYERS} layers")]
    TooManyLayers,
}

impl From<toml::de::Error> for DescriptionError {
    fn from(error: toml::de::Error) -> Self {
        Self::Toml(Box::new(error))
    }
}
