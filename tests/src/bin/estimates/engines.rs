//! The engines of the table: those for the board in three sizes, then all parameters in small.

use bsr_hw::EngineConfig;
use bsr_hw::config::Interface;

/// Engines with names.
pub(crate) fn all() -> Vec<(&'static str, EngineConfig)> {
    let default = EngineConfig::default;
    let interface = Interface::Memory;
    let large = EngineConfig { lanes: 16, pixels: 4, chains: 2, load_lanes: 2, interface, ..default() };
    let small = EngineConfig {
        channels: 16,
        lanes: 8,
        strip_width: 32,
        max_stages: 4,
        stream_bits: 10,
        head_lanes: 4,
        tail_channels: 4,
        ..default()
    };
    vec![
        ("16 x 4", large.clone()),
        ("16 x 4, wide ends", EngineConfig { head_lanes: 8, tail_channels: 8, ..large.clone() }),
        ("16 x 4, x4", EngineConfig { scale: 4, tail_channels: 2, ..large }),
        ("32 x 1", default()),
        ("16 x 2", EngineConfig { lanes: 16, pixels: 2, chains: 2, interface, ..default() }),
        (
            "40 channels, 20 x 2",
            EngineConfig { channels: 40, lanes: 20, pixels: 2, chains: 2, strip_width: 80, ..default() },
        ),
        ("small", small.clone()),
        ("small, memory", EngineConfig { interface, ..small.clone() }),
        ("small, two chains", EngineConfig { chains: 2, ..small.clone() }),
        ("small, two pixels", EngineConfig { pixels: 2, ..small.clone() }),
        ("small, four pixels", EngineConfig { pixels: 4, load_lanes: 2, ..small.clone() }),
        ("small, 14 bits", EngineConfig { stream_bits: 14, ..small.clone() }),
        ("small, x3", EngineConfig { scale: 3, ..small.clone() }),
        ("small, deep popcount", EngineConfig { popcount_stages: 6, ..small.clone() }),
        ("small, one pass", EngineConfig { lanes: 16, load_lanes: 4, ..small }),
    ]
}
