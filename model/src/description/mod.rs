//! The vocabulary in which a network is written down: layers in order, with a repeat for blocks.
//!
//! A description is data (TOML), never a type a network. It says what is computed and under which names the
//! tensors of a checkpoint are looked for; it holds no weights. Unknown fields are refused.
//!
//! Inside a repeat, `{}` in a name or a tensor pattern stands for the index of the repetition; in nested
//! repeats the first `{}` is the index of the outermost one.

mod affine;
mod binary_conv;
mod conv;
mod error;
mod expand;
mod join;
mod names;
mod placed;
mod size;
mod skip;
mod variant;
mod version;

pub use affine::{Affine, AffineStep};
pub use binary_conv::{BinaryConv, BinaryTensors, Factor, Threshold};
pub use conv::{Activation, Conv, Skip};
pub use error::DescriptionError;
pub use join::{Attention, AttentionTensors, Concat, Part};
pub use placed::{PlacedAttention, PlacedBinaryConv, PlacedConv, PlacedLayer, PlacedSkip};
pub use size::Size;
pub use variant::{Droppable, UnknownPart};

use serde::{Deserialize, Serialize};

use crate::integer::{Filter, Gap};

/// A described network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Description {
    /// Name of the network, such as `e2fif_x2`.
    pub name: String,
    /// Method that it was published under, such as `e2fif`.
    pub method: String,
    /// Full-precision architecture that it binarizes, such as `srresnet`.
    pub backbone: String,
    /// Super-resolution factor, 1..=4.
    pub scale: usize,
    /// Channels of the stream; what a convolution has where it does not say otherwise.
    pub channels: usize,
    /// What a pixel is.
    pub colour: Colour,
    /// Subtracted from each colour before the first layer and added after the last, in grey levels.
    pub mean: Vec<f64>,
    /// The checkpoint's network reads `(pixel - mean) / divisor` and gives `(pixel - mean) / divisor`; import folds it.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub divisor: f64,
    /// The head reads the picture enlarged by this filter to `scale` times its size, in place of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enlarge: Option<Filter>,
    /// Over what averages of channels are taken.
    #[serde(default, skip_serializing_if = "Gap::is_picture")]
    pub gap: Gap,
    /// Added to the variance in batch normalisation.
    pub bn_eps: f64,
    /// Tensors of a checkpoint that carry nothing: names, `*` at either end matches anything.
    #[serde(default)]
    pub ignored_tensors: Vec<String>,
    /// Layers in the order in which they run.
    pub layers: Vec<Layer>,
}

fn one() -> f64 {
    1.0
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

fn is_one(value: &f64) -> bool {
    *value == 1.0
}

/// Colour space of the network's input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Luma of BT.601, 0..=255.
    Y,
    /// Red, green, blue, 0..=255.
    Rgb,
}

impl Colour {
    /// Values a pixel.
    pub fn channels(self) -> usize {
        match self {
            Colour::Y => 1,
            Colour::Rgb => 3,
        }
    }
}

/// One entry of a description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layer {
    /// Full-precision convolution.
    Conv(Conv),
    /// Binary convolution stage: threshold, dot, affine, factors, skip, activation.
    BinaryConv(BinaryConv),
    /// Adds an earlier layer's output.
    LongSkip(LongSkip),
    /// Channels of earlier outputs, one after the other.
    Concat(Concat),
    /// Channel attention.
    Attention(Attention),
    /// Channels to pixels.
    PixelShuffle(PixelShuffle),
    /// The same layers again, with weights of their own.
    Repeat(Repeat),
}

/// Adds the output of an earlier convolution to the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LongSkip {
    /// Name of that convolution.
    pub from: String,
}

/// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PixelShuffle {
    /// `s`; the scale of the network where absent. All shuffles together make the scale of the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<usize>,
}

/// Layers that come several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repeat {
    /// How many times.
    pub times: usize,
    /// Index of the first time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub first: usize,
    /// What comes again.
    pub layers: Vec<Layer>,
}

impl Description {
    /// Reads and checks a description.
    ///
    /// # Errors
    /// [`DescriptionError`]: not TOML, a field unknown or missing, or layers that do not fit together.
    pub fn from_toml(text: &str) -> Result<Self, DescriptionError> {
        let description: Self = toml::from_str(text)?;
        description.expand()?;
        Ok(description)
    }

    /// The description as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("every field of a description has a TOML form")
    }
}
