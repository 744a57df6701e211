//! Factors and branches, which stand between the affine and the skip: one bug a test, seeded into the Verilog.

use std::sync::OnceLock;

use bsr_hw::EngineConfig;
use bsr_sim::{bench::Stall, compare::Fault};
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit, seeded, simulator},
    cases::{Case, fixed},
    engines,
};

fn engine() -> EngineConfig {
    EngineConfig { branch: true, spatial: true, ..engines::smallest() }
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
    seen_at_a_stage(&[edit("lane.v", "factor0_t[16] ? slope_q : 18'sd4096", "slope_q")]);
}

#[test]
fn a_slope_that_is_ignored_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "factor0_t[16] ? slope_q : 18'sd4096", "18'sd4096")]);
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
        right: ".slope_swap_i(slope_swap_6",
        wrong: ".slope_swap_i(mul_swap_2",
        times: 2,
    }]);
}

#[test]
fn a_factor_that_is_ignored_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", ".a_i(factor0)", ".a_i(18'sd65536)")]);
}

#[test]
fn a_factor_that_floors_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "36'sd32768", "36'sd0")]);
}

#[test]
fn a_factor_of_the_row_below_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit(
        "spatial_unit.v",
        "read_ring_q <= read_ring_i;",
        "read_ring_q <= (read_ring_i == 2'd2) ? 2'd0 : (read_ring_i + 2'd1);",
    )]);
}

#[test]
fn a_factor_without_its_first_pass_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("spatial_unit.v", "first_pass ? addend : passes_before", "addend")]);
}

#[test]
fn sums_of_the_head_in_the_place_of_a_stage_are_seen_at_a_stage() {
    seen_at_a_stage(&[edit("spatial_unit.v", "head ? head_q : passes_read_data", "passes_read_data")]);
}

#[test]
fn an_index_that_wraps_is_seen_at_a_stage() {
    let right = "((~(|index0_high)) | (index0_high == {23{1'd1}}))";
    seen_at_a_stage(&[edit("spatial_unit.v", right, "1'b1")]);
}

/// The interlock between stages covers the way of a factor, which is longer than that of a result: a cycle less fails. With
/// stalls, where cycles are not compared.
#[test]
fn a_stage_that_does_not_wait_for_its_factors_is_seen_at_it() {
    let stalled: Vec<Case> =
        fixed(&engine(), 150).into_iter().filter(|case| case.sending.stall != Stall::NONE).collect();
    assert_eq!(audit::values(&engine(), &engines::simulator(&engine()), &stalled), Ok(()), "the right design");
    let mutant = seeded(
        &engine(),
        &[
            edit("pass_runner.v", "(words_ahead >= 16'd21)", "(words_ahead >= 16'd20)"),
            edit("pass_runner.v", "(age0_and_words >= 16'd20)", "(age0_and_words >= 16'd19)"),
        ],
    );
    let finding = audit::values(&engine(), &simulator(&mutant), &stalled);
    assert!(matches!(&finding, Err(Finding::Mismatch(at)) if at.layer.starts_with("stage ")), "{finding:?}");
}
