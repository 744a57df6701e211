//! Cycles measured on the bench against those predicted before any simulation.
#![allow(clippy::unwrap_used)] // in the helpers, too

use bsr_hw::{EngineConfig, predict, registers};
use bsr_sim::{
    Bench,
    bench::{Pattern, Sending, Stall},
};
use bsr_tests::{
    cases::max_width,
    engines,
    loaded::{frame, loaded, picture},
    telling::telling_network,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

/// Sizes an engine.
const SIZES: usize = 24;

/// An engine with a network of all its stages. The cycles do not depend on the values.
fn full_depth(engine: &EngineConfig) -> Bench {
    loaded(engine, &engines::simulator(engine), &telling_network(engine, 1))
}

/// `(stages, width, height)`: the smallest, the widest, then any, the same every time.
fn sizes(engine: &EngineConfig, stages: usize, height: usize, count: usize) -> Vec<(usize, usize, usize)> {
    let mut runner = TestRunner::deterministic();
    let any = (1..=stages, 1..=max_width(engine), 1..=height);
    let random = (2..count).map(|_| any.new_tree(&mut runner).expect("no size is rejected").current());
    [(1, 1, 1), (stages, max_width(engine), 2)].into_iter().chain(random.collect::<Vec<_>>()).collect()
}

/// Runs frames of these sizes through one bench and compares their cycles.
fn measured_equals_predicted(engine: &EngineConfig, sizes: &[(usize, usize, usize)]) {
    let mut bench = full_depth(engine);
    for &(stages, width, height) in sizes {
        // The first stages of a network are a network.
        bench.write(registers::STAGES.offset, stages as u32).unwrap();
        let run = frame(&mut bench, &picture(height, width * engine.colours)).unwrap();
        let predicted = predict(engine, stages, width, height).cycles;
        assert_eq!(run.cycles(), predicted, "{stages} stages, {width} x {height}");
        let counted = bench.read(registers::CYCLES.offset).unwrap();
        assert_eq!(u64::from(counted), predicted, "the register: {stages} stages, {width} x {height}");
    }
    assert_eq!(bench.violations(), []);
}

#[test]
fn cycles_are_predicted_on_small_engines() {
    for (name, engine) in engines::all() {
        println!("{name}");
        measured_equals_predicted(&engine, &sizes(&engine, engine.max_stages, 12, SIZES));
    }
}

#[test]
fn cycles_are_predicted_on_the_default_engine() {
    let engine = EngineConfig::default();
    let mut sizes = sizes(&engine, 3, 4, 20);
    // Full depth: the passes of many stages overlap.
    sizes.extend([(engine.max_stages, 1, 1), (engine.max_stages, 21, 3)]);
    measured_equals_predicted(&engine, &sizes);
}

/// 32 lanes and one pixel a cycle: 64 slots a pixel, and the time in which 24 more rows would run to fill and drain.
#[test]
fn a_frame_takes_at_most_64_cycles_a_pixel_of_24_rows_more() {
    let stages = EngineConfig::default().max_stages;
    for (width, strip_width) in [(64, 64), (65, 128), (100, 100), (128, 128), (256, 256), (320, 512)] {
        for chains in [1, 2] {
            let engine = EngineConfig { strip_width, chains, ..EngineConfig::default() };
            for height in [1, 2, 48, 64, 255, 256] {
                let cycles = predict(&engine, stages, width, height).cycles;
                let bound = 64 * (width * (height + 24)) as u64;
                assert!(cycles <= bound, "{width} x {height}, {chains} chains: {cycles} cycles, at most {bound}");
            }
        }
    }
}

#[test]
fn stalls_of_the_sink_are_counted_and_never_save_a_cycle() {
    let engine = engines::smallest();
    let mut bench = full_depth(&engine);
    let lr = picture(6, 8);
    let predicted = predict(&engine, engine.max_stages, 8, 6).cycles;
    for sink in Pattern::ALL.into_iter().skip(1) {
        let stall = Stall { source: Pattern::None, sink };
        let run = bench.run_frame(lr.view(), Sending { stall, seed: 3, ..Sending::default() }).unwrap();
        assert!(run.cycles() >= predicted, "{stall}");
        assert_eq!(u64::from(bench.read(registers::CYCLES.offset).unwrap()), run.cycles(), "{stall}");
        assert!(bench.read(registers::OUTPUT_STALLS.offset).unwrap() > 0, "{stall}");
    }
}
