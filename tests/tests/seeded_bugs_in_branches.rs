//! What stands between the affine and the skip, with one bug a test, seeded into the Verilog.

use std::sync::OnceLock;

use bsr_hw::EngineConfig;
use bsr_sim::compare::Fault;
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit, seeded, simulator},
    cases::Case,
    engines,
};

fn engine() -> EngineConfig {
    EngineConfig { branch: true, ..engines::smallest() }
}

/// The cases that pass on the right design.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let cases = audit::cases(&engine());
        assert_eq!(audit::values(&engine(), &engines::simulator(&engine()), &cases), Ok(()), "the right design");
        cases
    })
}

/// Asserts that a wrong value first shows at a tap of a binary stage.
fn seen_at_a_stage(edits: &[Edit]) {
    let finding = audit::values(&engine(), &simulator(&seeded(&engine(), edits)), cases());
    let Err(Finding::Mismatch(mismatch)) = finding else { panic!("a wrong value, not: {finding:?}") };
    assert!(mismatch.layer.starts_with("stage ") && mismatch.fault == Fault::Value, "{mismatch}");
}

#[test]
fn a_slope_on_positive_values_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "t0[16] ? slope_q : 18'sd4096", "slope_q")]);
}

#[test]
fn a_slope_that_is_ignored_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "t0[16] ? slope_q : 18'sd4096", "18'sd4096")]);
}

#[test]
fn an_offset_that_is_left_out_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", ".c_i(offset_q)", ".c_i(36'sd2048)")]);
}

#[test]
fn a_branch_that_floors_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", ".c_i(offset_q)", ".c_i(offset_q - 36'sd2048)")]);
}

#[test]
fn slopes_that_are_taken_over_with_the_affine_are_seen_at_a_stage() {
    seen_at_a_stage(&[Edit {
        file: "lane_array.v",
        right: ".slope_swap_i(slope_swap_3",
        wrong: ".slope_swap_i(mul_swap_2",
        times: 2,
    }]);
}
