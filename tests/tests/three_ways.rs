//! Whole small networks three ways: the specification, every SIMD backend, the RTL.
//!
//! Oracle: `bsr_golden::run`. Compared at every tap of every stage, at what the tail reads and at every output beat.

use bsr_golden::simd::{Backend, Prepared};
use bsr_hw::EngineConfig;
use bsr_tests::{
    cases::{Case, case, runner},
    engines,
};
use proptest::{prelude::*, test_runner::TestCaseError};

/// Cases an engine.
const CASES: u32 = 160;

fn simd_equals_golden(case: &Case) -> Result<(), TestCaseError> {
    let (lr, golden) = (case.planes(), case.golden());
    for backend in Backend::available() {
        let found = Prepared::new(&case.network, backend)?.run_with_taps(lr.view())?;
        prop_assert_eq!(&found, &golden, "{}", backend);
    }
    Ok(())
}

fn three_ways(engine: &EngineConfig, test: &'static str) {
    let simulator = engines::simulator(engine);
    let property = |case: Case| {
        simd_equals_golden(&case)?;
        case.rtl_equals_golden(engine, &simulator)
    };
    if let Err(error) = runner(CASES, file!(), test).run(&case(engine), property) {
        panic!("{error}");
    }
}

#[test]
fn networks_on_the_smallest_engine_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::smallest(), "smallest");
}

#[test]
fn networks_on_rows_longer_than_the_pipeline_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::wide(), "wide");
}

#[test]
fn networks_of_odd_shape_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::odd(), "odd");
    three_ways(&engines::odd_luma(), "odd luma");
}

#[test]
fn networks_of_three_colours_at_a_pixel_a_cycle_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::rgb(), "rgb");
}

#[test]
fn networks_at_two_pixels_a_cycle_in_two_chains_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::pair(), "pair");
}

#[test]
fn networks_at_four_pixels_a_cycle_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::quad(), "quad");
}

#[test]
fn networks_of_more_channels_than_a_word_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::many_channels(), "many channels");
}

#[test]
fn networks_with_a_binary_upsampler_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::upsampler(), "upsampler");
}

#[test]
fn networks_with_a_binary_upsampler_of_one_pass_and_an_odd_scale_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::upsampler_odd(), "upsampler odd");
}

#[test]
fn networks_with_a_binary_upsampler_that_the_tail_follows_at_once_are_one_in_golden_simd_and_rtl() {
    three_ways(&engines::upsampler_shortest(), "upsampler of few rounds");
}
