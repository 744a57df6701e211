//! A binary upsampler: one bug a test, seeded into the Verilog.

use std::sync::LazyLock;

use bsr_tests::{
    audit,
    bugs::{Edit, edit},
    engines,
    hunt::Hunt,
};

static HUNT: LazyLock<Hunt> = LazyLock::new(|| {
    let engine = engines::upsampler();
    let cases = audit::cases(&engine);
    Hunt::new(engine, cases)
});

fn seen_at_a_stage(edits: &[Edit]) {
    HUNT.seen_at_a_stage(edits);
}

#[test]
fn the_head_s_output_in_every_stage_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("accelerator.v", "(runner_stage + 8'd1) == control_stages", "1'd1")]);
}

#[test]
fn the_head_s_output_of_the_row_above_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("anchor.v", "(read_row_i ?", "((~read_row_i) ?")]);
}

#[test]
fn a_sum_with_the_head_s_output_that_loses_its_top_bit_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "x0 = $signed(x_i);", "x0 = $signed({x_i[10], x_i[10:0]});")]);
}
