//! Layers that bring earlier outputs together: concatenation and attention.

use serde::{Deserialize, Serialize};

use super::{Activation, Size, Skip};

/// Channels of earlier outputs one after the other: what flows on. With one part, that part flows on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Concat {
    /// Name by which other layers say what it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the channels come from, in order.
    pub parts: Vec<Part>,
}

/// An earlier output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The output of the layer of this name; a `*` in it stands for every index, and for as many parts.
    From(String),
    /// What the layer of this name reads.
    InputOf(String),
}

/// Channel attention (squeeze and excitation): `v = x * sigmoid(expand(activation(reduce(GAP(x))))) + skip`, with two
/// full-precision linear layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attention {
    /// Name in the network.
    pub name: String,
    /// Channels between the two linear layers.
    pub hidden: Size,
    /// Applied between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// What is added; nothing where absent.
    #[serde(default, skip_serializing_if = "Skip::is_none")]
    pub skip: Skip,
    /// Where its tensors are found.
    pub tensors: AttentionTensors,
}

/// Patterns of the tensors of an attention; of each list, the first that a checkpoint has is taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AttentionTensors {
    /// `P` of `P.weight` (H, C, 1, 1 or H, C) and, where there is one, `P.bias` (H).
    pub reduce: Vec<String>,
    /// `P` of `P.weight` (C, H, 1, 1 or C, H) and, where there is one, `P.bias` (C).
    pub expand: Vec<String>,
    /// Full name of the slopes of a PReLU between them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slope: Vec<String>,
}
