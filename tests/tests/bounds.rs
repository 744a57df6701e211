//! Bounds of the engine with one row, entry, step or cycle less, seeded into the Verilog of a small one: a value is wrong.
//! That the cycles differ does not count.

use bsr_hw::{Ddr, EngineConfig, config::Interface};
use bsr_sim::bench::{Pattern, Sending, Stall};
use bsr_tests::{
    audit,
    bugs::{Edit, edit, seeded, simulator},
    cases::Case,
    engines::{self, smallest, strip},
    loaded::picture,
    telling::telling_network,
};

/// As many stages as the engine runs, on pictures of more rows than any of its rings holds.
fn deep(engine: &EngineConfig) -> Vec<Case> {
    let width = if engine.interface == Interface::Memory { 2 * engine.strip_width + 1 } else { engine.strip_width };
    let case =
        |seed| Case { network: telling_network(engine, seed), lr: picture(40, width), sending: Sending::default() };
    (1..5).map(case).collect()
}

/// Cases with and without stalls; in memory every other one with a memory that answers slowly.
fn cases(engine: &EngineConfig) -> Vec<Case> {
    let mut cases = [audit::cases(engine), deep(engine)].concat();
    for case in cases.iter_mut().step_by(2) {
        case.sending.memory.ddr = Ddr { read_latency: 90, write_latency: 150, bytes_per_cycle: Some(2.0) };
        case.sending.stall = Stall { source: Pattern::None, sink: Pattern::P90 };
    }
    cases
}

fn fails(engine: &EngineConfig, edits: &[Edit]) {
    let finding = audit::values_alone(engine, &simulator(&seeded(engine, edits)), &cases(engine));
    println!("{}", finding.expect_err("the bound is needed"));
}

#[test]
fn with_the_bounds_as_they_are_every_case_is_exact() {
    for engine in [smallest(), strip()] {
        assert_eq!(audit::values_alone(&engine, &engines::simulator(&engine), &cases(&engine)), Ok(()));
    }
}

#[test]
fn a_stage_that_starts_a_cycle_early_fails() {
    fails(&smallest(), &[edit("pass_runner.v", "(age0_and_words >= 16'd13)", "(age0_and_words >= 16'd12)")]);
}

#[test]
fn a_ring_of_input_rows_that_takes_one_more_fails() {
    fails(&smallest(), &[edit("pixel_reader.v", "(rows_held < 16'd16)", "(rows_held < 16'd17)")]);
}

#[test]
fn a_ring_of_rows_of_strips_that_takes_one_more_fails() {
    fails(&strip(), &[edit("row_reader.v", "rows_held < 32'd16", "rows_held < 32'd17")]);
}

#[test]
fn a_long_skip_a_step_early_fails() {
    fails(&smallest(), &[edit("step_counter.v", "skip_lag = stages + 18'd2", "skip_lag = stages + 18'd1")]);
}

#[test]
fn a_tail_a_step_early_fails() {
    fails(&smallest(), &[edit("step_counter.v", "tail_lag = stages + 18'd4", "tail_lag = stages + 18'd3")]);
}

#[test]
fn one_more_burst_under_way_than_responses_are_kept_for_fails() {
    fails(&strip(), &[edit("write_master.v", "awaited < 4'd8", "awaited < 4'd9")]);
}
