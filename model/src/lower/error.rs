//! Why a network cannot be lowered.

use crate::integer::InvalidNetwork;

/// Why a network cannot be lowered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LowerError {
    /// `stream_bits` is out of range.
    #[error("stream_bits is {found}, expected 4 to 24")]
    StreamBits {
        /// What was asked for.
        found: u32,
    },
    /// There is nothing to choose the formats from.
    #[error("no calibration picture of {colours} colour(s) with at least one pixel, and no fraction bits given")]
    NoCalibration {
        /// Colours of the network.
        colours: usize,
    },
    /// The stream does not fit, whatever the fraction bits.
    #[error("the stream peaks at {peak} grey levels at `{layer}`, which {stream_bits} bits do not hold")]
    StreamRange {
        /// Where the peak is.
        layer: String,
        /// The peak.
        peak: f32,
        /// Bits of the stream.
        stream_bits: u32,
    },
    /// A multiplier of a binary stage is out of range at the smallest shift.
    #[error(
        "`{layer}` has scale {scale}, of which the multiplier does not fit 16 bits at shift {shift} and {fraction_bits} fraction bits"
    )]
    Multiplier {
        /// Name of the stage.
        layer: String,
        /// Its largest scale.
        scale: f32,
        /// The smallest shift.
        shift: u32,
        /// `f`.
        fraction_bits: u32,
    },
    /// An addend does not fit 32 bits.
    #[error("`{layer}` has offset {offset}, which does not fit 32 bits")]
    Addend {
        /// Name of the layer.
        layer: String,
        /// Its largest offset.
        offset: f64,
    },
    /// No shift of a full-precision convolution keeps its accumulator below 2^31.
    #[error("the accumulator of `{layer}` does not fit 32 bits at any shift")]
    Accumulator {
        /// Name of the convolution.
        layer: String,
    },
    /// A long skip starts elsewhere than at the head.
    #[error("the long skip starts at `{layer}`, expected the head")]
    LongSkip {
        /// Where it starts.
        layer: String,
    },
    /// A slope is beyond what an integer slope can be.
    #[error("`{layer}` has a slope that no integer of 16 bits and a shift can be")]
    Slope {
        /// Name of the layer.
        layer: String,
    },
    /// The layers do not begin with a convolution of pixels and end with one into pixels.
    #[error("`{network}` has no {missing}")]
    Ends {
        /// Name of the network.
        network: String,
        /// What is missing.
        missing: &'static str,
    },
    /// The result breaks a rule of integer networks.
    #[error(transparent)]
    Invalid(#[from] InvalidNetwork),
}

impl LowerError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoCalibration { .. } => Some("pass calibration pictures, or `--fraction-bits`"),
            Self::StreamRange { .. } => Some("use more stream bits"),
            Self::Multiplier { .. } => Some("use fewer fraction bits"),
            Self::Addend { .. } | Self::Accumulator { .. } | Self::Slope { .. } => {
                Some("the weights are far from those of a trained network")
            }
            _ => None,
        }
    }
}
