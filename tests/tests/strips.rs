//! Pictures in memory, in strips: exact whatever the size and whatever memory does, as fast as predicted, and nothing left
//! over from a frame that went wrong.
#![allow(clippy::unwrap_used)] // in the helpers, too

use bsr_hw::{Ddr, EngineConfig, Regions, predict, registers};
use bsr_model::integer::IntegerNetwork;
use bsr_sim::{
    Bench,
    bench::{MemoryModel, Sending, Stall},
};
use bsr_tests::{
    cases::{case, fixed, runner},
    engines,
    loaded::{golden, loaded, picture},
    telling::telling_network,
};
use proptest::prelude::*;

const BUSY: u32 = 1 << 0;
const MEMORY_ERROR: u32 = 1 << 12;
const OVERRUN: u32 = 1 << 13;

const START: u32 = 1;
const DROP: u32 = 2;

/// Cases an engine.
const CASES: u32 = 40;

/// Memory as it stalls nobody, with the bandwidth of a board, and with next to none.
fn memories() -> impl Strategy<Value = Ddr> {
    prop_oneof![
        2 => Just(Ddr::STALL_FREE),
        1 => Just(Ddr::with_bandwidth(1.5e9, 200e6)),
        1 => (0u64..200, 0u64..200, prop_oneof![Just(None), (0.5..8.0).prop_map(Some)]).prop_map(
            |(read_latency, write_latency, bytes_per_cycle)| Ddr { read_latency, write_latency, bytes_per_cycle }
        ),
    ]
}

fn strips_are_one_with_golden(engine: &EngineConfig, test: &'static str) {
    let cases = (case(engine), memories()).prop_map(|(mut case, ddr)| {
        case.sending.memory.ddr = ddr;
        case
    });
    let simulator = engines::simulator(engine);
    if let Err(error) = runner(CASES, file!(), test).run(&cases, |case| case.rtl_equals_golden(engine, &simulator)) {
        panic!("{error}");
    }
}

#[test]
fn networks_in_strips_are_one_in_golden_and_rtl_under_any_memory() {
    strips_are_one_with_golden(&engines::strip(), "strip");
}

#[test]
fn networks_in_strips_of_two_pixels_and_chains_are_one_in_golden_and_rtl() {
    strips_are_one_with_golden(&engines::strip_pair(), "strip pair");
}

#[test]
fn networks_in_strips_of_three_pixels_and_two_chains_are_one_in_golden_and_rtl() {
    strips_are_one_with_golden(&engines::strip_triple(), "strip triple");
    strips_are_one_with_golden(&engines::strip_triple_luma(), "strip triple luma");
}

#[test]
fn networks_in_strips_of_four_pixels_and_three_passes_are_one_in_golden_and_rtl() {
    strips_are_one_with_golden(&engines::strip_quad(), "strip quad");
}

#[test]
fn cycles_in_strips_are_predicted() {
    for (name, engine) in engines::in_memory() {
        let simulator = engines::simulator(&engine);
        for mut case in fixed(&engine, 24) {
            case.sending = Sending::default();
            let (_, height, width) = case.planes().dim();
            case.rtl_equals_golden(&engine, &simulator)
                .unwrap_or_else(|error| panic!("{name}, {width} x {height}: {error}"));
        }
    }
}

/// Every width up to three strips: a picture ends anywhere in a strip.
#[test]
fn strips_that_end_anywhere_are_exact() {
    for engine in [engines::strip_triple(), engines::strip_quad()] {
        let (network, mut bench) = network_and_bench(&engine);
        for width in 1..=3 * engine.strip_width {
            let run = assert_exact(&mut bench, &network, (3, width), Sending::default());
            assert_eq!(run, predict(&engine, engine.max_stages, width, 3).cycles, "{width} pixels wide");
        }
    }
}

fn network_and_bench(engine: &EngineConfig) -> (IntegerNetwork, Bench) {
    let network = telling_network(engine, 1);
    let bench = loaded(engine, &engines::simulator(engine), &network);
    (network, bench)
}

/// Runs a frame that must come out right; returns its cycles.
fn assert_exact(bench: &mut Bench, network: &IntegerNetwork, (height, width): (usize, usize), sending: Sending) -> u64 {
    let lr = picture(height, width * network.input.mean.len());
    let run = bench.run_frame(lr.view(), sending).unwrap();
    assert_eq!(run.bytes(), golden(network, &lr), "{width} x {height}");
    assert_eq!(bench.violations(), [], "{width} x {height}");
    run.cycles()
}

