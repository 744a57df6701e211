//! What an engine keeps from one frame to the next: a network, and nothing else. What the bus refuses.
#![allow(clippy::unwrap_used)] // in the helpers, too

use bsr_hw::{EngineConfig, registers};
use bsr_model::integer::IntegerNetwork;
use bsr_sim::{
    Bench, Simulator, Variant,
    bench::{LastAt, Pattern, Response, Sending, Stall},
};
use bsr_tests::{
    engines,
    loaded::{frame, golden, load, loaded, picture},
    telling::telling_network,
};

const BUSY: u32 = 1 << 0;
const DONE: u32 = 1 << 1;
const EARLY_LAST: u32 = 1 << 8;
const MISSING_LAST: u32 = 1 << 9;
const REFUSED_START: u32 = 1 << 10;
const LOAD_WHILE_BUSY: u32 = 1 << 11;

const START: u32 = 1;
const DROP: u32 = 2;

/// Two engines, with one and with two pixels a cycle, that hold a network.
fn engines_with_networks() -> Vec<(EngineConfig, Simulator, IntegerNetwork)> {
    let with_network = |engine: EngineConfig| {
        let network = telling_network(&engine, 1);
        (engine.clone(), engines::simulator(&engine), network)
    };
    [engines::smallest(), engines::pair()].map(with_network).into()
}

fn smallest() -> (Bench, IntegerNetwork) {
    let engine = engines::smallest();
    let network = telling_network(&engine, 1);
    (loaded(&engine, &engines::simulator(&engine), &network), network)
}

/// The registers of an engine with pixel streams.
fn present() -> impl Iterator<Item = registers::Register> {
    registers::of_engine(false, 1).into_iter()
}

fn status(bench: &mut Bench) -> u32 {
    bench.read(registers::STATUS.offset).unwrap()
}

/// Clocks until the engine is idle.
fn wait_until_idle(bench: &mut Bench) {
    let idle = (0..10_000).any(|_| status(bench) & BUSY == 0);
    assert!(idle, "the engine is busy for ever");
}

fn assert_exact(bench: &mut Bench, network: &IntegerNetwork, height: usize, width: usize, what: &str) {
    let lr = picture(height, width);
    let found = frame(bench, &lr).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(found.bytes(), golden(network, &lr), "{what}");
    assert_eq!(bench.violations(), [], "{what}");
}

#[test]
fn frames_of_any_size_follow_each_other() {
    for (engine, simulator, network) in engines_with_networks() {
        let mut bench = loaded(&engine, &simulator, &network);
        for (height, width) in [(5, 8), (5, 8), (1, 1), (3, 8), (9, 1), (1, 7), (2, 2)] {
            assert_exact(&mut bench, &network, height, width, &format!("{width} x {height}"));
        }
    }
}

#[test]
fn output_is_unchanged_by_any_stall_pattern() {
    let (mut bench, network) = smallest();
    let lr = picture(6, 7);
    let expected = golden(&network, &lr);
    for source in Pattern::ALL {
        for sink in Pattern::ALL {
            let stall = Stall { source, sink };
            let found = bench.run_frame(lr.view(), Sending { stall, seed: 11, ..Sending::default() }).unwrap();
            assert_eq!(found.bytes(), expected, "{stall}");
            assert_eq!(bench.violations(), [], "{stall}");
        }
    }
}

#[test]
fn reset_in_mid_frame_leaves_no_residue() {
    for (engine, simulator, network) in engines_with_networks() {
        let mut bench = loaded(&engine, &simulator, &network);
        for at in 0..64 {
            let stall = Stall { source: Pattern::None, sink: Pattern::ThreeOfFour };
            bench.start_frame(picture(7, 8).view(), Sending { stall, ..Sending::default() }).unwrap();
            bench.ticks(1 + at * 23);
            bench.reset();
            assert_eq!(status(&mut bench), 0);
            load(&mut bench, &engine, &network);
            assert_exact(&mut bench, &network, 3, 5, &format!("after a reset in cycle {at} * 23"));
        }
    }
}

