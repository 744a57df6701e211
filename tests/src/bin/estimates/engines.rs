//! The engines of the table: those for the board in three sizes, at x4 and of 40 channels, then all parameters in small.

use bsr_hw::EngineConfig;
use bsr_hw::config::Interface;

/// Engines with names.
pub(crate) fn all() -> Vec<(&'static str, EngineConfig)> {
    let default = EngineConfig::default;
    let interface = Interface::Memory;
    let large = EngineConfig::in_memory(64, 1, 2);
    let of_pixels = |pixels: usize| {
        let (head_lanes, tail_channels) = EngineConfig::ends_for(large.lanes, pixels, large.colours, large.scale);
        let load_lanes = EngineConfig::enough_load_lanes(large.lanes, pixels, large.strip_width);
        EngineConfig { pixels, head_lanes, tail_channels, load_lanes, ..large.clone() }
    };
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
        ("16 x 3", of_pixels(3)),
        ("16 x 2", of_pixels(2)),
        ("16 x 3, x4", EngineConfig::in_memory(64, 1, 4)),
        ("40 channels, 20 x 4", EngineConfig::in_memory(40, 1, 2)),
        ("32 x 1", default()),
        ("small", small.clone()),
        ("small, memory", EngineConfig { interface, ..small.clone() }),
        ("small, two chains", EngineConfig { chains: 2, ..small.clone() }),
        ("small, two pixels", EngineConfig { pixels: 2, ..small.clone() }),
        ("small, three pixels, memory", EngineConfig { pixels: 3, strip_width: 33, interface, ..small.clone() }),
        ("small, four pixels", EngineConfig { pixels: 4, load_lanes: 2, ..small.clone() }),
        ("small, 14 bits", EngineConfig { stream_bits: 14, ..small.clone() }),
        ("small, x3", EngineConfig { scale: 3, ..small.clone() }),
        ("small, RGB", EngineConfig { colours: 3, ..small.clone() }),
        (
            "small, three pixels, RGB, memory",
            EngineConfig { pixels: 3, colours: 3, strip_width: 33, interface, ..small.clone() },
        ),
        ("small, deep popcount", EngineConfig { popcount_stages: 6, ..small.clone() }),
        ("small, one pass", EngineConfig { lanes: 16, load_lanes: 4, ..small }),
    ]
}
