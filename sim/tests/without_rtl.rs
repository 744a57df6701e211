//! `sim run` of networks that the engine does not run: golden and SIMD on two frames, and why there is no RTL.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{fs, path::Path, process::Command};

use bsr_model::protocol::{Picture, write_picture};
use ndarray::Array3;
use serde_json::Value;

/// A small LR picture.
fn picture(folder: &Path) -> String {
    let path = folder.join("lr.png");
    let pixels = Array3::from_shape_fn((3, 6, 7), |(c, y, x)| (c * 60 + y * 31 + x * 17 + x * y * 3) as u8);
    write_picture(&path, &Picture::try_from(pixels).unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A description in a file of its own, with few channels and blocks.
fn reduced(folder: &Path, name: &str) -> String {
    let description = bsr_model::zoo::find_description(name).unwrap().reduced(2, 8);
    let path = folder.join(format!("{name}.toml"));
    fs::write(&path, description.to_toml()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn report(arguments: &[&str]) -> Value {
    let pictures = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sim"));
    command.arg("run").args(arguments).arg("--json").arg("--output").arg(pictures.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn exact(report: &Value) {
    assert!(report["mismatches_simd"] == 0 && report["mismatches_rtl"].is_null(), "{report}");
    assert!(report["frames"] == 2 && report["taps_checked"].as_u64().unwrap() > 1000, "{report}");
}

#[test]
fn every_described_network_that_does_not_stream_is_exact_and_says_why_there_is_no_rtl() {
    let folder = tempfile::tempdir().unwrap();
    let lr = picture(folder.path());
    for name in ["e2fif_rdn_x2", "e2fif_rcan_x2", "lmb_vdsr_x2", "bbcul_x4", "daq_x2", "scales_full_x3", "ma2019_x2"] {
        let description = reduced(folder.path(), name);
        let report = report(&["--model", &description, "--image", &lr]);
        exact(&report);
        let why = report["why_no_rtl"].as_str().unwrap();
        assert!(why.contains("does not stream: layer `") && report["random_weights"] == true, "{why}");
    }
}

#[test]
fn the_ways_out_of_a_refusal_run_and_are_networks_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let lr = picture(folder.path());
    for name in ["e2fif_rcan_x2", "scales_full_x2"] {
        let description = reduced(folder.path(), name);
        for (flag, value, named) in [
            ("--gap", "strip=3", "-gap-strip3"),
            ("--gap", "previous-frame", "-gap-previous-frame"),
            ("--drop", "channel-rescale", "-no-channel-rescale"),
        ] {
            let report = report(&["--model", &description, "--image", &lr, flag, value]);
            if (name, flag) == ("scales_full_x2", "--drop") {
                assert!(report["mismatches_rtl"] == 0 && report["mismatches_simd"] == 0, "it streams: {report}");
            } else {
                exact(&report);
            }
            assert_eq!(report["model"], format!("{name}{named}"));
        }
    }
}

/// The page describes a network that the zoo does not have.
#[test]
fn the_worked_example_of_the_page_runs_from_its_text_and_names_what_the_engine_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/descriptions/README.md");
    let page = fs::read_to_string(page).unwrap();
    let text = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let path = folder.path().join("example.toml");
    fs::write(&path, text).unwrap();
    let report = report(&["--model", path.to_str().unwrap(), "--image", &picture(folder.path())]);
    exact(&report);
    assert!(report["why_no_rtl"].as_str().unwrap().contains("layer `head`"), "{report}");
}

#[test]
fn a_description_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.toml");
    fs::write(&path, "name = 1").unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_sim")).args(["run", "--model", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot use the description"));
}
