//! Every check is shown to fail: one bug a test, seeded into the Verilog, and the finding that kills it.

use std::sync::LazyLock;

use bsr_sim::{
    Simulator,
    bench::{BenchError, Channel, Stall, Violation},
    compare::{Fault, Mismatch},
};
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit, seeded, simulator},
    cases::{Case, fixed},
    engines::{self, smallest},
    hunt::Hunt,
};

static HUNT: LazyLock<Hunt> = LazyLock::new(|| Hunt::new(smallest(), audit::cases(&smallest())));

fn cases() -> &'static [Case] {
    &HUNT.cases
}

fn mutant(edits: &[Edit]) -> Simulator {
    HUNT.mutant(edits)
}

fn found(edits: &[Edit]) -> Finding {
    HUNT.found(edits)
}

fn wrong_value(edits: &[Edit]) -> Mismatch {
    HUNT.wrong_value(edits)
}

fn seen_at_a_stage(edits: &[Edit]) -> Mismatch {
    HUNT.seen_at_a_stage(edits)
}

/// Asserts that a wrong value first shows at this layer.
fn seen_at(layer: &str, edits: &[Edit]) -> Mismatch {
    let mismatch = wrong_value(edits);
    assert_eq!((mismatch.layer.as_str(), mismatch.fault), (layer, Fault::Value), "{mismatch}");
    mismatch
}

#[test]
fn a_sign_of_zero_that_is_minus_one_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "y0_q}) >= threshold_late_q", "y0_q}) > threshold_late_q")]);
}

#[test]
fn a_sign_of_zero_that_is_minus_one_after_the_head_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("head_channel.v", "x0_q_1}) >= threshold_q", "x0_q_1}) > threshold_q")]);
}

#[test]
fn padding_that_counts_as_minus_one_is_seen_at_a_border() {
    let correction = ".d_i($signed({{2{border0_q[6]}}, border0_q}))";
    let mismatch = seen_at_a_stage(&[edit("lane.v", correction, ".d_i($signed(9'd0))")]);
    assert!(mismatch.row == 0 || mismatch.column == 0, "{mismatch}");
}

#[test]
fn padding_that_counts_as_plus_one_is_seen_at_a_border() {
    let mismatch = seen_at_a_stage(&[Edit { file: "window.v", right: "? 5'd0 :", wrong: "? 5'd31 :", times: 8 }]);
    assert!(mismatch.row == 0 || mismatch.column == 0, "{mismatch}");
}

/// Left and right missing at once: no picture of two columns has that class.
#[test]
fn a_missing_border_class_of_a_one_wide_picture_is_seen_in_one_wide_pictures_alone() {
    let right = "correction_both : correction_left";
    let wrong = "correction_left : correction_left";
    let mutant = mutant(&[edit("lane.v", right, wrong)]);
    let (narrow, wide): (Vec<Case>, Vec<Case>) = cases().iter().cloned().partition(|case| case.lr.dim().1 == 1);
    assert_eq!(audit::values(&smallest(), &mutant, &wide), Ok(()));
    let finding = audit::values(&smallest(), &mutant, &narrow);
    assert!(matches!(&finding, Err(Finding::Mismatch(at)) if at.layer.starts_with("stage ")), "{finding:?}");
}

#[test]
fn a_missing_border_class_of_a_one_high_picture_is_seen_in_one_high_pictures_alone() {
    let right = "assign rows_sum = row_sum_0 + row_sum_2;";
    let wrong = "assign rows_sum = (&missing_i) ? row_sum_0 : (row_sum_0 + row_sum_2);";
    let mutant = mutant(&[edit("border_sums.v", right, wrong)]);
    let (low, high): (Vec<Case>, Vec<Case>) = cases().iter().cloned().partition(|case| case.lr.dim().0 == 1);
    assert_eq!(audit::values(&smallest(), &mutant, &high), Ok(()));
    let finding = audit::values(&smallest(), &mutant, &low);
    assert!(matches!(&finding, Err(Finding::Mismatch(at)) if at.layer.starts_with("stage ")), "{finding:?}");
}

#[test]
fn a_skip_a_pixel_late_is_seen_at_a_stage() {
    seen_at_a_stage(&[
        edit("centre.v", "reg  [21:0] x_q;", "reg  [21:0] x_q;\n    reg  [21:0] late_q;"),
        edit("centre.v", "x_q <= last_q;", "late_q <= last_q;\n        x_q <= late_q;"),
    ]);
}

#[test]
fn a_skip_that_is_missing_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "assign x0 = $signed(x_i);", "assign x0 = 11'sd0;")]);
}

#[test]
fn an_activation_that_rounds_half_up_is_seen_at_a_stage() {
    let floor = "assign floor0 = $signed(scaled0[14:5]);";
    seen_at_a_stage(&[edit("lane.v", floor, "assign floor0 = 10'((scaled0 + 15'sd16) >>> 5);")]);
}

#[test]
fn a_slope_that_is_ignored_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "(v0_late_q[10] & activate_i)", "1'b0")]);
}

