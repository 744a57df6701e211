//! Layers of an unfolded description, with their shapes.

use super::{Activation, Affine, AttentionTensors, BinaryTensors, Factor, Threshold};
use crate::integer::Filter;

/// One layer of an unfolded description, with its shape.
#[derive(Clone, Debug, PartialEq)]
pub enum PlacedLayer {
    /// Full-precision convolution.
    Conv(PlacedConv),
    /// Binary convolution stage.
    BinaryConv(PlacedBinaryConv),
    /// Adds the output of layer number `from`.
    LongSkip {
        /// Position of that layer.
        from: usize,
    },
    /// The outputs of these layers, one after the other.
    Concat {
        /// Positions of those layers.
        parts: Vec<usize>,
    },
    /// Channel attention.
    Attention(PlacedAttention),
    /// Channels to pixels.
    PixelShuffle {
        /// `s`.
        scale: usize,
    },
}

/// What a placed layer adds to its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacedSkip {
    /// Its own input.
    Identity,
    /// Nothing.
    None,
    /// The output of the layer at this position.
    From(usize),
    /// Its own input, each channel several times.
    Repeat,
    /// Several of these.
    Sum(Vec<PlacedSkip>),
    /// The LR picture, enlarged.
    Enlarged(Filter),
}

impl PlacedSkip {
    /// Positions of the layers of which it adds the output.
    pub(crate) fn sources(&self) -> Vec<usize> {
        match self {
            PlacedSkip::From(position) => vec![*position],
            PlacedSkip::Sum(terms) => terms.iter().flat_map(PlacedSkip::sources).collect(),
            PlacedSkip::Identity | PlacedSkip::None | PlacedSkip::Repeat | PlacedSkip::Enlarged(_) => Vec::new(),
        }
    }

    /// How many values of the stream it adds to each result.
    pub(crate) fn terms(&self) -> usize {
        match self {
            PlacedSkip::None | PlacedSkip::Enlarged(_) => 0,
            PlacedSkip::Identity | PlacedSkip::From(_) | PlacedSkip::Repeat => 1,
            PlacedSkip::Sum(terms) => terms.iter().map(PlacedSkip::terms).sum(),
        }
    }
}

/// A full-precision convolution in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedConv {
    /// Name, without placeholders.
    pub name: String,
    /// Input channels.
    pub input: usize,
    /// Output channels.
    pub output: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// What is added.
    pub skip: PlacedSkip,
    /// Applied after the skip.
    pub activation: Option<Activation>,
    /// Alternatives for the prefix of its tensors.
    pub tensors: Vec<String>,
    /// Alternatives for the prefix of its batch normalisation; empty where it has none.
    pub norm: Vec<String>,
    /// Alternatives for the name of its slopes.
    pub slope: Vec<String>,
}

/// A binary convolution stage in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedBinaryConv {
    /// Name, without placeholders.
    pub name: String,
    /// Input channels.
    pub input: usize,
    /// Output channels.
    pub output: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// What the input is compared with.
    pub threshold: Threshold,
    /// What scales the dot product.
    pub affine: Affine,
    /// Factors of the scaled dot product.
    pub factors: Vec<Factor>,
    /// Applied before the skip.
    pub branch: Option<Activation>,
    /// What is added.
    pub skip: PlacedSkip,
    /// Applied after the skip.
    pub activation: Option<Activation>,
    /// Alternatives for the names of its tensors.
    pub tensors: BinaryTensors,
}

/// A channel attention in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedAttention {
    /// Name, without placeholders.
    pub name: String,
    /// Channels of what it scales.
    pub channels: usize,
    /// Channels between the two linear layers.
    pub hidden: usize,
    /// Applied between them.
    pub activation: Option<Activation>,
    /// What is added.
    pub skip: PlacedSkip,
    /// Alternatives for the names of its tensors.
    pub tensors: AttentionTensors,
}
