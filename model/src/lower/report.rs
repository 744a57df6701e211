//! What lowering chose, and what it costs.

use serde::{Deserialize, Serialize};

/// Every choice of a lowering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoweringReport {
    /// Name of the network.
    pub network: String,
    /// `b`.
    pub stream_bits: u32,
    /// `f`.
    pub fraction_bits: u32,
    /// `k` of the input.
    pub pixel_shift: u32,
    /// Largest error of a mean, in grey levels.
    pub mean_error: f64,
    /// Right shift of every binary stage that multiplies signs.
    pub affine_shift: u32,
    /// What calibration saw.
    pub stream: StreamReport,
    /// The head.
    pub head: ConvReport,
    /// The binary stages, in order.
    pub stages: Vec<StageReport>,
    /// Full-precision convolutions of the stream, in order.
    pub convs: Vec<ConvReport>,
    /// Attentions, in order.
    pub attentions: Vec<AttentionReport>,
    /// The tail.
    pub tail: ConvReport,
}

/// The stream's values on the calibration pictures; of the head and of every stage before its activation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamReport {
    /// How many pictures.
    pub pictures: usize,
    /// How many values.
    pub values: u64,
    /// How many of them saturate.
    pub saturated: u64,
    /// Largest magnitude, in grey levels.
    pub peak: f32,
    /// The layer that has it.
    pub peak_layer: String,
}

/// A full-precision convolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConvReport {
    /// Name of the layer.
    pub name: String,
    /// Right shift.
    pub shift: u32,
    /// Bits of the widest weight, with its sign.
    pub weight_bits: u32,
    /// Largest `sum|w| * max|x| + |add| + half`.
    pub largest_sum: i64,
    /// Bound of the rounding error of an output before its own rounding, in units of the output.
    pub error: f64,
    /// Smallest and largest output on the calibration pictures, in grey levels.
    pub range: (f32, f32),
    /// The activation, where there is one.
    pub activation: Option<ActivationReport>,
}

/// A binary stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageReport {
    /// Name of the layer.
    pub name: String,
    /// Right shift of its affine map.
    pub shift: u32,
    /// Smallest and largest multiplier.
    pub mul: (i16, i16),
    /// Smallest and largest addend.
    pub add: (i32, i32),
    /// Bound of the rounding error of the affine map before its own rounding, in units of `2^-f`.
    pub error: f64,
    /// Smallest and largest value before the activation on the calibration pictures, in grey levels.
    pub range: (f32, f32),
    /// The spatial factor, where there is one.
    pub spatial: Option<FactorReport>,
    /// The channel factor, where there is one.
    pub channel: Option<FactorReport>,
    /// The activation before the skip, where there is one.
    pub branch: Option<ActivationReport>,
    /// The activation, where there is one.
    pub activation: Option<ActivationReport>,
}

/// A channel attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionReport {
    /// Name of the layer.
    pub name: String,
    /// First linear layer.
    pub reduce: ConvReport,
    /// Second linear layer and the sigmoid.
    pub expand: FactorReport,
}

/// A factor: a weighted sum that is the index of a sigmoid's table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactorReport {
    /// Bits of the widest weight, with its sign.
    pub weight_bits: u32,
    /// Right shift to an index.
    pub shift: u32,
    /// Largest `sum|w| * max|x| + |add| + half`.
    pub largest_sum: i64,
    /// Bound of the error of a factor that is not clamped, in units of 1.
    pub error: f64,
}

/// Slopes as integers: of several, the one with the largest error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationReport {
    /// Slope of the trained network.
    pub trained: f32,
    /// Integer slope.
    pub slope: i32,
    /// Right shift.
    pub shift: u32,
    /// `slope / 2^shift - trained`.
    pub error: f64,
}
