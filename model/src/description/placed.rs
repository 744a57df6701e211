//! Layers of an unfolded description, with their shapes.

use super::{Activation, Affine, BinaryTensors, Factor, Threshold};

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
    /// Channels to pixels.
    PixelShuffle {
        /// `s`.
        scale: usize,
    },
}

/// What a placed convolution adds to its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacedSkip {
    /// Its own input.
    Identity,
    /// Nothing.
    None,
    /// The output of the layer at this position.
    From(usize),
    /// Its own input, each channel several times.
    Repeat,
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
