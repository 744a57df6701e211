//! Model card: what a trained network is, what it was trained on, how well it does, and the hashes of its files.
//!
//! A card is data (JSON), made by `model card`; `card.md` is the same for people.

use serde::{Deserialize, Serialize};

/// The card of one entry of the zoo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Name of the network.
    pub name: String,
    /// Runs of training, oldest first: each started from the weights of the one before.
    pub training: Vec<Run>,
    /// Protocol of the rows of networks.
    pub protocol: String,
    /// Protocol of the bicubic row.
    pub protocol_bicubic: String,
    /// Figures, one entry a set.
    pub scores: Vec<SetScores>,
    /// Shipped files.
    pub files: Vec<ShippedFile>,
}

/// One run of training. Topology and recipe are kept as the training package wrote them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What was trained.
    #[serde(default)]
    pub topology: serde_json::Map<String, serde_json::Value>,
    /// How.
    #[serde(default)]
    pub recipe: serde_json::Map<String, serde_json::Value>,
    /// Steps of the optimiser that were taken.
    #[serde(default)]
    pub step: u64,
    /// Pictures that it was trained on.
    #[serde(default)]
    pub data: Vec<DataSet>,
    /// In place of the rest, for weights of which nothing more is recorded: the checkpoint's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// A set of pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// How many pictures of it.
    pub pictures: usize,
    /// Terms of use, which the weights inherit.
    pub terms: String,
}

/// Figures on one set: means over its pictures, PSNR in dB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetScores {
    /// Name of the set.
    pub set: String,
    /// Pictures in it.
    pub images: usize,
    /// Bicubic upscaling.
    pub psnr_bicubic: f64,
    /// The same.
    pub ssim_bicubic: f64,
    /// The floating-point network on unrounded luma, as papers have it.
    pub psnr_float: f64,
    /// The same.
    pub ssim_float: f64,
    /// The floating-point network on 8-bit luma, which is what the integer network reads.
    pub psnr_float_u8: f64,
    /// The integer network; the shipped one first.
    pub integer: Vec<IntegerScore>,
}

/// The integer network on 8-bit luma.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegerScore {
    /// Bits of a stream value.
    pub stream_bits: u32,
    /// How many of them are fraction bits.
    pub fraction_bits: u32,
    /// PSNR in dB.
    pub psnr: f64,
    /// SSIM.
    pub ssim: f64,
}

/// A file of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedFile {
    /// Its name.
    pub file: String,
    /// Its size.
    pub bytes: usize,
    /// Hash of its bytes.
    pub sha256: String,
}

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// As `serde_json` has them: not JSON, or a field unknown or missing.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The figures on a set, where the card has them.
    pub fn on(&self, set: &str) -> Option<&SetScores> {
        self.scores.iter().find(|scores| scores.set == set)
    }
}

impl SetScores {
    /// The shipped integer network.
    ///
    /// # Panics
    /// If the card has no integer network: `model card` writes none without.
    pub fn shipped(&self) -> &IntegerScore {
        self.integer.first().expect("a card has the figures of the shipped integer network")
    }

    /// What lowering costs: floating point on the same 8-bit luma minus integers, in dB.
    pub fn loss(&self, integer: &IntegerScore) -> f64 {
        self.psnr_float_u8 - integer.psnr
    }
}
