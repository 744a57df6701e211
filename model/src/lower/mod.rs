//! Lowering: a floating-point network to an integer network, once, with every choice reported.
//!
//! The fraction bits `f` come from calibration pictures: the most for which no more than a stated share of the
//! stream's values saturates. Then, in units of `2^-f` grey levels:
//!
//! | part | integers |
//! |---|---|
//! | head | `w = round(w * 2^(f - k + shift))`, `add = round((bias - middle) * 2^(f + shift))` |
//! | threshold | `ceil(beta * 2^f)`, clamped to the range of the stream and one above |
//! | affine | `mul = round(scale * 2^(f + shift))`, `add = round(offset * 2^(f + shift))`; one shift for all stages |
//! | affine of a multi-bit operand | `mul = round(scale * 2^shift)`: the dot has the stream's units; a shift a stage |
//! | factors | `w = round(w * 2^(6 - f + shift))`: an index of the sigmoid's table is 1/64 |
//! | attention | the first layer as a convolution of the stream, divided by a power of two so that nothing saturates; the second as a factor |
//! | activation | slope with at most three signed digits; a slope a channel with up to 12 fraction bits |
//! | convolution of the stream | `w = round(w * 2^shift)`, `add = round((bias + n * middle * sum w - middle) * 2^(f + shift))` |
//! | tail | `w = round(w * 2^(shift - f))`, `add = round((bias + mean + n * middle * sum w) * 2^shift)` |
//!
//! A skip of several terms adds as many middles where one is written: `add` of its convolution takes the others away. So does
//! the convolution that adds nothing with the one that is missing.
//!
//! `middle = 2^-(f+1)`, half a unit: a stream value `X` stands for the interval `[X, X + 1)` and is read as its middle.
//! Then `X >= 0` says exactly that the real value is not negative, where a rounded value would call everything from
//! minus half a unit positive; the floor of the activation keeps the convention, and the sum of a long skip carries it
//! twice (`n = 2`, else 1).

mod activation;
mod attention;
mod calibration;
mod conv;
mod error;
mod factor;
mod input;
mod network;
mod pictures;
mod report;
mod stage;

pub use error::LowerError;
pub use network::lower;
pub use pictures::calibration_pictures;
pub use report::{
    ActivationReport, AttentionReport, ConvReport, FactorReport, LoweringReport, StageReport, StreamReport,
};

use crate::integer::IntegerNetwork;

/// What may be chosen in lowering.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweringOptions {
    /// `b`: bits of a stream value, 4..=24.
    pub stream_bits: u32,
    /// `f`, in place of the one from calibration.
    pub fraction_bits: Option<u32>,
    /// Largest share of the stream's values that may saturate on the calibration pictures. The default is what rare
    /// peaks come to. A share of 1e-4 can cost half a decibel: the skips carry a saturated value through the network.
    pub saturation: f64,
}

impl Default for LoweringOptions {
    fn default() -> Self {
        Self { stream_bits: 11, fraction_bits: None, saturation: 4e-6 }
    }
}

/// An integer network and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The network.
    pub network: IntegerNetwork,
    /// Every choice that was made.
    pub report: LoweringReport,
}
