//! The files that the Python driver in `hw/driver` shares with the generator are those that Rust makes.

use bsr_hw::{EngineConfig, Interface, Regions, driver};
use serde_json::{Value, json};

/// Engines and pictures at which the driver computes its memory.
fn regions() -> Value {
    let shape = |channels, lanes, head_lanes, stream_bits, scale, spatial, colours| EngineConfig {
        colours,
        channels,
        lanes,
        head_lanes,
        stream_bits,
        scale,
        spatial,
        interface: Interface::Memory,
        ..EngineConfig::default()
    };
    let shapes = [
        (shape(64, 16, 8, 11, 2, false, 1), 32),
        (shape(64, 16, 8, 11, 2, true, 1), 1),
        (shape(40, 20, 2, 8, 4, true, 1), 16),
        (shape(6, 3, 3, 9, 3, false, 3), 5),
    ];
    let mut cases = vec![];
    for (config, stages) in &shapes {
        for (width, height) in [(1, 1), (7, 3), (160, 90), (641, 361), (1920, 1)] {
            cases.push(json!({
                "engine": { "channels": config.channels, "lanes": config.lanes, "head_lanes": config.head_lanes, "stream_bits": config.stream_bits, "scale": config.scale, "spatial": config.spatial, "colours": config.colours },
                "stages": stages, "width": width, "height": height,
                "regions": Regions::new(config, *stages, width, height),
            }));
        }
    }
    json!(cases)
}

#[test]
fn the_constants_of_the_driver_are_the_register_map() {
    let text = include_str!("../driver/bsr_driver/registers.py");
    assert!(text == driver::constants(), "hw/driver/bsr_driver/registers.py should be:\n{}", driver::constants());
}

#[test]
fn the_vectors_of_the_driver_are_the_memory_that_the_engine_needs() {
    let vectors: Value = serde_json::from_str(include_str!("../driver/tests/regions.json")).unwrap();
    assert!(vectors == regions(), "hw/driver/tests/regions.json should be:\n{}", regions());
}
