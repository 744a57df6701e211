//! The popcount that is synthesised, in simulation: LUT and carry primitives, shared parities and their load.
#![allow(clippy::unwrap_used)] // in the helpers, too

use bsr_hw::EngineConfig;
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, simulator, structural},
    engines,
};

/// Values, bus rules and cycles of random networks, with the structural popcount and these edits.
fn found(engine: &EngineConfig, edits: &[Edit]) -> Result<(), Finding> {
    audit::values(engine, &simulator(&structural(engine, edits)), &audit::cases(engine))
}

#[test]
fn the_structural_popcount_makes_the_same_pictures_in_small_engines() {
    for (name, engine) in [("wide", engines::wide()), ("pair", engines::pair())] {
        assert_eq!(found(&engine, &[]), Ok(()), "{name}");
    }
}

/// What is wrong with a load shows only where a pass follows another at once.
#[test]
fn parities_of_the_weights_that_are_taken_over_a_cycle_early_are_seen() {
    let right = ".parity2_swap_i(parity2_swap_1)";
    let early = Edit { file: "lane_array.v", right, wrong: ".parity2_swap_i(swap_i)", times: 2 };
    assert!(matches!(found(&engines::wide(), &[early]), Err(Finding::Mismatch(_))));
}

#[test]
fn parities_of_a_row_that_are_of_another_row_are_seen() {
    let right = "{row0_parity0_parity, row0_new0}";
    let other = Edit { file: "window.v", right, wrong: "{row1_parity0_parity, row0_new0}", times: 2 };
    assert!(matches!(found(&engines::wide(), &[other]), Err(Finding::Mismatch(_))));
}
