//! Full-precision convolutions, and what they share with binary stages.

use serde::{Deserialize, Serialize};

use super::Size;
use crate::integer::Filter;

/// Full-precision convolution: cross-correlation, stride 1, zero padding, with a bias.
///
/// The first reads pixels and is the head; the last writes pixels and is the tail; any other reads and writes the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Conv {
    /// Name in the network.
    pub name: String,
    /// Side of the square kernel, odd.
    pub kernel: usize,
    /// Output channels; those of the network where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Size>,
    /// What is added to it; nothing where absent.
    #[serde(default, skip_serializing_if = "Skip::is_none")]
    pub skip: Skip,
    /// Applied after the skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Patterns `P` of its tensors `P.weight` and `P.bias`: the first that a checkpoint has is taken.
    pub tensors: Vec<String>,
    /// Patterns `P` of the tensors of a batch normalisation after it, as in a binary stage; it makes `P.bias` optional.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub norm: Vec<String>,
    /// Full names of the trained slopes of a PReLU; of one after a pixel shuffle, each is for several channels before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slope: Vec<String>,
}

/// What a layer adds to its result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Its own full-precision input.
    Identity,
    /// Nothing.
    #[default]
    None,
    /// The output of the layer of this name, of the same extent.
    From(String),
    /// What the layer of this name reads.
    InputOf(String),
    /// Its own input, each channel as often as there are outputs an input (`repeat_interleave`).
    Repeat,
    /// Several of these.
    Sum(Vec<Skip>),
    /// The LR picture, enlarged to the SR picture's size; for the tail alone.
    Enlarged(Filter),
}

impl Skip {
    /// Whether nothing is added.
    pub(super) fn is_none(&self) -> bool {
        *self == Skip::None
    }
}

/// Activation function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `v < 0 => v * slope`, slope in 0..=1.
    LeakyRelu(f32),
    /// `v < 0 => v * slope_c`, trained slopes.
    Prelu,
}
