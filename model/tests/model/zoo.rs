//! What is built in is what its parts say.

use bsr_model::{
    files::{encode_compact, encode_integer, hash},
    lower::{LoweringOptions, calibration_pictures, lower},
    zoo,
};

#[test]
fn the_built_in_integers_are_what_lowering_gives() {
    for entry in zoo::entries() {
        let integer = entry.integer_network();
        let options = LoweringOptions { stream_bits: integer.formats.stream_bits, ..LoweringOptions::default() };
        let lowered = lower(&entry.float_network(), &calibration_pictures(1), &options).unwrap();
        assert!(lowered.network == integer, "{} is lowered as it was", entry.name);
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
    for entry in zoo::entries().iter().filter(|entry| entry.description().method == "e2fif") {
        assert_eq!(entry.description().format_version(), 1, "{}", entry.name);
        assert_eq!(entry.integer_network().format_version(), 1, "{}", entry.name);
    }
}

#[test]
fn every_model_card_states_its_files_and_its_terms() {
    for entry in zoo::entries() {
        let card = entry.card();
        assert_eq!(card.name, entry.name);
        let files = [("compact.safetensors", entry.compact_bytes), ("integer.safetensors", entry.integer_bytes)];
        assert_eq!(card.files.len(), files.len());
        for (stated, (file, bytes)) in card.files.iter().zip(files) {
            assert_eq!((stated.file.as_str(), stated.bytes), (file, bytes.len()), "{}", entry.name);
            assert_eq!(stated.sha256, hash(bytes), "{}", entry.name);
            assert!(bytes.len() < 400_000, "{} ships {} bytes", entry.name, bytes.len());
        }
        assert!(card.training.last().is_some_and(|run| !run.data.is_empty()), "{}", entry.name);
        assert!(entry.card_markdown.contains("non-commercial"), "{}", entry.name);
    }
}

#[test]
fn every_card_scores_the_shipped_integers_on_set5_and_set14() {
    for entry in zoo::entries() {
        let (card, formats) = (entry.card(), entry.integer_network().formats);
        for set in ["Set5", "Set14"] {
            let shipped = card.on(set).expect("the card has the set").shipped();
            assert_eq!((shipped.stream_bits, shipped.fraction_bits), (formats.stream_bits, formats.fraction_bits));
        }
    }
}
