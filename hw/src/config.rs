//! Parameters of the generator.

use bsr_model::integer::LeakyRelu;
use serde::{Deserialize, Serialize};

/// The shape of an engine. Every network within these limits runs on it; see [`crate::Program`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineConfig {
    /// `C`: channels of the stream.
    pub channels: usize,
    /// `P`: output channels computed a cycle; divides `channels`.
    pub lanes: usize,
    /// `G`: pixels computed a cycle.
    pub pixels: usize,
    /// Interleaved chains of stages, 1 or 2.
    pub chains: usize,
    /// Widest picture, in pixels; a multiple of `pixels`.
    pub strip_width: usize,
    /// Most binary stages of a network.
    pub max_stages: usize,
    /// `b`: bits of a stream value.
    pub stream_bits: u32,
    /// Pixel-shuffle factor.
    pub scale: usize,
    /// Register stages inside the popcount.
    pub popcount_stages: usize,
    /// Head channels computed a cycle (nine multipliers each); divides `lanes`.
    pub head_lanes: usize,
    /// The largest affine shift; a network's own may be up to two less.
    pub affine_shift: u32,
    /// The activation that stages may switch on.
    pub activation: LeakyRelu,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            channels: 64,
            lanes: 32,
            pixels: 1,
            chains: 1,
            strip_width: 64,
            max_stages: 32,
            stream_bits: 11,
            scale: 2,
            popcount_stages: 4,
            head_lanes: 4,
            affine_shift: 12,
            activation: LeakyRelu { slope: 13, shift: 7 },
        }
    }
}
