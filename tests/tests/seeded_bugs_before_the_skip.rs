//! Factors and branches, which stand between the affine and the skip: one bug a test, seeded into the Verilog.

use std::sync::LazyLock;

use bsr_hw::EngineConfig;
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit},
    engines,
    hunt::Hunt,
};

static HUNT: LazyLock<Hunt> = LazyLock::new(|| {
    let engine = EngineConfig { branch: true, spatial: true, ..engines::smallest() };
    let cases = audit::cases(&engine);
    Hunt::new(engine, cases)
});

fn seen_at_a_stage(edits: &[Edit]) {
    HUNT.seen_at_a_stage(edits);
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

/// The interlock between stages covers the way of a factor, which is longer than that of a result: a cycle less fails,
/// whatever the cycles of the frame.
#[test]
fn a_stage_that_does_not_wait_for_its_factors_is_seen_at_it() {
    let mutant = HUNT.mutant(&[
        edit("pass_runner.v", "(words_ahead >= 16'd21)", "(words_ahead >= 16'd20)"),
        edit("pass_runner.v", "(age0_and_words >= 16'd20)", "(age0_and_words >= 16'd19)"),
    ]);
    let finding = audit::values_alone(&HUNT.engine, &mutant, &HUNT.cases);
    assert!(matches!(&finding, Err(Finding::Mismatch(at)) if at.layer.starts_with("stage ")), "{finding:?}");
}
