//! The `sim` command from outside: what it refuses, and how it says so.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    command.args(arguments);
    command
}

/// What a run says that cannot be done, on one line.
fn refusal(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{text}");
    assert!(stdout.is_empty(), "nothing on stdout");
    assert!(text.contains("help:"), "a hint: {text}");
    assert!(!text.contains("panicked"), "{text}");
    let words = text.split_whitespace().filter(|word| !word.chars().all(|char| "│╰─▶×".contains(char)));
    words.collect::<Vec<_>>().join(" ")
}

/// A program that stands in for Verilator.
fn fake_verilator(folder: &Path, script: &str) -> PathBuf {
    let program = folder.join("verilator");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// A run with this Verilator.
fn with_verilator(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = fake_verilator(folder.path(), script);
    refusal(sim(&["run", "--model", "e2fif_x2"]).env("BSR_VERILATOR", program).env("BSR_CACHE", folder.path()))
}

#[test]
fn an_unknown_model_is_answered_with_the_closest_name() {
    let text = refusal(&mut sim(&["run", "--model", "e2fif_x9"]));
    assert!(text.contains("`e2fif_x9`") && text.contains("`e2fif_x2`"), "{text}");
}

#[test]
fn an_unknown_stall_pattern_is_named() {
    let text = refusal(&mut sim(&["run", "--model", "e2fif_x2", "--stall", "source=p11"]));
    assert!(text.contains("`p11` is not a stall pattern"), "{text}");
}

#[test]
fn a_picture_that_does_not_exist_is_named() {
    for flag in ["--hr", "--image"] {
        let text = refusal(&mut sim(&["run", "--model", "e2fif_x2", flag, "absent.png"]));
        assert!(text.contains("`absent.png` does not exist"), "{text}");
    }
}

#[test]
fn a_file_that_is_no_integer_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.safetensors");
    fs::write(&file, [255; 64]).unwrap();
    for path in [&file, &folder.path().join("absent.safetensors")] {
        let text = refusal(&mut sim(&["run", "--integer", path.to_str().unwrap()]));
        assert!(text.contains(path.file_name().unwrap().to_str().unwrap()), "{text}");
    }
}

#[test]
fn a_picture_wider_than_the_strip_is_refused_with_the_width_that_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wide.png");
    image::GrayImage::new(80, 4).save(&file).unwrap();
    let arguments = ["run", "--model", "e2fif_x2", "--interface", "stream", "--image", file.to_str().unwrap()];
    let text = refusal(&mut sim(&arguments));
    assert!(text.contains("too wide: 80 pixels, the engine takes 64"), "{text}");
    assert!(text.contains("--strip-width 80"), "{text}");
    assert!(text.contains("--interface memory"), "{text}");
}

#[test]
fn a_picture_too_tall_to_keep_every_tap_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tall.png");
    image::GrayImage::new(4, 66_000).save(&file).unwrap();
    let text = refusal(&mut sim(&["run", "--model", "e2fif_x2", "--image", file.to_str().unwrap()]));
    assert!(text.contains("too tall: 4 x 66000 pixels"), "{text}");
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_before_anything_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let output = file.join("out");
    let mut command = sim(&["run", "--model", "e2fif_x2", "-o", output.to_str().unwrap()]);
    let text = refusal(command.env("BSR_VERILATOR", "/nowhere/verilator"));
    assert!(text.contains("out"), "{text}");
    assert!(!text.contains("verilator"), "{text}");
}

/// The whole line on the bundled picture, with a network of half the engine's channels.
#[test]
fn a_run_is_exact_as_fast_as_predicted_and_better_than_bicubic() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().to_str().unwrap();
    let run = sim(&["run", "--model", "e2fif_x2_c32b8", "--json", "-o", output]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let keys = [
        "beats_checked",
        "cycles",
        "cycles_predicted",
        "first_mismatch",
        "lr_height",
        "lr_width",
        "mismatches_rtl",
        "mismatches_simd",
        "model",
        "picture",
        "psnr_bicubic",
        "psnr_float",
        "psnr_sr",
        "seed",
        "sim_cycles_per_s",
        "simd_backend",
        "simulator",
        "taps_checked",
        "wall_s",
    ];
    let mut found: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, keys);
    let number = |key: &str| report[key].as_f64().unwrap();
    assert_eq!((number("mismatches_rtl"), number("mismatches_simd")), (0.0, 0.0));
    assert_eq!(number("cycles"), number("cycles_predicted"));
    let pixels = number("lr_width") * number("lr_height");
    assert!(pixels >= 64.0 * 48.0);
    assert_eq!(number("taps_checked"), 17.0 * 32.0 * pixels, "the head and 16 stages of 32 channels");
    assert_eq!(number("beats_checked"), 4.0 * pixels);
    assert!(number("psnr_sr") >= number("psnr_bicubic") + 0.5);
    let pictures = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(pictures, 2, "the side by side and the SR picture");
}

#[test]
fn contradictory_engine_parameters_are_refused() {
    let text = refusal(&mut sim(&["run", "--model", "e2fif_x2", "--lanes", "7"]));
    assert!(text.contains("lanes is 7"), "{text}");
    let text = refusal(&mut sim(&["run", "--model", "e2fif_x2", "--pixels", "0"]));
    assert!(text.contains("pixels is 0"), "{text}");
}

#[test]
fn an_absent_verilator_is_an_error_with_the_way_to_get_it() {
    let mut command = sim(&["run", "--model", "e2fif_x2"]);
    let text = refusal(command.env("BSR_VERILATOR", "/nowhere/verilator"));
    assert!(text.contains("/nowhere/verilator") && text.contains("tools/install.sh"), "{text}");
}

#[test]
fn an_old_verilator_is_an_error_with_both_versions() {
    let text = with_verilator(r#"[ "$1" = --version ] && echo "Verilator 4.038 2020-07-11" || echo /nowhere"#);
    assert!(text.contains("4.038") && text.contains("5.006 or newer"), "{text}");
}

#[test]
fn a_killed_verilator_is_an_error_with_the_signal() {
    let text = with_verilator("kill -9 $$");
    assert!(text.contains("killed by signal 9"), "{text}");
}

#[test]
fn a_verilator_that_fails_is_quoted_and_leaves_nothing_in_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let version = r#"[ "$1" = --version ] && echo "Verilator 5.040 2025-08-30" && exit"#;
    let root = r#"[ "$1" = --getenv ] && echo /nowhere && exit"#;
    let program = fake_verilator(folder.path(), &format!("{version}\n{root}\necho '%Error: no such luck' >&2\nexit 1"));
    let mut command = sim(&["run", "--model", "e2fif_x2"]);
    let text = refusal(command.env("BSR_VERILATOR", program).env("BSR_CACHE", &cache));
    assert!(text.contains("%Error: no such luck"), "{text}");
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
}

#[test]
fn the_doctor_names_every_tool_and_what_it_unlocks() {
    let Output { stdout, .. } = sim(&["doctor", "--json"]).output().unwrap();
    let findings: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
    let findings = findings.as_array().unwrap();
    let tools: Vec<_> = findings.iter().map(|finding| finding["tool"].as_str().unwrap()).collect();
    assert_eq!(tools, ["verilator", "g++", "yosys", "python3"]);
    assert!(findings.iter().all(|finding| !finding["unlocks"].as_str().unwrap().is_empty()));
}

#[test]
fn the_doctor_fails_where_a_required_tool_is_missing() {
    let output = sim(&["doctor"]).env("BSR_VERILATOR", "/nowhere/verilator").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("-- verilator"));
}
