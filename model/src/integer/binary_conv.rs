//! The binary convolution stage and its parts.

use serde::{Deserialize, Serialize};

use super::{Activation, Gap, SignWeights};

/// A binary convolution stage: operand, dot, affine, factors, branch activation, skip, activation.
///
/// `t = rnd(mul_c * dot + add_c, shift)`; `t = (t * S + 2^15) >> 16` for each factor `S`, the spatial one first;
/// the branch's activation; `v = sat_b(skip + t)`; the activation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinaryConv {
    /// Name in the network, such as `body.0.conv1`.
    pub name: String,
    /// Sign weights, `[out][ky][kx][in]`.
    pub weight: SignWeights,
    /// What the weights meet.
    pub operand: Operand,
    /// One multiplier an output channel.
    pub mul: Vec<i16>,
    /// One addend an output channel, before the shift.
    pub add: Vec<i32>,
    /// Right shift with rounding, 1..=31.
    pub shift: u32,
    /// One factor a pixel.
    pub spatial: Option<SpatialFactor>,
    /// One factor a channel, from the whole picture: a stage with it does not stream.
    pub channel: Option<ChannelFactor>,
    /// Applied before the skip.
    pub branch: Option<Branch>,
    /// What is added.
    pub skip: Skip,
    /// Applied after the skip.
    pub activation: Option<Activation>,
}

/// What a binary convolution multiplies with its sign weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operand {
    /// `s = (x >= threshold_c)`.
    Sign {
        /// One an *input* channel, in `[-2^(b-1), 2^(b-1)]`; both ends are legal.
        threshold: Vec<i32>,
    },
    /// `s = (n*x - sum >= 0)`, with the sum and the number `n` of the valid values of the same channel around `x`.
    LocalMean {
        /// Side of the neighbourhood, odd, 3..=7.
        kernel: usize,
    },
    /// `s = (n*x - sum >= 0)`, with the sum and the number `n` of the channel's values over the picture, or what `Gap` says.
    Mean(Gap),
    /// The stream itself: only the weights are binary. A tap outside the picture adds 0.
    Stream,
}

/// One factor a pixel: `S = sigmoid[clamp(rnd(sum_c w_c * x_c + add, shift))]`, of the stage's input `x`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpatialFactor {
    /// One an input channel, 16-bit range.
    pub weight: Vec<i32>,
    /// Added before the shift.
    pub add: i32,
    /// Right shift with rounding to an index of the table, 1..=31.
    pub shift: u32,
}

/// One factor a channel: `R_c = sigmoid[clamp(rnd(sum_j w_j * gap_(c+j-2) + add, shift))]`, with
/// `gap_c = floor((2*sum + n) / (2n))` over `n` values of channel `c` of the stage's input and 0 beyond the channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFactor {
    /// A one-dimensional kernel over the channels, 16-bit range.
    pub weight: [i32; 5],
    /// Added before the shift.
    pub add: i32,
    /// Right shift with rounding to an index of the table, 1..=31.
    pub shift: u32,
    /// Over what the averages are taken.
    pub gap: Gap,
}

/// What follows the affine map before the skip: if `t < 0`, `t = rnd(t * slope_c, m)`; then `t + offset_c`.
///
/// It rounds where the activation after the skip floors: no sign is taken of `t`, and a sum of many floors drifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Slopes, with a shift of 1..=31.
    pub activation: Activation,
    /// One an output channel, in units of the stream, of 25 bits with the sign.
    pub offset: Vec<i32>,
}

/// What a layer adds to its result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Its own input.
    #[default]
    Identity,
    /// Nothing.
    None,
    /// The output of the layer at this position.
    From(usize),
    /// Its own input, channel `i` for each of the outputs `i*k .. (i+1)*k`, with `k` outputs an input.
    Repeat,
    /// Several of these, in exact arithmetic.
    Sum(Vec<Skip>),
}

impl Skip {
    /// Positions of the layers of which it adds the output.
    pub fn sources(&self) -> Vec<usize> {
        match self {
            Skip::From(position) => vec![*position],
            Skip::Sum(terms) => terms.iter().flat_map(Skip::sources).collect(),
            Skip::Identity | Skip::None | Skip::Repeat => Vec::new(),
        }
    }
}

impl BinaryConv {
    /// The thresholds, one an input channel, where the operand is the sign of the stream.
    pub fn threshold(&self) -> Option<&[i32]> {
        match &self.operand {
            Operand::Sign { threshold } => Some(threshold),
            Operand::LocalMean { .. } | Operand::Mean(_) | Operand::Stream => None,
        }
    }

    /// The activation, where it is one slope for all channels.
    pub fn leaky_relu(&self) -> Option<super::LeakyRelu> {
        match self.activation {
            Some(Activation::LeakyRelu(leaky)) => Some(leaky),
            Some(Activation::Prelu(_)) | None => None,
        }
    }
}
