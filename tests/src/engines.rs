//! Small engines that together cover the generator's parameters.

use bsr_hw::{EngineConfig, Interface};
use bsr_model::integer::LeakyRelu;
use bsr_sim::{Simulator, Variant};

/// The simulator of an engine, from the cache where it was built before.
///
/// # Panics
/// If it cannot be built: a test that needs a tool fails where the tool is missing.
pub fn simulator(config: &EngineConfig) -> Simulator {
    Simulator::of_engine(config, Variant::default(), &|_| ())
        .expect("the simulator builds; `sh tools/install.sh` installs Verilator")
}

/// The smallest engine with two passes and two lanes. Seeded bugs are bugs in this one.
pub fn smallest() -> EngineConfig {
    EngineConfig {
        channels: 4,
        lanes: 2,
        strip_width: 8,
        max_stages: 3,
        popcount_stages: 2,
        head_lanes: 2,
        tail_channels: 1,
        ..EngineConfig::default()
    }
}

/// An odd number of channels and pixels a cycle, three colours, one lane, three passes, the narrowest stream, spatial
/// factors, 1x1 kernels, an odd scale and strip.
pub fn odd() -> EngineConfig {
    EngineConfig {
        channels: 3,
        lanes: 1,
        pixels: 3,
        strip_width: 9,
        max_stages: 4,
        stream_bits: 4,
        colours: 3,
        scale: 3,
        popcount_stages: 3,
        head_lanes: 1,
        tail_channels: 1,
        affine_shift: 3,
        activation: LeakyRelu { slope: 1, shift: 1 },
        spatial: true,
        pointwise: true,
        ..EngineConfig::default()
    }
}

/// The same in luma.
pub fn odd_luma() -> EngineConfig {
    EngineConfig { colours: 1, ..odd() }
}

/// Three colours with a pixel a cycle, twelve lines of bytes to a row.
pub fn rgb() -> EngineConfig {
    EngineConfig { colours: 3, scale: 4, ..smallest() }
}

/// Two pixels a cycle in two chains, spatial factors, branches, 1x1 kernels, no enlargement, a channel of the head a cycle.
pub fn pair() -> EngineConfig {
    EngineConfig {
        channels: 6,
        lanes: 3,
        pixels: 2,
        chains: 2,
        strip_width: 10,
        max_stages: 5,
        stream_bits: 9,
        scale: 1,
        popcount_stages: 5,
        head_lanes: 1,
        tail_channels: 3,
        branch: true,
        spatial: true,
        pointwise: true,
        ..EngineConfig::default()
    }
}

/// Four pixels a cycle, 1x1 kernels, one pass that loads in two turns, the deepest popcount, the largest enlargement, a
/// wide stream.
pub fn quad() -> EngineConfig {
    EngineConfig {
        channels: 8,
        lanes: 8,
        load_lanes: 4,
        pixels: 4,
        strip_width: 12,
        max_stages: 6,
        stream_bits: 14,
        scale: 4,
        popcount_stages: 8,
        head_lanes: 8,
        tail_channels: 4,
        affine_shift: 16,
        pointwise: true,
        ..EngineConfig::default()
    }
}

/// More channels than a word of 64 bits holds, in two chains, with 1x1 kernels; the way of a spatial factor is longer than
/// that of a result.
pub fn many_channels() -> EngineConfig {
    EngineConfig {
        channels: 66,
        lanes: 22,
        chains: 2,
        strip_width: 7,
        max_stages: 3,
        stream_bits: 12,
        popcount_stages: 6,
        head_lanes: 11,
        tail_channels: 2,
        spatial: true,
        pointwise: true,
        ..EngineConfig::default()
    }
}

/// Rows longer than the pipeline: passes follow back to back, and the head is ready before the first stage has read the
/// signs that it writes over. Both lanes load at once.
pub fn wide() -> EngineConfig {
    EngineConfig { strip_width: 40, max_stages: 4, load_lanes: 2, ..smallest() }
}

/// A binary upsampler behind up to three stages, with branches and 1x1 kernels.
pub fn upsampler() -> EngineConfig {
    EngineConfig { max_stages: 4, upsampler: true, pointwise: true, branch: true, ..smallest() }
}

/// A binary upsampler of an odd scale, whose words are as long as the pipeline, with more lanes than channels of the head.
pub fn upsampler_odd() -> EngineConfig {
    EngineConfig {
        channels: 6,
        lanes: 6,
        strip_width: 21,
        max_stages: 5,
        stream_bits: 9,
        scale: 3,
        head_lanes: 3,
        tail_channels: 2,
        upsampler: true,
        ..smallest()
    }
}

/// Strips as narrow as three stages allow, one pixel a cycle.
pub fn strip() -> EngineConfig {
    EngineConfig { interface: Interface::Memory, ..smallest() }
}

/// Strips of two pixels a cycle in two chains, with an odd number of lanes and an odd scale.
pub fn strip_pair() -> EngineConfig {
    EngineConfig { lanes: 3, strip_width: 12, max_stages: 6, scale: 3, interface: Interface::Memory, ..pair() }
}

/// Strips of four pixels a cycle in two chains, three passes, more signs than a beat holds.
pub fn strip_quad() -> EngineConfig {
    EngineConfig {
        channels: 36,
        lanes: 12,
        chains: 2,
        strip_width: 20,
        max_stages: 8,
        head_lanes: 6,
        tail_channels: 4,
        popcount_stages: 4,
        interface: Interface::Memory,
        ..quad()
    }
}

/// Strips of three pixels a cycle and three colours in two chains, and two lanes that load at once.
pub fn strip_triple() -> EngineConfig {
    EngineConfig {
        channels: 8,
        lanes: 4,
        load_lanes: 2,
        pixels: 3,
        chains: 2,
        strip_width: 15,
        max_stages: 7,
        colours: 3,
        popcount_stages: 4,
        ..strip()
    }
}

/// The same in luma.
pub fn strip_triple_luma() -> EngineConfig {
    EngineConfig { colours: 1, ..strip_triple() }
}

/// Engines whose pictures lie in memory, each with its name.
pub fn in_memory() -> [(&'static str, EngineConfig); 4] {
    [("strip", strip()), ("strip pair", strip_pair()), ("strip triple", strip_triple()), ("strip quad", strip_quad())]
}

/// A binary upsampler that enlarges nothing, with the fewest rounds of the tail that its results allow.
pub fn upsampler_shortest() -> EngineConfig {
    EngineConfig { channels: 6, lanes: 2, scale: 1, max_stages: 3, upsampler: true, ..smallest() }
}

/// Engines with a binary upsampler, each with its name.
pub fn with_upsampler() -> [(&'static str, EngineConfig); 3] {
    [
        ("upsampler", upsampler()),
        ("upsampler of an odd scale", upsampler_odd()),
        ("upsampler of few rounds", upsampler_shortest()),
    ]
}

/// Those for networks without one, with pixels over streams, each with its name.
pub fn all() -> [(&'static str, EngineConfig); 6] {
    [
        ("wide", wide()),
        ("smallest", smallest()),
        ("odd", odd()),
        ("pair", pair()),
        ("quad", quad()),
        ("many channels", many_channels()),
    ]
}