fn status(bench: &mut Bench) -> u32 {
    bench.read(registers::STATUS.offset).unwrap()
}

#[test]
fn frames_of_any_size_follow_each_other_in_memory() {
    let (network, mut bench) = network_and_bench(&engines::strip_pair());
    for size in [(1, 1), (9, 40), (1, 33), (20, 3), (2, 25), (5, 5)] {
        assert_exact(&mut bench, &network, size, Sending::default());
    }
}

#[test]
fn a_dropped_frame_ends_its_bursts_and_leaves_nothing_behind() {
    let (network, mut bench) = network_and_bench(&engines::strip());
    let lr = picture(6, 30);
    for k in 0..40 {
        let stall = if k % 2 == 0 { Stall::NONE } else { Stall::random(k) };
        bench.start_frame(lr.view(), Sending { stall, seed: k, ..Sending::default() }).unwrap();
        bench.ticks(13 + 97 * k);
        bench.write(registers::CONTROL.offset, DROP).unwrap();
        let idle = (0..20_000).any(|_| status(&mut bench) & BUSY == 0);
        assert!(idle, "dropped in cycle {}: busy for ever", 13 + 97 * k);
        assert_eq!(bench.violations(), [], "dropped in cycle {}", 13 + 97 * k);
        assert_exact(&mut bench, &network, (3, 19), Sending::default());
    }
}

#[test]
fn a_reset_in_mid_frame_leaves_no_residue_in_memory_engines() {
    let (network, mut bench) = network_and_bench(&engines::strip_pair());
    for k in 0..16 {
        bench.start_frame(picture(4, 30).view(), Sending::default()).unwrap();
        bench.ticks(29 + 211 * k);
        bench.reset();
        bsr_tests::loaded::load(&mut bench, &engines::strip_pair(), &network);
        assert_exact(&mut bench, &network, (3, 19), Sending::default());
    }
}

#[test]
fn an_error_of_memory_is_told_and_goes_with_the_next_drop() {
    let (network, mut bench) = network_and_bench(&engines::strip());
    for refused in [[Some(3), None], [None, Some(3)]] {
        let memory = MemoryModel { refused, ..MemoryModel::default() };
        bench.run_frame(picture(4, 20).view(), Sending { memory, ..Sending::default() }).unwrap();
        assert_eq!(status(&mut bench) & (MEMORY_ERROR | OVERRUN), MEMORY_ERROR, "{refused:?}");
        bench.write(registers::CONTROL.offset, DROP).unwrap();
        bench.ticks(4);
        assert_eq!(status(&mut bench) & MEMORY_ERROR, 0, "{refused:?}");
        assert_exact(&mut bench, &network, (4, 20), Sending::default());
    }
}

#[test]
fn a_region_that_is_too_small_is_told() {
    let engine = engines::strip_quad();
    let (_, mut bench) = network_and_bench(&engine);
    let enough = Regions::new(&engine, engine.max_stages, 60, 12);
    for regions in [Regions { spill: 128, ..enough }, Regions { sums: 128, ..enough }] {
        let memory = MemoryModel { regions: Some(regions), ..MemoryModel::default() };
        bench.run_frame(picture(12, 60).view(), Sending { memory, ..Sending::default() }).unwrap();
        assert_eq!(status(&mut bench) & (MEMORY_ERROR | OVERRUN), OVERRUN, "{regions:?}");
        bench.write(registers::CONTROL.offset, DROP).unwrap();
    }
}

#[test]
fn a_picture_beyond_the_limits_is_refused() {
    let (_, mut bench) = network_and_bench(&engines::strip());
    bench.write(registers::WIDTH.offset, 16_384).unwrap();
    bench.write(registers::HEIGHT.offset, 1).unwrap();
    bench.write(registers::CONTROL.offset, START).unwrap();
    assert_eq!(status(&mut bench) & BUSY, 0);
}

#[test]
fn memory_slower_than_a_board_costs_cycles_and_changes_no_pixel() {
    let engine = engines::strip_quad();
    let (network, mut bench) = network_and_bench(&engine);
    let fast = assert_exact(&mut bench, &network, (4, 60), Sending::default());
    let memory = MemoryModel { ddr: Ddr::with_bandwidth(0.1e9, 200e6), ..MemoryModel::default() };
    let slow = assert_exact(&mut bench, &network, (4, 60), Sending { memory, ..Sending::default() });
    assert!(slow > fast, "{slow} cycles with slow memory, {fast} with fast");
    assert!(bench.read(registers::INPUT_STALLS.offset).unwrap() > 0);
}
