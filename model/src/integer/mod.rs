//! The integer network: the contract that golden, SIMD and RTL equal bit for bit.
//!
//! All arithmetic on these numbers is exact. `rnd(v, s) = (v + 2^(s-1)) >> s` rounds half up with an
//! arithmetic shift, and `sat_b(v)` clamps to `[-2^(b-1), 2^(b-1) - 1]`.

mod sign_weights;
mod streaming;
mod validate;

pub use sign_weights::SignWeights;
pub use streaming::{NotStreaming, Streaming};
pub use validate::InvalidNetwork;

use ndarray::Array4;
use serde::{Deserialize, Serialize};

/// Version of the file format and of the arithmetic. A reader refuses any other.
pub const FORMAT_VERSION: u32 = 1;

/// A network in integers: what every implementation computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntegerNetwork {
    /// Name of the network, such as `e2fif_x2`.
    pub name: String,
    /// Format of the full-precision stream.
    pub formats: Formats,
    /// How a pixel becomes an integer.
    pub input: InputFormat,
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
}

/// One layer. A layer reads the stream that its predecessor wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layer {
    /// Full-precision convolution of the pixels into the stream: `x = sat_b(rnd(sum w*in + add_c, shift))`.
    Head(Conv),
    /// Binary convolution stage of the stream.
    BinaryConv(BinaryConv),
    /// `r = x + x_0`, `b + 1` bits, exact; `x_0` is the output of the head.
    LongSkip,
    /// Full-precision convolution of the stream into pixels: `out = clamp(rnd(sum w*r + add_c, shift), 0, 255)`.
    Tail(Conv),
    /// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`.
    PixelShuffle {
        /// `s`, 1..=4.
        scale: usize,
    },
}

/// A full-precision convolution (cross-correlation, stride 1, odd square kernel, zero padding).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conv {
    /// Name in the network, such as `head`.
    pub name: String,
    /// `[out][in][ky][kx]`, 16-bit range.
    pub weight: Array4<i32>,
    /// One integer an output channel, added before the shift.
    pub add: Vec<i32>,
    /// Right shift with rounding, 1..=31.
    pub shift: u32,
}

/// A binary convolution stage: sign, dot, affine, skip, activation.
///
/// `s = (x >= threshold_c)`, `dot` over the valid taps, `t = rnd(mul_c * dot + add_c, shift)`,
/// `v = sat_b(x + t)`, then the activation where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinaryConv {
    /// Name in the network, such as `body.0.conv1`.
    pub name: String,
    /// Sign weights, `[out][ky][kx][in]`.
    pub weight: SignWeights,
    /// One threshold an *input* channel, in `[-2^(b-1), 2^(b-1)]`; both ends are legal.
    pub threshold: Vec<i32>,
    /// One multiplier an output channel.
    pub mul: Vec<i16>,
    /// One addend an output channel, before the shift.
    pub add: Vec<i32>,
    /// Right shift with rounding, 1..=31.
    pub shift: u32,
    /// Applied after the skip.
    pub activation: Option<LeakyRelu>,
}

/// `v < 0 => sat_b((v * slope) >> shift)`, floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakyRelu {
    /// Integer slope; at most three signed digits where it must stream without a multiplier.
    pub slope: i32,
    /// `m`.
    pub shift: u32,
}
