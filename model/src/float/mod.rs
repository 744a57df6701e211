//! A network in floating point, with binary convolutions as packed signs, and running it.
//!
//! Batch normalisation is folded: `v_c = activation(scale_c * dot_c + offset_c + x_c)`. The dot products are exact
//! integers; everything else is f32.

mod binary;
mod conv;
mod plane;
mod run;

pub use run::Observation;

use ndarray::Array4;

use crate::{description::Description, integer::SignWeights};

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
    /// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`, `s` the scale of the network.
    PixelShuffle,
}

/// `y_o = sum w[o][i][ky][kx] * x_i + bias_o`, cross-correlation, stride 1, zero padding.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatConv {
    /// Name in the network.
    pub name: String,
    /// `[out][in][ky][kx]`.
    pub weight: Array4<f32>,
    /// One an output channel.
    pub bias: Vec<f32>,
}

/// `v_c = activation(scale_c * dot_c + offset_c + x_c)`; a tap outside the image adds 0 to `dot`.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatBinaryConv {
    /// Name in the network.
    pub name: String,
    /// Sign weights.
    pub weight: SignWeights,
    /// One an input channel, in grey levels: `s = +1` where `x >= threshold`.
    pub threshold: Vec<f32>,
    /// One an output channel.
    pub scale: Vec<f32>,
    /// One an output channel, in grey levels.
    pub offset: Vec<f32>,
    /// Slope below zero, where there is an activation.
    pub leaky_relu: Option<f32>,
}

impl FloatLayer {
    /// Name of the layer, or its kind where it has none.
    pub fn name(&self) -> &str {
        match self {
            FloatLayer::Conv(conv) => &conv.name,
            FloatLayer::BinaryConv(stage) => &stage.name,
            FloatLayer::LongSkip { .. } => "long-skip",
            FloatLayer::PixelShuffle => "pixel-shuffle",
        }
    }
}
