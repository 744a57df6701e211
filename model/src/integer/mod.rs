//! The integer network: the contract that golden, SIMD and RTL equal bit for bit.
//!
//! All arithmetic on these numbers is exact. `rnd(v, s) = (v + 2^(s-1)) >> s` rounds half up with an
//! arithmetic shift, and `sat_b(v)` clamps to `[-2^(b-1), 2^(b-1) - 1]`.

mod activation;
mod binary_conv;
mod conv;
mod enlarge;
mod gap;
mod join;
mod obstacle;
mod sigmoid;
mod sign_weights;
mod streaming;
mod validate;
mod version;

pub use activation::{Activation, LeakyRelu, Prelu};
pub use binary_conv::{BinaryConv, Branch, ChannelFactor, Operand, Skip, SpatialFactor};
pub use conv::{Conv, StreamConv};
pub use enlarge::{Enlarge, Filter, mirrored};
pub use gap::{Gap, UnknownGap};
pub use join::{Attention, PictureTail};
pub use obstacle::{Obstacle, Part};
pub use sigmoid::SigmoidTable;
pub use sign_weights::SignWeights;
pub use streaming::{NotStreaming, Streaming};
pub use validate::InvalidNetwork;
pub use version::FORMAT_VERSION;

use serde::{Deserialize, Serialize};

/// A network in integers: what every implementation computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntegerNetwork {
    /// Name of the network, such as `e2fif_x2`.
    pub name: String,
    /// Format of the full-precision stream.
    pub formats: Formats,
    /// How a pixel becomes an integer.
    pub input: InputFormat,
    /// The sigmoid of the factors, where a layer has one.
    pub sigmoid: Option<SigmoidTable>,
    /// Layers in the order in which they run.
    pub layers: Vec<Layer>,
}

/// Fixed-point format of the full-precision stream: one for a whole network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formats {
    /// `b`: bits of a stream value, two's complement, 4..=24.
    pub stream_bits: u32,
    /// `f`: how many of them are fraction bits (units of one grey level).
    pub fraction_bits: u32,
}

impl Formats {
    /// Smallest stream value, `-2^(b-1)`.
    pub fn min(&self) -> i32 {
        -(1 << (self.stream_bits - 1))
    }

    /// Largest stream value, `2^(b-1) - 1`.
    pub fn max(&self) -> i32 {
        (1 << (self.stream_bits - 1)) - 1
    }
}

/// `in = (pixel << pixel_shift) - mean_c`; a padded tap has `in = 0`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFormat {
    /// `k`, 0..=7.
    pub pixel_shift: u32,
    /// One integer a channel, in units of `2^-k` grey levels.
    pub mean: Vec<i32>,
    /// The head reads the enlarged picture, `in = e - mean_c`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enlarge: Option<Enlarge>,
}

/// One layer. A layer reads the stream that its predecessor wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layer {
    /// Full-precision convolution of the pixels into the stream: `x = sat_b(rnd(sum w*in + add_c, shift))`, then the
    /// activation where there is one.
    Head(Conv),
    /// Binary convolution stage of the stream.
    BinaryConv(BinaryConv),
    /// Full-precision convolution of the stream into the stream.
    Conv(StreamConv),
    /// `r = x + x_0`, `b + 1` bits, exact; `x_0` is the output of the head. A convolution reads it.
    LongSkip,
    /// The outputs of these layers, one after the other: what the next layer reads.
    Concat {
        /// Positions of those layers.
        parts: Vec<usize>,
    },
    /// Channel attention of the stream.
    Attention(Attention),
    /// Full-precision convolution of the stream into pixels: `out = clamp(rnd(sum w*r + add_c, shift), 0, 255)`.
    Tail(Conv),
    /// A tail that adds the enlarged LR picture; the last layer.
    PictureTail(PictureTail),
    /// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`, of the stream, or of pixels after the tail.
    PixelShuffle {
        /// `s`, 1..=4.
        scale: usize,
    },
}

impl Layer {
    /// Name of the layer, where its kind has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Layer::Head(conv) | Layer::Tail(conv) => Some(&conv.name),
            Layer::Conv(stream) => Some(&stream.conv.name),
            Layer::BinaryConv(stage) => Some(&stage.name),
            Layer::Attention(attention) => Some(&attention.name),
            Layer::PictureTail(tail) => Some(&tail.conv.name),
            Layer::LongSkip | Layer::Concat { .. } | Layer::PixelShuffle { .. } => None,
        }
    }

    /// The layer's kind in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Head(_) => "a head",
            Layer::BinaryConv(_) => "a binary convolution",
            Layer::Conv(_) => "a convolution of the stream",
            Layer::LongSkip => "a long skip",
            Layer::Concat { .. } => "a concatenation",
            Layer::Attention(_) => "an attention",
            Layer::Tail(_) => "a tail",
            Layer::PictureTail(_) => "a tail that adds the enlarged picture",
            Layer::PixelShuffle { .. } => "a pixel shuffle",
        }
    }
}

impl IntegerNetwork {
    /// Super-resolution factor: the product of all pixel shuffles, and of an enlargement before the head.
    pub fn scale(&self) -> usize {
        let factors = self.layers.iter().filter_map(|layer| match layer {
            Layer::PixelShuffle { scale } => Some(*scale),
            _ => None,
        });
        let enlarged = self.input.enlarge.as_ref().map_or(1, |enlarge| enlarge.scale);
        factors.fold(enlarged, usize::saturating_mul)
    }

    /// The binary stages, in order.
    pub fn binary_stages(&self) -> impl Iterator<Item = &BinaryConv> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::BinaryConv(stage) => Some(stage),
            _ => None,
        })
    }
}