#[test]
fn a_long_skip_that_saturates_is_seen_before_the_tail() {
    let sum = "$unsigned(($signed({{1{x0[10]}}, x0}) + $signed({{1{skip0[10]}}, skip0})))";
    let right = "assign sum0_r = ";
    let wrong = "wire [11:0] exact;\n    assign sum0_r = (exact[11] == exact[10]) ? exact : {{2{exact[11]}}, {10{~exact[11]}}};\n    assign exact = ";
    seen_at("input of tail", &[edit("head_unit.v", sum, sum), edit("head_unit.v", right, wrong)]);
}

#[test]
fn a_stage_that_wraps_where_it_should_saturate_is_seen_at_a_stage() {
    let right = "((~(|skip0_high)) | (skip0_high == {8{1'd1}}))";
    seen_at_a_stage(&[edit("lane.v", right, "((~(|skip0_high)) | (skip0_high == {8{1'd1}}) | 1'd1)")]);
}

#[test]
fn a_wrong_weight_bank_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("pass_planner.v", "chain0_record_d = (record + 4'd2);", "chain0_record_d = record;")]);
}

#[test]
fn weights_of_the_stage_before_are_seen_at_a_stage() {
    seen_at_a_stage(&[edit("pass_planner.v", "(record + 4'd4)", "(record + 4'd2)")]);
}

#[test]
fn xor_for_xnor_is_seen_at_the_first_stage() {
    seen_at("stage 1", &[edit("agree_counter_36.v", "~(act_i ^ wgt_i)", "(act_i ^ wgt_i)")]);
}

#[test]
fn a_popcount_without_its_top_bit_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("agree_counter_36.v", "6'($countones(same))", "6'($countones(same) & 31)")]);
}

#[test]
fn a_dot_product_off_by_one_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", "{agree0_agree, 1'd0}", "{agree0_agree, 1'd1}")]);
}

#[test]
fn a_multiplier_without_its_sign_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane.v", ".a_i(mul_q)", ".a_i(mul_q[17] ? -mul_q : mul_q)")]);
}

#[test]
fn a_requantise_shift_off_by_one_is_seen_at_a_stage() {
    let right = "affine0_sum[28:12]";
    seen_at_a_stage(&[edit("lane.v", right, "{affine0_sum[28], affine0_sum[28:13]}")]);
}

#[test]
fn a_transposed_kernel_is_seen_at_a_stage() {
    let right = "column22_q[3:0], column21_q[3:0], column20_q[3:0], \
                 column12_q[3:0], column11_q[3:0], column10_q[3:0], \
                 column02_q[3:0], column01_q[3:0], column00_q[3:0]";
    let wrong = "column22_q[3:0], column12_q[3:0], column02_q[3:0], \
                 column21_q[3:0], column11_q[3:0], column01_q[3:0], \
                 column20_q[3:0], column10_q[3:0], column00_q[3:0]";
    seen_at_a_stage(&[edit("window.v", right, wrong)]);
}

#[test]
fn signs_in_another_order_of_channels_are_seen_at_a_stage() {
    seen_at_a_stage(&[edit("lane_array.v", "{lane1_sign, lane0_sign}", "{lane0_sign, lane1_sign}")]);
}

#[test]
fn a_missing_prime_slot_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("pass_runner.v", "prime_d = needs_prime;", "prime_d = 1'd0;")]);
}

#[test]
fn a_row_buffer_one_short_is_seen() {
    wrong_value(&[
        Edit { file: "pass_planner.v", right: "= 7'd64;", wrong: "= 7'd48;", times: 2 },
        Edit { file: "pass_planner.v", right: "7'd80", wrong: "7'd64", times: 3 },
        Edit { file: "step_counter.v", right: "7'd80", wrong: "7'd64", times: 2 },
    ]);
}

#[test]
fn a_pass_that_starts_before_its_signs_are_written_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("pass_runner.v", "(age0_and_words >= 16'd13)", "(age0_and_words >= 16'd5)")]);
}

/// Signs of the head go where the first stage reads its oldest row: with few lanes and many channels the head is ahead.
#[test]
fn a_head_that_does_not_wait_for_the_first_stage_is_seen_at_that_stage() {
    let engine = engines::many_channels();
    let stalled: Vec<Case> = fixed(&engine, 150).into_iter().filter(|case| case.sending.stall != Stall::NONE).collect();
    assert_eq!(audit::values(&engine, &engines::simulator(&engine), &stalled), Ok(()), "the right design");
    let mutant = simulator(&seeded(&engine, &[edit("accelerator.v", ".hold_i(head_hold),", ".hold_i(1'b0),")]));
    let finding = audit::values(&engine, &mutant, &stalled);
    assert!(matches!(&finding, Err(Finding::Mismatch(at)) if at.layer == "stage 1"), "{finding:?}");
}

#[test]
fn a_ring_of_input_rows_that_overflows_is_seen_at_the_head() {
    seen_at("head", &[edit("pixel_reader.v", "(rows_held < 16'd16)", "(rows_held < 16'd18)")]);
}

