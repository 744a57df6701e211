//! What is built in is what its parts say.

use bsr_model::{
    files::{encode_compact, encode_integer},
    lower::{LoweringOptions, calibration_pictures, lower},
    zoo,
};
use sha2::{Digest, Sha256};

#[test]
fn the_built_in_integers_are_what_lowering_gives() {
    for entry in zoo::entries() {
        let lowered = lower(&entry.float_network(), &calibration_pictures(1), &LoweringOptions::default()).unwrap();
        assert!(lowered.network == entry.integer_network(), "{} is lowered as it was", entry.name);
    }
}

/// Files that were written before there was a version 2 stay what they are.
#[test]
fn every_file_is_written_again_byte_for_byte() {
    for entry in zoo::entries() {
        assert!(encode_compact(&entry.float_network()) == entry.compact_bytes, "{}", entry.name);
        assert!(encode_integer(&entry.integer_network()).unwrap() == entry.integer_bytes, "{}", entry.name);
    }
}

#[test]
fn networks_of_thresholds_and_the_identity_skip_are_of_version_1() {
    for entry in zoo::entries() {
        assert_eq!(entry.description().format_version(), 1, "{}", entry.name);
        assert_eq!(entry.integer_network().format_version(), 1, "{}", entry.name);
    }
}

#[test]
fn every_model_card_states_the_hashes_and_sizes_of_its_files() {
    for entry in zoo::entries() {
        for bytes in [entry.compact_bytes, entry.integer_bytes] {
            let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(entry.card.contains(&hash), "the card of {} states {hash}", entry.name);
            assert!(entry.card.contains(&format!("{} bytes", bytes.len())), "and {} bytes", bytes.len());
        }
        assert!(entry.card.contains("non-commercial"), "{}", entry.name);
    }
}
