//! Which of the papers' networks an engine runs: the others are refused by the name of a layer before there is any RTL.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use std::{fs, path::Path};

use bsr_hw::{EngineConfig, LimitError, Program, config::Interface};
use bsr_model::{
    checkpoint::{import, random},
    description::{Description, Layer},
    integer::{self, Activation, BinaryConv, IntegerNetwork, NotStreaming, Part, Prelu, SigmoidTable, SignWeights},
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

/// Its program for the default engine, `with` more or without.
fn program(name: &str, with: bool) -> Result<Program, LimitError> {
    let network = network(name);
    let stream_bits = network.formats.stream_bits;
    Program::new(&EngineConfig { stream_bits, branch: with, spatial: with, ..EngineConfig::default() }, &network)
}

#[test]
fn scales_without_its_factors_runs_on_the_engine_of_e2fif() {
    for name in ["e2fif_x2", "e2fif_x2_c40", "esb_x2", "scales_lsf_x2", "scales_lsf_x2_c40"] {
        assert_eq!(program(name, false).unwrap_or_else(|error| panic!("{name}: {error}")).stages, 4);
    }
}

#[test]
fn branches_and_factors_run_on_an_engine_that_has_them_alone() {
    for (name, part) in [("bbcu_x2", "branch"), ("btm_x2", "branch"), ("bam_x2", "branch"), ("scales_x2", "factor")] {
        assert_eq!(program(name, true).unwrap_or_else(|error| panic!("{name}: {error}")).stages, 4);
        let refusal = program(name, false).unwrap_err().to_string();
        assert!(refusal.contains(&format!("layer `body.0.conv1` has a {part}")), "{refusal}");
    }
}

#[test]
fn a_kernel_of_1x1_runs_on_an_engine_that_has_them_alone() {
    let mut network = network("e2fif_x2");
    let stage = network.layers.iter_mut().find_map(|layer| match layer {
        integer::Layer::BinaryConv(stage) => Some(stage),
        _ => None,
    });
    stage.unwrap().weight = SignWeights::from_fn(64, 64, 1, |oc, ic, _, _| (oc + ic) % 3 == 0);
    let config = EngineConfig { stream_bits: network.formats.stream_bits, ..EngineConfig::default() };
    let refusal = Program::new(&config, &network).unwrap_err().to_string();
    assert!(refusal.contains("layer `body.0.conv1` has a kernel 1x1, the engine is made for 3x3"), "{refusal}");
    assert_eq!(Program::new(&EngineConfig { pointwise: true, ..config }, &network).unwrap().stages, 4);
}

#[test]
fn a_binary_upsampler_runs_on_an_engine_that_is_made_for_it_alone() {
    let with = |name: &str, upsampler: bool| {
        let network = network(name);
        let stream_bits = network.formats.stream_bits;
        Program::new(&EngineConfig { stream_bits, upsampler, ..EngineConfig::default() }, &network)
    };
    assert_eq!(with("e2fif_repeattail_x2", true).unwrap().stages, 7);
    for (name, upsampler, found) in
        [("e2fif_repeattail_x2", false, "a binary upsampler"), ("e2fif_x2", true, "the stream")]
    {
        let refusal = with(name, upsampler).unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("layer `tail` has its input from {found}, the engine has it from")),
            "{refusal}"
        );
    }
}

#[test]
fn an_engine_with_a_binary_upsampler_has_one_pixel_a_cycle_streams_and_a_tail_that_is_slow_enough() {
    let plain = EngineConfig { upsampler: true, ..EngineConfig::default() };
    let short = EngineConfig { channels: 10, lanes: 10, head_lanes: 2, tail_channels: 2, scale: 1, ..plain.clone() };
    for (parameter, engine) in [
        ("masters to memory", EngineConfig { interface: Interface::Memory, ..plain.clone() }),
        ("pixels", EngineConfig { pixels: 2, ..plain.clone() }),
        ("chains", EngineConfig { chains: 2, ..plain.clone() }),
        ("spatial factors", EngineConfig { spatial: true, ..plain.clone() }),
        ("tail channels", short),
    ] {
        assert_eq!(engine.validate().unwrap_err().parameter, parameter);
    }
    assert_eq!(plain.validate(), Ok(()));
}

#[test]
fn a_slope_an_addend_or_a_table_too_large_for_the_engine_is_refused() {
    let config = EngineConfig { branch: true, spatial: true, ..EngineConfig::default() };
    let mut large = network("scales_x2");
    large.formats.stream_bits = config.stream_bits;
    large.sigmoid = Some(SigmoidTable { values: vec![0; 2048] });
    let refusal = Program::new(&config, &large).unwrap_err().to_string();
    assert!(refusal.contains("values of the sigmoid 2048, the engine has 1024"), "{refusal}");
    let refusal = |change: &dyn Fn(&mut BinaryConv)| {
        let mut network = network("bbcu_x2");
        network.formats.stream_bits = config.stream_bits;
        let stage = network.layers.iter_mut().find_map(|layer| match layer {
            integer::Layer::BinaryConv(stage) => Some(stage),
            _ => None,
        });
        change(stage.unwrap());
        Program::new(&config, &network).unwrap_err().to_string()
    };
    let slope = |slope: i32, shift: u32| {
        move |stage: &mut BinaryConv| {
            let prelu = Prelu { slope: vec![slope; 64], shift };
            stage.branch.as_mut().unwrap().activation = Activation::Prelu(prelu);
        }
    };
    assert!(refusal(&slope(1, 13)).contains("the shift of a slope 13, the engine has up to 12"));
    assert!(refusal(&slope(32, 0)).contains("slope 32 / 2^0, the engine has slopes below 32"));
    let addend = |stage: &mut BinaryConv| {
        stage.shift = config.affine_shift - 2;
        stage.add[5] = i32::MAX;
    };
    assert!(refusal(&addend).contains("before a factor or a branch"));
}

#[test]
fn what_the_engine_does_not_compute_is_refused_with_the_layer_the_reason_and_a_way_out() {
    for (name, part) in
        [("scales_full_x2", Part::ChannelFactor), ("lmb_x2", Part::LocalMean), ("ma2019_x2", Part::HeadActivation)]
    {
        let Err(LimitError::NotStreaming(error)) = program(name, true) else { panic!("{name} is refused") };
        let NotStreaming::Parts { obstacles, .. } = &error else { panic!("{name}: {error}") };
        assert_eq!(obstacles[0].part, part, "{name}: {error}");
        assert_eq!(error.hint(), Some(part.options()), "{name}");
        assert!(error.prices()[0].contains(part.price()), "{name}");
    }
}
