//! Bad input ends with exit code 2, says what, where and found against expected, and gives a hint.

mod common;

use std::fs;

use common::{fails, picture, text, trained};

#[test]
fn an_unknown_network_names_the_closest_one() {
    let error = fails(&["inspect", "e2fif_2x"]);
    assert!(error.contains("no network `e2fif_2x`") && error.contains("`e2fif_x2`"), "{error}");
    assert!(error.contains("`model list`"), "{error}");
}

#[test]
fn a_missing_picture_folder_is_named() {
    let error = fails(&["evaluate", "--model", "e2fif_x2", "no/such/folder"]);
    assert!(error.contains("`no/such/folder` does not exist") && error.contains("check the path"), "{error}");
}

#[test]
fn a_folder_without_pictures_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = fails(&["evaluate", "--model", "e2fif_x2", text(folder.path())]);
    assert!(error.contains("holds no picture") && error.contains("folder of HR pictures"), "{error}");
}

#[test]
fn a_truncated_picture_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.png");
    picture(&path, 32, 32);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = fails(&["evaluate", "--model", "e2fif_x2", text(folder.path())]);
    assert!(error.contains("short.png") && error.contains("truncated or damaged"), "{error}");
}

#[test]
fn a_picture_too_small_for_a_window_of_ssim_is_named() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("tiny.png"), 8, 8);
    let error = fails(&["evaluate", "--model", "e2fif_x2_c32b8", text(folder.path())]);
    assert!(error.contains("tiny.png") && error.contains("(8, 8)") && error.contains("at least 15"), "{error}");
}

#[test]
fn a_missing_checkpoint_is_named() {
    let error = fails(&["import", "gone.safetensors", "--network", "e2fif_x2", "-o", "never.safetensors"]);
    assert!(error.contains("gone.safetensors") && error.contains("check the path"), "{error}");
}

#[test]
fn a_file_that_is_no_checkpoint_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (notes, output) = (folder.path().join("notes.md"), folder.path().join("never.safetensors"));
    fs::write(&notes, "text").unwrap();
    let error = fails(&["import", text(&notes), "--network", "e2fif_x2", "-o", text(&output)]);
    assert!(error.contains("notes.md") && error.contains(".safetensors, .pt or .pth"), "{error}");
    assert!(error.contains("save the state dict"), "{error}");
    assert!(!output.exists(), "nothing is written");
}

#[test]
fn a_truncated_integer_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.safetensors");
    let whole = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap().integer_bytes;
    fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    let error = fails(&["evaluate", "--integer", text(&path), text(folder.path())]);
    assert!(error.contains("short.safetensors") && error.contains("not a whole safetensors file"), "{error}");
}

#[test]
fn a_corrupted_integer_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corrupted.safetensors");
    let mut bytes = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap().integer_bytes.to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = fails(&["inspect", text(&path)]);
    assert!(error.contains("corrupted.safetensors") && error.contains("hash"), "{error}");
}

#[test]
fn a_compact_checkpoint_is_no_integer_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compact.safetensors");
    fs::write(&path, bsr_model::zoo::find("e2fif_x2_c32b8").unwrap().compact_bytes).unwrap();
    let error = fails(&["evaluate", "--integer", text(&path), text(folder.path())]);
    assert!(error.contains("compact.safetensors") && error.contains("expected"), "{error}");
}

#[test]
fn a_checkpoint_of_another_shape_says_which_tensor_and_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    let (path, output) = (folder.path().join("narrow.safetensors"), folder.path().join("never.safetensors"));
    fs::write(&path, trained("", 16)).unwrap();
    let error = fails(&["import", text(&path), "--network", "e2fif_x2_c32b8", "-o", text(&output)]);
    assert!(error.contains("[16, 1, 3, 3]") && error.contains("[32, 1, 3, 3]"), "{error}");
}

#[test]
fn a_prefixed_checkpoint_is_told_how_to_strip_the_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let (path, output) = (folder.path().join("parallel.safetensors"), folder.path().join("never.safetensors"));
    fs::write(&path, trained("module.", 32)).unwrap();
    let error = fails(&["import", text(&path), "--network", "e2fif_x2_c32b8", "-o", text(&output)]);
    assert!(error.contains("no tensor") && error.contains("--strip-prefix module."), "{error}");
}

#[test]
fn a_description_with_an_unknown_field_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.toml");
    let toml = bsr_model::zoo::find("e2fif_x2").unwrap().description_toml;
    fs::write(&path, toml.replace("channels =", "chanels =")).unwrap();
    let error = fails(&["inspect", text(&path)]);
    assert!(error.contains("network.toml") && error.contains("chanels"), "{error}");
}

#[test]
fn stream_bits_out_of_range_are_refused() {
    let error = fails(&["lower", "--model", "e2fif_x2_c32b8", "--stream-bits", "40", "-o", "never.safetensors"]);
    assert!(error.contains("stream_bits is 40, expected 4 to 24"), "{error}");
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("none").join("integer.safetensors");
    let error = fails(&["lower", "--model", "e2fif_x2_c32b8", "-o", text(&output)]);
    assert!(error.contains("cannot write") && error.contains("check that its folder exists"), "{error}");
}

#[test]
fn a_network_must_be_given() {
    let error = fails(&["evaluate", "folder"]);
    assert!(error.contains("--model") && error.contains("--integer") && error.contains("--checkpoint"), "{error}");
}

#[test]
fn a_card_without_training_says_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let built_in = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap();
    fs::write(folder.path().join("compact.safetensors"), built_in.compact_bytes).unwrap();
    fs::write(folder.path().join("integer.safetensors"), built_in.integer_bytes).unwrap();
    picture(&folder.path().join("edges.png"), 32, 36);
    let message = fails(&["card", text(folder.path()), text(folder.path())]);
    assert!(message.contains("card.json") && message.contains("--training"), "{message}");
    assert!(!folder.path().join("card.md").exists());
}
