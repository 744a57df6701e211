//! Which of the papers' networks an engine runs: the others are refused by the name of a layer before there is any RTL.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use std::{fs, path::Path};

use bsr_hw::{EngineConfig, LimitError, Program};
use bsr_model::{
    checkpoint::{import, random},
    description::{Description, Layer},
    integer::{IntegerNetwork, NotStreaming},
    lower::{LoweringOptions, calibration_pictures, lower},
};

/// A description of the repository with random weights, lowered, with two blocks.
fn network(name: &str) -> IntegerNetwork {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../model/descriptions/{name}.toml"));
    let mut description = Description::from_toml(&fs::read_to_string(path).unwrap()).unwrap();
    for layer in &mut description.layers {
        if let Layer::Repeat(repeat) = layer {
            repeat.times = 2;
        }
    }
    let float = import(&description, &random(&description, 1).unwrap()).unwrap().network;
    lower(&float, &calibration_pictures(1), &LoweringOptions::default()).unwrap().network
}

fn program(name: &str) -> Result<Program, LimitError> {
    let network = network(name);
    let config = EngineConfig { stream_bits: network.formats.stream_bits, ..EngineConfig::default() };
    Program::new(&config, &network)
}

#[test]
fn scales_without_its_factors_runs_on_the_engine_of_e2fif() {
    for name in ["e2fif_x2", "e2fif_x2_c40", "esb_x2", "scales_lsf_x2", "scales_lsf_x2_c40"] {
        assert_eq!(program(name).unwrap_or_else(|error| panic!("{name}: {error}")).stages, 4);
    }
}

#[test]
fn what_the_engine_does_not_compute_is_refused_with_the_layer_the_reason_and_a_way_out() {
    for (name, part) in [
        ("scales_x2", "a spatial factor"),
        ("lmb_x2", "local-mean thresholds"),
        ("bbcu_x2", "an activation before the skip"),
        ("btm_x2", "an activation before the skip"),
        ("ma2019_x2", "an activation after the head"),
    ] {
        let Err(LimitError::NotStreaming(error)) = program(name) else { panic!("{name} is refused") };
        assert!(matches!(error, NotStreaming::Part { part: found, .. } if found == part), "{name}: {error}");
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{name}");
    }
}
