//! The same for what strips add: one bug a test, seeded into the Verilog of a small engine with a master to memory.

use std::sync::LazyLock;

use bsr_hw::Ddr;
use bsr_sim::{
    Simulator,
    bench::{Pattern, Sending, Stall, Violation},
    compare::Mismatch,
};
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit, seeded, simulator},
    engines::{self, strip, strip_quad},
    hunt::Hunt,
    loaded::{golden, loaded, picture},
    telling::telling_network,
};

/// Every other case has a memory that answers slowly.
static HUNT: LazyLock<Hunt> = LazyLock::new(|| {
    let mut cases = audit::cases(&strip());
    for case in cases.iter_mut().step_by(2) {
        case.sending.memory.ddr = Ddr { read_latency: 90, write_latency: 150, bytes_per_cycle: Some(2.0) };
        case.sending.stall = Stall { source: Pattern::None, sink: Pattern::P90 };
    }
    Hunt::new(strip(), cases)
});

fn found(edits: &[Edit]) -> Finding {
    HUNT.found(edits)
}

fn wrong_value(edits: &[Edit]) -> Mismatch {
    HUNT.wrong_value(edits)
}

fn seen_at_a_stage(edits: &[Edit]) {
    HUNT.seen_at_a_stage(edits);
}

fn seen_at_the_output(edits: &[Edit]) {
    let mismatch = wrong_value(edits);
    assert_eq!(mismatch.layer, "output", "{mismatch}");
}

#[test]
fn spilled_rows_of_signs_in_the_wrong_order_are_seen_at_a_stage() {
    seen_at_a_stage(&[edit("left_edge.v", "{lower, middle, upper_q}", "{upper_q, middle, lower}")]);
}

#[test]
fn a_spilled_column_of_signs_off_by_one_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("window.v", "{row2_new0, row2_kept1_q[3:0]}", "{row2_new0, row2_kept0_q[3:0]}")]);
}

#[test]
fn rows_of_the_edge_that_are_not_remembered_are_seen_at_a_stage() {
    seen_at_a_stage(&[edit("left_edge.v", "assign remember = ", "assign remember = 1'd0 & ")]);
}

#[test]
fn the_first_row_without_its_own_signs_in_the_spill_is_found() {
    let finding =
        found(&[edit("spill_saver.v", "own_row = first_pass_i & missing_top_i", "own_row = 1'd0 & missing_top_i")]);
    assert!(matches!(finding, Finding::Mismatch(_) | Finding::Bench(_)), "{finding}");
}

#[test]
fn the_stream_of_the_next_pass_in_place_of_this_one_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("left_edge.v", "assign stream_o = stream_q", "assign stream_o = stream_incoming")]);
}

#[test]
fn a_pass_that_does_not_wait_for_its_edge_is_seen_at_a_stage() {
    seen_at_a_stage(&[edit("pass_runner.v", "& edge_ready_i))", "& (edge_ready_i | 1'd1)))")]);
}

#[test]
fn an_edge_taken_a_cycle_too_early_after_the_last_is_found() {
    let finding = found(&[edit("pass_runner.v", "(take_age_q >= 4'd10)", "(take_age_q >= 4'd0)")]);
    assert!(matches!(finding, Finding::Mismatch(_) | Finding::Cycles { .. }), "{finding}");
}

#[test]
fn a_spill_that_is_read_before_memory_answered_is_found() {
    let answered = "{(bvalid_i & (whose == 2'd1)), (bvalid_i & (whose == 2'd0))}";
    let asked = edit("write_master.v", answered, "{started & (starting == 2'd1), started & (starting == 2'd0)}");
    let length =
        edit("write_master.v", "assign written_length_o = ", "assign written_length_o = started ? starting_length : ");
    let finding = found(&[asked, length]);
    assert!(matches!(finding, Finding::Mismatch(_)), "{finding}");
}

#[test]
fn sums_of_the_wrong_column_in_the_spill_are_seen_at_the_output() {
    seen_at_the_output(&[edit("sum_saver.v", "is_left = column_i == 4'd8", "is_left = column_i == 4'd7")]);
}

#[test]
fn bytes_beside_the_strip_that_are_strobed_are_found() {
    let finding = found(&[edit("write_queue_32_2.v", "{strobe_i, data_i}", "{8'd255, data_i}")]);
    assert!(matches!(finding, Finding::Mismatch(_) | Finding::Violation(Violation::Memory { .. })), "{finding}");
}

#[test]
fn a_burst_that_does_not_end_at_its_boundary_is_found() {
    let finding = found(&[edit(
        "write_queue_64_15.v",
        "reaches_boundary = &address_i[3:0]",
        "reaches_boundary = 1'd0 & (&address_i[3:0])",
    )]);
    let told =
        matches!(finding, Finding::Violation(Violation::Memory { what: "a burst across a multiple of 128 bytes", .. }));
    assert!(told, "{finding}");
}

#[test]
fn a_frame_that_ends_before_its_last_response_is_seen_at_the_output() {
    seen_at_the_output(&[edit(
        "accelerator.v",
        "| writer_push)) & write_master_idle",
        "| writer_push)) & (write_master_idle | 1'd1)",
    )]);
}

#[test]
fn a_row_of_the_input_read_a_beat_short_is_seen_at_the_head() {
    let mismatch = wrong_value(&[edit("row_reader.v", "beats_q <= ", "beats_q <= 5'd31 + ")]);
    assert_eq!(mismatch.layer, "head", "{mismatch}");
}

/// Memory takes nothing for 10,000 cycles, while the first strip goes on. This engine's rows leave more than its queue
/// holds before the tail has to wait.
#[test]
fn passes_that_leave_more_than_the_queue_holds_are_found() {
    let engine = strip_quad();
    let network = telling_network(&engine, 1);
    let lr = picture(20, 20);
    let exact = |simulator: &Simulator| {
        let mut bench = loaded(&engine, simulator, &network);
        let stall = Stall { source: Pattern::None, sink: Pattern::Freeze };
        let run = bench.run_frame(lr.view(), Sending { stall, ..Sending::default() });
        run.is_ok_and(|run| run.bytes() == golden(&network, &lr)) && bench.violations().is_empty()
    };
    assert!(exact(&engines::simulator(&engine)), "the right design");
    let edits = [edit("pass_runner.v", "spill_room_i & (", "(spill_room_i | 1'd1) & (")];
    assert!(!exact(&simulator(&seeded(&engine, &edits))));
}
