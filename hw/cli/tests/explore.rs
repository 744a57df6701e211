//! `hw explore`, as it is called.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use serde_json::Value;
use std::process::{Command, Output};

fn hw(options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hw")).arg("explore").args(options).output().unwrap()
}

#[test]
fn the_best_engines_fit_and_are_drawn_once_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("best.svg");
    let narrow = ["--models", "e2fif_x2_c32b8", "--lanes", "8,16", "--strip-widths", "64", "--json", "--plot"];
    let output = hw(&[&narrow[..], &[picture.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let best = told["pareto"].as_array().unwrap();
    assert!(!best.is_empty());
    for point in best {
        assert!(point["lut"].as_u64().unwrap() <= 53_200 && point["bram36"].as_f64().unwrap() <= 140.0);
        assert!([8, 16].contains(&point["config"]["lanes"].as_u64().unwrap()));
        for key in ["psnr", "fps_720p", "fps_1080p", "ff", "dsp", "ddr_mb_s"] {
            assert!(point[key].as_f64().unwrap() > 0.0, "{key}");
        }
    }
    let drawn = std::fs::read_to_string(picture).unwrap();
    assert!(drawn.starts_with("<svg"));
    // Two panels, and a mark in each legend.
    assert_eq!(drawn.matches("<circle").count(), 2 * best.len() + 2);
}

#[test]
fn what_does_not_fit_is_told_with_how_much_is_over() {
    let output = hw(&["--models", "e2fif_x2_c32b8", "--lanes", "16", "--strip-widths", "64", "--board", "zybo-z7-10"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.contains(" 16x4 ")).unwrap();
    assert!(line.contains("lut by ") && line.contains("bram36 by "), "{line}");
}

#[test]
fn a_network_that_there_is_not_and_lanes_that_divide_nothing_are_refused() {
    for (options, word) in [
        (["--models", "e2fif_x9", "--lanes", "16"], "e2fif_x2"),
        (["--models", "e2fif_x2_c32b8", "--lanes", "7"], "no engine is left"),
    ] {
        let output = hw(&options);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(word) && told.contains("help:"), "{told}");
    }
}
