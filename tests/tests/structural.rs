//! The popcount that is synthesised, in simulation: LUT and carry primitives, shared parities and their load.
#![allow(clippy::unwrap_used)] // in the helpers, too

use bsr_hw::EngineConfig;
use bsr_tests::{
    audit::{self, Finding},
    bugs::{Edit, edit, simulator, structural},
    engines,
};

/// Values, bus rules and cycles of random networks, with the structural popcount and these edits.
fn found(engine: &EngineConfig, edits: &[Edit]) -> Result<(), Finding> {
    audit::values(engine, &simulator(&structural(engine, edits)), &audit::cases(engine))
}

#[test]
fn the_structural_popcount_makes_the_same_pictures_in_small_engines() {
    for (name, engine) in
        [("wide", engines::wide()), ("pair", engines::pair()), ("many channels", engines::many_channels())]
    {
        assert_eq!(found(&engine, &[]), Ok(()), "{name}");
    }
}

/// What is wrong with a load shows only where a pass follows another at once.
#[test]
fn parities_of_the_weights_that_are_taken_over_a_cycle_late_are_seen() {
    let late = edit("lane_array.v", ".parity2_swap_i(parity2_swap_1)", ".parity2_swap_i(correction_swap_1)");
    assert!(matches!(found(&engines::wide(), &[late]), Err(Finding::Mismatch(_))));
}

#[test]
fn parities_of_the_activations_that_ignore_the_border_are_seen() {
    let wrong = edit("window.v", "row0_parity0_parity, row0_new0}", "~row0_parity0_parity, row0_new0}");
    assert!(matches!(found(&engines::wide(), &[wrong]), Err(Finding::Mismatch(_))));
}
