//! A network in floating point, with binary convolutions as packed signs, and running it.
//!
//! Batch normalisation is folded: `v_c = activation(scale_c * dot_c + offset_c + x_c)`. The dot products of signs are
//! exact integers; everything else is f32.

mod activation;
mod attention;
mod binary;
mod conv;
mod enlarge;
mod factors;
mod operand;
mod plane;
mod run;

pub use run::Observation;

use ndarray::Array4;

use crate::{
    description::{Description, PlacedSkip},
    integer::SignWeights,
};

/// A described network with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatNetwork {
    /// What it computes.
    pub description: Description,
    /// Layers in the order in which they run, with repeats unfolded.
    pub layers: Vec<FloatLayer>,
}

/// One layer of a [`FloatNetwork`].
#[derive(Clone, Debug, PartialEq)]
pub enum FloatLayer {
    /// Full-precision convolution.
    Conv(FloatConv),
    /// Binary convolution stage.
    BinaryConv(FloatBinaryConv),
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
    Attention(FloatAttention),
    /// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`.
    PixelShuffle {
        /// `s`.
        scale: usize,
    },
}

/// `v_o = activation(sum w[o][i][ky][kx] * x_i + bias_o + skip)`, cross-correlation, stride 1, zero padding.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatConv {
    /// Name in the network.
    pub name: String,
    /// `[out][in][ky][kx]`.
    pub weight: Array4<f32>,
    /// One an output channel.
    pub bias: Vec<f32>,
    /// What is added.
    pub skip: PlacedSkip,
    /// Applied after the skip.
    pub activation: Option<FloatActivation>,
}

/// `v_c = activation(branch(factors * (scale_c * dot_c + offset_c)) + skip)`; a tap outside the image adds 0 to `dot`.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatBinaryConv {
    /// Name in the network.
    pub name: String,
    /// Sign weights.
    pub weight: SignWeights,
    /// What the weights meet.
    pub operand: FloatOperand,
    /// One an output channel.
    pub scale: Vec<f32>,
    /// One an output channel, in grey levels.
    pub offset: Vec<f32>,
    /// `sigmoid(sum_c w_c * x_c + bias)`, one factor a pixel.
    pub spatial: Option<FloatFactor>,
    /// `sigmoid(sum_j w_j * mean(x)_(c+j-2) + bias)`, one factor a channel, five weights.
    pub channel: Option<FloatFactor>,
    /// Applied before the skip.
    pub branch: Option<FloatBranch>,
    /// What is added.
    pub skip: PlacedSkip,
    /// Applied after the skip.
    pub activation: Option<FloatActivation>,
}

/// What a binary convolution multiplies with its sign weights.
#[derive(Clone, Debug, PartialEq)]
pub enum FloatOperand {
    /// `+1` where `x >= threshold`, else `-1`; one threshold an input channel, in grey levels.
    Sign(Vec<f32>),
    /// `+1` where `x` is at least the mean of the valid values in a neighbourhood of this side, else `-1`.
    LocalMean(usize),
    /// `+1` where `x` is at least the mean of its channel, else `-1`.
    Mean,
    /// The stream itself.
    Stream,
}

/// `v = x * sigmoid(expand(activation(reduce(mean(x))))) + skip`, both layers 1x1 convolutions of one pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatAttention {
    /// Name in the network.
    pub name: String,
    /// First layer, with the activation between them.
    pub reduce: FloatConv,
    /// Second layer, to the argument of the sigmoid.
    pub expand: FloatConv,
    /// What is added.
    pub skip: PlacedSkip,
}

/// Argument of a sigmoid: a weighted sum and a bias.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatFactor {
    /// Weights, for values in grey levels.
    pub weight: Vec<f32>,
    /// Bias.
    pub bias: f32,
}

/// An activation before the skip, and what is added after it.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatBranch {
    /// Applied to the scaled dot product.
    pub activation: FloatActivation,
    /// One an output channel, in grey levels.
    pub offset: Vec<f32>,
}

/// `v < 0 => v * slope`.
#[derive(Clone, Debug, PartialEq)]
pub enum FloatActivation {
    /// One slope for all channels.
    LeakyRelu(f32),
    /// One slope a channel.
    Prelu(Vec<f32>),
}

impl FloatLayer {
    /// Name of the layer, or its kind where it has none.
    pub fn name(&self) -> &str {
        match self {
            FloatLayer::Conv(conv) => &conv.name,
            FloatLayer::BinaryConv(stage) => &stage.name,
            FloatLayer::Attention(attention) => &attention.name,
            FloatLayer::Concat { .. } => "concat",
            FloatLayer::LongSkip { .. } => "long-skip",
            FloatLayer::PixelShuffle { .. } => "pixel-shuffle",
        }
    }

    /// What the layer adds to its result.
    pub(crate) fn skip(&self) -> &PlacedSkip {
        match self {
            FloatLayer::Conv(conv) => &conv.skip,
            FloatLayer::BinaryConv(stage) => &stage.skip,
            FloatLayer::Attention(attention) => &attention.skip,
            FloatLayer::LongSkip { .. } | FloatLayer::Concat { .. } | FloatLayer::PixelShuffle { .. } => {
                &PlacedSkip::None
            }
        }
    }

    /// The activation at the end of a convolution.
    pub(crate) fn activation(&self) -> Option<&FloatActivation> {
        match self {
            FloatLayer::Conv(conv) => conv.activation.as_ref(),
            FloatLayer::BinaryConv(stage) => stage.activation.as_ref(),
            FloatLayer::LongSkip { .. }
            | FloatLayer::Concat { .. }
            | FloatLayer::Attention(_)
            | FloatLayer::PixelShuffle { .. } => None,
        }
    }
}