/// Where the line buffer keeps a pixel of the smallest engine.
const PIXEL: &str = "{filled_half_q, write_line_i, write_column_i}";

#[test]
fn pixels_shuffled_in_another_order_are_seen_at_the_output() {
    let wrong = "{filled_half_q, write_line_i, write_column_i ^ 4'd1}";
    seen_at("output", &[edit("line_buffer.v", PIXEL, wrong)]);
}

#[test]
fn lines_shuffled_in_another_order_are_seen_at_the_output() {
    let wrong = "{filled_half_q, ~write_line_i, write_column_i}";
    seen_at("output", &[edit("line_buffer.v", PIXEL, wrong)]);
}

#[test]
fn columns_of_a_pair_that_change_places_are_seen_at_the_output() {
    let wrong = ".write_data_i({odd_i, even_i})";
    seen_at("output", &[edit("tail_channel.v", ".write_data_i({even_i, odd_i})", wrong)]);
}

/// Left of the picture the address wraps: there is the last column, in a picture as wide as the strip.
#[test]
fn a_column_outside_the_picture_that_counts_in_the_tail_is_seen_at_the_output() {
    let right = "(before_picture | (last_pair & width_i[0]))";
    seen_at("output", &[edit("tail_unit.v", right, "(last_pair & width_i[0])")]);
}

#[test]
fn an_output_transform_of_one_sign_is_seen_at_the_output() {
    let right = "(second_late_q ? (~product3_q) : product0_q)";
    seen_at("output", &[edit("tail_pixels.v", right, "(second_late_q ? product3_q : product0_q)")]);
}

#[test]
fn sums_of_a_pair_that_run_on_into_the_next_are_seen_at_the_output() {
    seen_at("output", &[edit("tail_product.v", "(first_i ? 34'sd0 : accumulator_q)", "accumulator_q")]);
}

#[test]
fn a_pixel_that_wraps_where_it_should_clamp_is_seen_at_the_output() {
    seen_at("output", &[edit("tail_pixels.v", "(above ? 8'd255 : shifted_q[7:0])", "shifted_q[7:0]")]);
}

#[test]
fn a_line_buffer_that_overflows_under_a_stalled_sink_is_seen() {
    let finding = found(&[edit("line_buffer.v", "under_way_q < 2'd2", "under_way_q < 2'd3")]);
    // A row is written over, and so is whether it is the last: a case shows one or the other first.
    let row = matches!(&finding, Finding::Mismatch(at) if at.layer == "output");
    assert!(row || matches!(finding, Finding::Violation(Violation::LastEarly { .. })), "{finding}");
}

#[test]
fn a_tlast_that_is_early_is_a_violation() {
    let finding = found(&[edit("line_buffer.v", "assign last_o = last_line &", "assign last_o = last_column &")]);
    assert!(matches!(finding, Finding::Violation(Violation::LastEarly { .. })), "{finding}");
}

#[test]
fn a_tlast_that_is_missing_is_a_violation() {
    let finding = found(&[edit("line_buffer.v", "assign last_o = last_line &", "assign last_o = 1'd0 &")]);
    assert!(matches!(finding, Finding::Violation(Violation::LastMissing { .. })), "{finding}");
}

#[test]
fn data_that_move_under_a_stall_are_a_violation() {
    let finding = found(&[edit("output_register.v", "if (takes) tdata_q <= data_i;", "tdata_q <= data_i;")]);
    let expected = |at: &Violation| matches!(at, Violation::DataChanged { channel: Channel::Output, .. });
    assert!(matches!(&finding, Finding::Violation(at) if expected(at)), "{finding}");
}

#[test]
fn a_slot_that_is_wasted_is_seen_in_the_cycles() {
    let finding = found(&[
        edit("step_counter.v", "wire input_ready;", "wire input_ready;\n    reg  wait_q;"),
        edit(
            "step_counter.v",
            "always @(posedge clk_i) begin",
            "always @(posedge clk_i) wait_q <= (state_q == 2'd1) & ~wait_q;\n    always @(posedge clk_i) begin",
        ),
        edit("step_counter.v", "((state_q == 2'd1) & input_ready)", "((state_q == 2'd1) & input_ready & wait_q)"),
    ]);
    assert!(matches!(finding, Finding::Cycles { measured, predicted } if measured > predicted), "{finding}");
}

#[test]
fn state_that_survives_a_reset_is_seen_in_the_next_frame() {
    let right = engines::simulator(&smallest());
    assert_eq!(audit::reset(&smallest(), &right), Ok(()), "the right design");
    let mutant =
        mutant(&[edit("line_buffer.v", "            complete_q <= 2'd0;", "            complete_q <= complete_q;")]);
    assert_eq!(audit::values(&smallest(), &mutant, cases()), Ok(()), "no reset, nothing to see");
    let finding = audit::reset(&smallest(), &mutant).expect_err("the bug is found");
    assert!(!matches!(finding, Finding::Bench(BenchError::NoResponse { .. })), "{finding}");
}
