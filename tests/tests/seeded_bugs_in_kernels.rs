//! Kernels of 1x1 at two pixels a cycle: one bug a test, seeded into the Verilog.

use std::sync::LazyLock;

use bsr_hw::EngineConfig;
use bsr_tests::{
    audit,
    bugs::{Edit, edit},
    engines,
    hunt::Hunt,
};

static HUNT: LazyLock<Hunt> = LazyLock::new(|| {
    let engine = EngineConfig { pointwise: true, pixels: 2, ..engines::smallest() };
    let cases = audit::cases(&engine);
    Hunt::new(engine, cases)
});

fn seen_at_a_stage(edits: &[Edit]) {
    HUNT.seen_at_a_stage(edits);
}

#[test]
fn a_neighbour_in_the_same_word_that_a_1x1_kernel_reads_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit(
        "window.v",
        "column11_q <= (missing_left_i[1] | pointwise_i)",
        "column11_q <= missing_left_i[1]",
    )]);
}

#[test]
fn a_pixel_that_is_masked_with_its_neighbours_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit(
        "window.v",
        "own12_q <= missing_right_i[0]",
        "own12_q <= (missing_right_i[0] | pointwise_i)",
    )]);
}

#[test]
fn a_kernel_that_is_taken_for_1x1_a_slot_early_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("accelerator.v", ".pointwise_i(pointwise_2)", ".pointwise_i(pointwise_1)")]);
}