#[test]
fn a_dropped_frame_leaves_no_residue() {
    for (engine, simulator, network) in engines_with_networks() {
        let mut bench = loaded(&engine, &simulator, &network);
        for at in 0..64 {
            bench.start_frame(picture(7, 8).view(), Sending::default()).unwrap();
            bench.ticks(1 + at * 23);
            bench.write(registers::CONTROL.offset, DROP).unwrap();
            assert_eq!(status(&mut bench) & BUSY, 0);
            assert_exact(&mut bench, &network, 3, 5, &format!("after a frame dropped in cycle {at} * 23"));
        }
    }
}

#[test]
fn an_early_tlast_drops_the_frame_and_the_next_one_is_exact() {
    for (engine, simulator, network) in engines_with_networks() {
        for pixel in [0, 4, 7, 8, 30, 54] {
            let mut bench = loaded(&engine, &simulator, &network);
            let sending = Sending { last: LastAt::Byte(pixel), ..Sending::default() };
            bench.start_frame(picture(7, 8).view(), sending).unwrap();
            wait_until_idle(&mut bench);
            assert_eq!(status(&mut bench), EARLY_LAST, "TLAST with pixel {pixel} of 56");
            assert_exact(&mut bench, &network, 5, 6, &format!("after TLAST with pixel {pixel}"));
            assert_eq!(status(&mut bench), EARLY_LAST | DONE, "the error stays");
            bench.write(registers::CONTROL.offset, DROP).unwrap();
            assert_eq!(status(&mut bench), DONE, "until it is cleared");
        }
    }
}

#[test]
fn a_frame_without_tlast_is_exact_and_the_error_stays() {
    let (mut bench, network) = smallest();
    let lr = picture(4, 6);
    let found = bench.run_frame(lr.view(), Sending { last: LastAt::Never, ..Sending::default() }).unwrap();
    assert_eq!(found.bytes(), golden(&network, &lr));
    assert_eq!(status(&mut bench), MISSING_LAST | DONE);
    assert_exact(&mut bench, &network, 4, 6, "the next frame");
    assert_eq!(status(&mut bench), MISSING_LAST | DONE);
    bench.write(registers::CONTROL.offset, DROP).unwrap();
    assert_eq!(status(&mut bench), DONE);
}

#[test]
fn a_start_outside_the_limits_is_refused() {
    let engine = engines::smallest();
    let (most, stages) = (engine.strip_width as u32, engine.max_stages as u32);
    for (register, value) in [
        (registers::WIDTH, 0),
        (registers::WIDTH, most + 1),
        (registers::WIDTH, 0xffff),
        (registers::HEIGHT, 0),
        (registers::STAGES, 0),
        (registers::STAGES, stages + 1),
    ] {
        let (mut bench, network) = smallest();
        bench.write(registers::WIDTH.offset, 5).unwrap();
        bench.write(registers::HEIGHT.offset, 3).unwrap();
        bench.write(register.offset, value).unwrap();
        bench.write(registers::CONTROL.offset, START).unwrap();
        assert_eq!(status(&mut bench), REFUSED_START, "{} = {value}", register.name);
        bench.write(registers::CONTROL.offset, DROP).unwrap();
        bench.write(registers::STAGES.offset, stages).unwrap();
        assert_exact(&mut bench, &network, 3, 5, register.name);
        assert_eq!(status(&mut bench), DONE);
    }
}

#[test]
fn a_start_while_a_frame_runs_is_refused_and_the_frame_is_exact() {
    let (mut bench, network) = smallest();
    let lr = picture(6, 8);
    bench.start_frame(lr.view(), Sending::default()).unwrap();
    bench.ticks(200);
    bench.write(registers::CONTROL.offset, START).unwrap();
    assert_eq!(status(&mut bench), REFUSED_START | BUSY);
    assert_eq!(bench.finish_frame().unwrap().bytes(), golden(&network, &lr));
    assert_eq!(status(&mut bench), REFUSED_START | DONE);
}

#[test]
fn nothing_is_written_while_a_frame_runs() {
    let (mut bench, network) = smallest();
    let lr = picture(6, 8);
    bench.start_frame(lr.view(), Sending::default()).unwrap();
    let writable = |register: &registers::Register| {
        register.access == registers::Access::ReadWrite || *register == registers::LOAD_DATA
    };
    for register in present().filter(writable) {
        let before = bench.read(register.offset).unwrap();
        let response = bench.try_write(register.offset, !before, 0xf, 0).unwrap();
        assert_eq!(response, Response::SlaveError, "{}", register.name);
        assert_eq!(bench.read(register.offset).unwrap(), before, "{}", register.name);
    }
    assert_eq!(status(&mut bench), LOAD_WHILE_BUSY | BUSY);
    assert_eq!(bench.finish_frame().unwrap().bytes(), golden(&network, &lr));
    assert_eq!(status(&mut bench), LOAD_WHILE_BUSY | DONE);
    assert_exact(&mut bench, &network, 6, 8, "the next frame");
}

