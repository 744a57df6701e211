//! The checker on the fixture: silent on the right RTL, precise on a wrong one.

mod fixture;

use bsr_sim::{
    Bench, Variant,
    bench::{BenchError, Sending},
    build::Rtl,
    compare::{Checker, Comparison, Fault, Mismatch},
};
use fixture::{build, config, network, picture, rtl, rtl_with};
use ndarray::Axis;

fn compare(rtl: &Rtl, height: usize, width: usize) -> Comparison {
    let lr = picture(height, width);
    let network = network();
    let trace = bsr_golden::run(&network, lr.view().insert_axis(Axis(0))).expect("the network is in the contract");
    let checker = Checker::new(&network.in_order().expect("its layers are in order"), trace, (&config()).into());
    let mut bench = Bench::new(&build(rtl, Variant::default()), &config(), 0, checker);
    match bench.run_frame(lr.view(), Sending::default()) {
        Ok(_) | Err(BenchError::Hang { .. }) => bench.observer.finish(),
        Err(error) => panic!("{error}"),
    }
}

fn first(rtl: &Rtl) -> Mismatch {
    compare(rtl, 3, 5).first.expect("a mismatch")
}

#[test]
fn every_tap_of_every_stage_and_every_beat_is_checked() {
    for (height, width) in [(3, 5), (1, 1), (1, 7), (7, 1)] {
        let result = compare(&rtl(), height, width);
        let pixels = (height * width) as u64;
        assert!(result.is_exact(), "{:?}", result.first);
        assert_eq!(result.taps_checked, 2 * 4 * pixels);
        assert_eq!(result.sums_checked, 4 * pixels);
        assert_eq!(result.beats_checked, 4 * pixels);
    }
}

#[test]
fn a_wrong_value_is_named_by_layer_channel_row_and_column() {
    // The stage adds 1 to channel 2 of the pixel in row 1, column 3.
    let piece = "tap_data <= {4{2'b00, held}};";
    let wrong = "tap_data <= {4{2'b00, held}} + (held_row == 16'd1 && held_column == 16'd3 ? 40'd1 << 20 : 40'd0);";
    let found = first(&rtl_with(piece, wrong));
    assert_eq!((found.layer.as_str(), found.channel, found.row, found.column), ("stage", 2, 1, 3));
    assert_eq!(found.fault, Fault::Value);
    assert_eq!(found.found, found.expected.map(|expected| expected + 1));
    assert!(found.cycle.is_some());
}

#[test]
fn a_tap_that_never_comes_is_a_mismatch() {
    let found = first(&rtl_with("tap_valid <= take || again;", "tap_valid <= take || again && held_row != 16'd2;"));
    assert_eq!((found.fault, found.layer.as_str(), found.row, found.column), (Fault::Missing, "stage", 2, 0));
}

#[test]
fn a_tap_that_comes_twice_is_a_mismatch() {
    let found = first(&rtl_with("tap_stage <= 8'd1;", "tap_stage <= 8'd0;"));
    assert_eq!((found.fault, found.layer.as_str()), (Fault::Duplicate, "head"));
}

#[test]
fn a_tap_of_no_stage_or_row_is_a_mismatch() {
    let found = first(&rtl_with("tap_stage <= 8'd1;", "tap_stage <= 8'd9;"));
    assert_eq!((found.fault, found.layer.as_str()), (Fault::Outside, "stage 9"));
    let below = rtl_with("tap_row <= held_row;", "tap_row <= held_row + 16'd1;");
    let found = compare(&below, 1, 5).first.expect("a mismatch");
    assert_eq!((found.fault, found.row, found.expected), (Fault::Outside, 1, None));
}

#[test]
fn a_wrong_output_beat_is_a_mismatch() {
    let found = first(&rtl_with("assign m_axis_tdata  = line[column >> 1];", "assign m_axis_tdata = 8'd255;"));
    assert_eq!((found.fault, found.layer.as_str(), found.found), (Fault::Value, "output", Some(255)));
}

#[test]
fn a_wrong_sum_is_a_mismatch() {
    let found = first(&rtl_with("sum_data <= {4{3'b000, held}};", "sum_data <= {4{3'b100, held}};"));
    assert_eq!((found.fault, found.layer.as_str()), (Fault::Value, "input of tail"));
}

#[test]
fn a_tlast_that_is_early_is_a_mismatch() {
    let found =
        first(&rtl_with("assign m_axis_tlast  = row == height - 16'd1 &&", "assign m_axis_tlast = row == 16'd1 &&"));
    assert_eq!(found.fault, Fault::Last);
}

#[test]
fn nothing_checked_is_not_exact() {
    assert!(!Comparison::default().is_exact());
}
