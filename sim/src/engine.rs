//! From an engine's parameters to a simulator, and from a network to the engine that runs it.

use bsr_hw::{ConfigError, Design, EngineConfig, largest_divisor};
use bsr_model::integer::{Formats, Streaming};

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
    let (default, fitting) = (EngineConfig::default(), EngineConfig::fitting(network, formats));
    let channels = default.channels.max(fitting.channels);
    let lanes = largest_divisor(channels, default.lanes);
    let (head_lanes, tail_channels) = EngineConfig::ends_for(lanes, default.pixels, fitting.colours, network.scale);
    let max_stages = default.max_stages.max(fitting.max_stages);
    EngineConfig { channels, lanes, head_lanes, tail_channels, max_stages, ..fitting }
}

/// The engine that runs the network on pictures in memory.
pub fn memory_engine_for(network: &Streaming, formats: Formats) -> EngineConfig {
    let like = engine_for(network, formats);
    let board = EngineConfig::in_memory(network.channels(), like.colours, network.scale);
    EngineConfig {
        // A strip holds the skew of all stages.
        strip_width: board.strip_width.max((like.max_stages + 2).next_multiple_of(board.pixels)),
        channels: board.channels,
        lanes: board.lanes,
        pixels: board.pixels,
        chains: board.chains,
        load_lanes: board.load_lanes,
        head_lanes: board.head_lanes,
        tail_channels: board.tail_channels,
        interface: board.interface,
        ..like
    }
}

/// The narrowest strip for pictures of this width: a multiple of the pixels a cycle, with room for the skew.
pub fn strip_width(width: usize, pixels: usize) -> usize {
    (width + pixels - 1).next_multiple_of(pixels).max(2 * pixels)
}
