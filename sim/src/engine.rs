//! From an engine's parameters to a simulator, and from a network to the engine that runs it.

use bsr_hw::{ConfigError, Design, EngineConfig};
use bsr_model::integer::{BinaryConv, Formats, Streaming};

use crate::build::{BuildError, Cache, Rtl, Simulator, Variant};
use crate::tools::Search;

impl From<&Design> for Rtl {
    fn from(design: &Design) -> Self {
        Self { files: design.files.iter().map(|file| (file.name.clone(), file.text.clone())).collect() }
    }
}

/// Why an engine has no simulator.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Its parameters contradict each other.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It was not built.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Simulator {
    /// The simulator of an engine, with the tools and the cache of the environment.
    ///
    /// # Errors
    /// [`EngineError`]: the parameters contradict each other, a tool is missing or fails, the cache is unusable.
    pub fn of_engine(config: &EngineConfig, variant: Variant, progress: &dyn Fn(&str)) -> Result<Self, EngineError> {
        Ok(Self::of_design(&bsr_hw::generate(config)?, variant, progress)?)
    }

    /// The simulator of a generated design, with the tools and the cache of the environment.
    ///
    /// # Errors
    /// [`BuildError`]: a tool is missing or fails, the cache is unusable.
    pub fn of_design(design: &Design, variant: Variant, progress: &dyn Fn(&str)) -> Result<Self, BuildError> {
        Self::build(&design.into(), variant, &Search::from_environment(), &Cache::from_environment(), progress)
    }
}

/// The default engine, or the smallest change of it that runs the network.
///
/// Networks within the default's limits all get the same engine, and so the same simulator.
pub fn engine_for(network: &Streaming, formats: Formats) -> EngineConfig {
    let default = EngineConfig::default();
    let shift = network.stages().map(|stage| stage.shift).max().unwrap_or(default.affine_shift);
    let fits = network.stages().all(|stage| (default.affine_shift - 2..=default.affine_shift).contains(&stage.shift));
    let channels = network.channels();
    let largest = |channels: usize| (1..=default.lanes).rev().find(|lanes| channels.is_multiple_of(*lanes));
    let lanes = if channels <= default.channels { default.lanes } else { largest(channels).unwrap_or(1) };
    let (head_lanes, tail_channels) = EngineConfig::ends_for(lanes, default.pixels, network.scale);
    EngineConfig {
        channels: default.channels.max(channels),
        lanes,
        head_lanes,
        tail_channels,
        max_stages: default.max_stages.max(network.stages.len()),
        stream_bits: formats.stream_bits,
        scale: network.scale,
        affine_shift: if fits { default.affine_shift } else { shift },
        activation: network.stages().find_map(BinaryConv::leaky_relu).unwrap_or(default.activation),
        branch: network.stages().any(|stage| stage.branch.is_some()),
        spatial: network.stages().any(|stage| stage.spatial.is_some()),
        ..default
    }
}

/// The engine that runs the network on pictures in memory.
pub fn memory_engine_for(network: &Streaming, formats: Formats) -> EngineConfig {
    let like = engine_for(network, formats);
    let board = EngineConfig::in_memory(network.channels(), network.scale);
    EngineConfig {
        // A strip holds the skew of all stages.
        strip_width: board.strip_width.max((like.max_stages + 2).next_multiple_of(board.pixels)),
        max_stages: like.max_stages,
        stream_bits: like.stream_bits,
        affine_shift: like.affine_shift,
        activation: like.activation,
        branch: like.branch,
        spatial: like.spatial,
        ..board
    }
}

/// The narrowest strip for pictures of this width: a multiple of the pixels a cycle, with room for the skew.
pub fn strip_width(width: usize, pixels: usize) -> usize {
    (width + pixels - 1).next_multiple_of(pixels).max(2 * pixels)
}