#[test]
fn what_the_register_map_does_not_allow_is_answered_with_slverr() {
    let (mut bench, network) = smallest();
    let mapped: Vec<u32> = present().map(|register| register.offset).collect();
    for address in (0..0x1000).step_by(4).chain([0x001, 0x00a, 0x011, 0x012, 0x013, 0xfff]) {
        if mapped.contains(&address) {
            continue;
        }
        assert_eq!(bench.try_write(address, 1, 0xf, 0), Ok(Response::SlaveError), "write of {address:#05x}");
        let (_, response) = bench.try_read(address).unwrap();
        assert_eq!(response, Response::SlaveError, "read of {address:#05x}");
    }
    for register in present() {
        let (before, response) = bench.try_read(register.offset).unwrap();
        assert_eq!(response, Response::Okay, "{}", register.name);
        if register.access == registers::Access::ReadOnly {
            let response = bench.try_write(register.offset, !before, 0xf, 0);
            assert_eq!(response, Ok(Response::SlaveError), "{}", register.name);
        }
        for strobe in 0..0xf {
            let response = bench.try_write(register.offset, !before, strobe, 0);
            assert_eq!(response, Ok(Response::SlaveError), "{} with strobes {strobe:04b}", register.name);
        }
        assert_eq!(bench.read(register.offset), Ok(before), "{}", register.name);
    }
    assert_eq!(status(&mut bench), 0);
    assert_exact(&mut bench, &network, 4, 4, "after refused writes");
}

#[test]
fn registers_hold_their_bits_whichever_of_address_and_data_comes_first() {
    let (mut bench, network) = smallest();
    let read_write = present().filter(|register| register.access == registers::Access::ReadWrite);
    for (index, register) in read_write.enumerate() {
        let mask = (1 << register.bits) - 1;
        for (skew, value) in [(-7, 0x5555_5555), (0, 0xaaaa_aaaa), (7, 0xffff_ffff), (-1, 0), (1, index as u32 + 1)] {
            assert_eq!(bench.try_write(register.offset, value, 0xf, skew), Ok(Response::Okay), "{}", register.name);
            assert_eq!(bench.read(register.offset), Ok(value & mask), "{} after {skew}", register.name);
        }
    }
    load(&mut bench, &engines::smallest(), &network);
    assert_exact(&mut bench, &network, 4, 4, "after a reload");
}

#[test]
fn networks_take_turns_in_one_simulator_without_a_rebuild() {
    let engine = engines::smallest();
    let simulator = engines::simulator(&engine);
    let built_again = std::cell::Cell::new(0);
    let again = Simulator::of_engine(&engine, Variant::default(), &|_| built_again.set(built_again.get() + 1)).unwrap();
    assert_eq!(built_again.get(), 0, "the second simulator of an engine comes from the cache");
    let networks = [1, 2, 3].map(|seed| telling_network(&engine, seed));
    for simulator in [simulator, again] {
        let mut bench = loaded(&engine, &simulator, &networks[0]);
        for turn in 0..6 {
            let network = &networks[turn % 3];
            load(&mut bench, &engine, network);
            assert_exact(&mut bench, network, 5, 8, &format!("turn {turn}"));
        }
    }
}

#[test]
fn the_result_does_not_depend_on_what_registers_hold_before_a_reset() {
    let engine = engines::smallest();
    let variant = Variant { random_initial: true, ..Variant::default() };
    let simulator = Simulator::of_engine(&engine, variant, &|_| ()).unwrap();
    let network = telling_network(&engine, 1);
    for seed in 1..=20 {
        let mut bench = Bench::new(&simulator, &engine, seed, ());
        load(&mut bench, &engine, &network);
        assert_exact(&mut bench, &network, 3, 6, &format!("seed {seed}"));
    }
}
