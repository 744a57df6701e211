//! The vocabulary in which a network is written down: layers in order, with a repeat for blocks.
//!
//! A description is data (TOML), never a type a network. It says what is computed and under which names the
//! tensors of a checkpoint are looked for; it holds no weights. Unknown fields are refused.
//!
//! Inside a repeat, `{}` in a name or a tensor pattern stands for the index of the repetition; in nested
//! repeats the first `{}` is the index of the outermost one.

mod error;
mod expand;

pub use error::DescriptionError;
pub use expand::{PlacedBinaryConv, PlacedConv, PlacedLayer};

use serde::{Deserialize, Serialize};

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
    /// Added to the variance in batch normalisation.
    pub bn_eps: f64,
    /// Tensors of a checkpoint that carry nothing: names, `*` at either end matches anything.
    #[serde(default)]
    pub ignored_tensors: Vec<String>,
    /// Layers in the order in which they run.
    pub layers: Vec<Layer>,
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
    /// Binary convolution stage: threshold, dot, affine, skip, activation.
    BinaryConv(BinaryConv),
    /// Adds an earlier layer's output.
    LongSkip(LongSkip),
    /// Channels to pixels.
    PixelShuffle(PixelShuffle),
    /// The same layers again, with weights of their own.
    Repeat(Repeat),
}

/// Full-precision convolution: cross-correlation, stride 1, zero padding, with a bias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Conv {
    /// Name in the network.
    pub name: String,
    /// Side of the square kernel, odd.
    pub kernel: usize,
    /// Output channels; those of the network where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<usize>,
    /// Patterns `P` of its tensors `P.weight` and `P.bias`: the first that a checkpoint has is taken.
    pub tensors: Vec<String>,
}

/// Binary convolution stage: `v = activation(affine(dot(sign(x - threshold), sign(w))) + skip)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BinaryConv {
    /// Name in the network.
    pub name: String,
    /// Side of the square kernel, odd.
    pub kernel: usize,
    /// What the input is compared with.
    pub threshold: Threshold,
    /// What scales the dot product.
    pub affine: Affine,
    /// What is added to it.
    pub skip: Skip,
    /// Applied after the skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Where its tensors are found.
    pub tensors: BinaryTensors,
}

/// Threshold of the sign: `s = +1` where `x >= threshold`, else `-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// 0 for every channel.
    Zero,
    /// One trained value an input channel.
    Channel,
}

/// Affine map of the dot product, one an output channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affine {
    /// Batch normalisation with its running statistics.
    BatchNorm,
}

/// What a stage adds to its convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Its own full-precision input.
    Identity,
}

/// Activation function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `v < 0 => v * slope`, slope in 0..=1.
    LeakyRelu(f32),
}

/// Patterns of the tensors of a binary stage; of each list, the first that a checkpoint has is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BinaryTensors {
    /// `P` of `P.weight` and, where the convolution has one, `P.bias`.
    pub conv: Vec<String>,
    /// `P` of `P.weight`, `P.bias`, `P.running_mean` and `P.running_var`.
    pub norm: Vec<String>,
    /// Full name of a trained threshold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threshold: Vec<String>,
}

/// Adds the output of an earlier convolution to the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LongSkip {
    /// Name of that convolution.
    pub from: String,
}

/// `out[c, y*s + i, x*s + j] = in[c*s*s + i*s + j, y, x]` with `s` the scale of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PixelShuffle {}

/// Layers that come several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repeat {
    /// How many times.
    pub times: usize,
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
