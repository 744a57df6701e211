//! The bench on the fixture: agents, stalls, monitors, registers.

mod fixture;

use bsr_hw::registers;
use bsr_sim::{
    Bench, Simulator, Variant,
    bench::{BenchError, Channel, LastAt, Pattern, Response, Sending, Stall, Violation},
};
use fixture::{build, config, picture, rtl, rtl_with};

fn fast() -> Simulator {
    build(&rtl(), Variant::default())
}

fn bench(simulator: &Simulator) -> Bench {
    Bench::new(simulator, &config(), 1, ())
}

/// Pixels of the nearest neighbour.
fn nearest(lr: &ndarray::Array2<u8>) -> Vec<u8> {
    let (height, width) = lr.dim();
    (0..4 * height * width).map(|index| lr[[index / (2 * width) / 2, index % (2 * width) / 2]]).collect()
}

#[test]
fn output_is_unchanged_by_any_stall_pattern() {
    let simulator = fast();
    let lr = picture(5, 9);
    for source in Pattern::ALL {
        for sink in Pattern::ALL {
            let stall = Stall { source, sink };
            let mut bench = bench(&simulator);
            let run = bench.run_frame(lr.view(), Sending { stall, seed: 5, ..Sending::default() }).unwrap();
            assert_eq!(run.bytes(), nearest(&lr), "{stall}");
            assert_eq!(bench.violations(), [], "{stall}");
        }
    }
}

#[test]
fn cycles_count_from_the_first_input_to_the_last_output_beat() {
    let mut bench = bench(&fast());
    let run = bench.run_frame(picture(1, 1).view(), Sending::default()).unwrap();
    // One beat in, then four beats out.
    assert_eq!(run.cycles(), 5);
    assert_eq!(run.beats.iter().filter(|beat| beat.last).count(), 1);
}

#[test]
fn one_seed_gives_the_same_run_cycle_by_cycle() {
    let simulator = fast();
    let stall = Stall { source: Pattern::P10, sink: Pattern::Bursts };
    let run = |seed| {
        let sending = Sending { stall, seed, ..Sending::default() };
        bench(&simulator).run_frame(picture(7, 7).view(), sending).unwrap()
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn frames_follow_each_other_and_differ_in_size() {
    let mut bench = bench(&fast());
    for (height, width) in [(3, 4), (1, 1), (4, 3)] {
        let lr = picture(height, width);
        assert_eq!(bench.run_frame(lr.view(), Sending::default()).unwrap().bytes(), nearest(&lr));
    }
    assert_eq!(bench.violations(), []);
}

#[test]
fn a_reset_in_mid_frame_leaves_no_residue() {
    let simulator = fast();
    let lr = picture(4, 4);
    for cycles in [1, 10, 33] {
        let mut bench = bench(&simulator);
        bench.start_frame(lr.view(), Sending::default()).unwrap();
        bench.ticks(cycles);
        bench.reset();
        assert_eq!(bench.run_frame(lr.view(), Sending::default()).unwrap().bytes(), nearest(&lr));
        assert_eq!(bench.violations(), []);
    }
}

#[test]
fn a_misplaced_tlast_is_seen_in_the_status() {
    let simulator = fast();
    for (last, bits) in [(LastAt::End, 0), (LastAt::Byte(3), 0x300), (LastAt::Never, 0x200)] {
        let mut bench = bench(&simulator);
        bench.run_frame(picture(3, 3).view(), Sending { last, ..Sending::default() }).unwrap();
        assert_eq!(bench.read(registers::STATUS.offset).unwrap() & 0xf00, bits, "{last:?}");
    }
}

#[test]
fn registers_are_read_while_a_frame_runs() {
    let mut bench = bench(&fast());
    let lr = picture(6, 6);
    bench.start_frame(lr.view(), Sending::default()).unwrap();
    assert_eq!(bench.read(registers::STATUS.offset).unwrap() & 3, 1);
    assert_eq!(bench.finish_frame().unwrap().bytes(), nearest(&lr));
    assert_eq!(bench.read(registers::STATUS.offset).unwrap() & 3, 2);
}

#[test]
fn a_refused_write_is_an_error_with_its_address() {
    let mut bench = bench(&fast());
    let refused = BenchError::Refused { address: 0, response: Response::SlaveError };
    assert_eq!(bench.write(registers::ID.offset, 1), Err(refused));
    assert_eq!(bench.read(registers::ID.offset), Ok(registers::ID_VALUE));
}

#[test]
fn address_and_data_of_a_write_may_come_in_either_order() {
    let mut bench = bench(&fast());
    for (skew, value) in [(-5, 11), (0, 12), (5, 13)] {
        assert_eq!(bench.try_write(registers::WIDTH.offset, value, 0xf, skew), Ok(Response::Okay));
        assert_eq!(bench.read(registers::WIDTH.offset), Ok(value));
    }
    assert_eq!(bench.violations(), []);
}

#[test]
fn a_frame_that_never_ends_is_given_up() {
    let mute = rtl_with("assign m_axis_tvalid = busy && !filling;", "assign m_axis_tvalid = 1'b0;");
    let error = bench(&build(&mute, Variant::default())).run_frame(picture(2, 2).view(), Sending::default());
    assert!(matches!(error, Err(BenchError::Hang { beats_in: 2, beats_out: 0, frame: 16, .. })), "{error:?}");
}

#[test]
fn a_missing_response_is_an_error_with_its_address() {
    let mute = rtl_with("s_axil_bvalid <= 1'b1;", "s_axil_bvalid <= 1'b0;");
    let error = bench(&build(&mute, Variant::default())).write(registers::WIDTH.offset, 1);
    assert_eq!(error, Err(BenchError::NoResponse { address: 0x010 }));
}

#[test]
fn data_that_move_under_a_stall_are_a_violation() {
    let moving = rtl_with("assign m_axis_tdata  = line[column >> 1];", "assign m_axis_tdata = {7'd0, m_axis_tready};");
    let mut bench = bench(&build(&moving, Variant::default()));
    let stall = Stall { source: Pattern::None, sink: Pattern::Alternate };
    bench.run_frame(picture(2, 2).view(), Sending { stall, ..Sending::default() }).unwrap();
    let changed = |violation: &Violation| matches!(violation, Violation::DataChanged { channel: Channel::Output, .. });
    assert!(bench.violations().iter().any(changed));
}

#[test]
fn registers_that_reset_forgets_start_at_random_values_of_the_seed() {
    let simulator = build(&rtl(), Variant { random_initial: true, ..Variant::default() });
    let width = |seed| Bench::new(&simulator, &config(), seed, ()).read(registers::WIDTH.offset).unwrap();
    assert_eq!(width(1), width(1));
    assert!((2..10).any(|seed| width(seed) != width(1)));
}

#[test]
fn a_waveform_of_the_window_is_written_by_the_tracing_variant_alone() {
    let folder = tempfile::tempdir().unwrap();
    let lengths = [(false, 20..80), (true, 20..80), (true, 20..30)].map(|(trace, window)| {
        let file = folder.path().join("wave.fst");
        let mut bench = bench(&build(&rtl(), Variant { trace, ..Variant::default() }));
        bench.trace(&file, window);
        bench.run_frame(picture(5, 5).view(), Sending::default()).unwrap();
        drop(bench);
        let length = std::fs::metadata(&file).map_or(0, |data| data.len());
        let _ = std::fs::remove_file(&file);
        length
    });
    assert_eq!(lengths[0], 0);
    assert!(lengths[1] > lengths[2] && lengths[2] > 0, "{lengths:?}");
}
