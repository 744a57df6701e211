//! `hw estimate`, as it is called.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use bsr_model::integer::Part;
use serde_json::Value;
use std::process::{Command, Output};

fn hw(options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hw"));
    command.arg("estimate").args(options).env_remove("BSR_YOSYS").output().unwrap()
}

fn estimated(options: &[&str]) -> Value {
    let output = hw(&[options, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_strip_as_wide_as_the_frame_has_a_rate_and_does_not_fit() {
    let told = estimated(&["--model", "e2fif_x2_c32b8", "--interface", "stream", "--strip-width", "960"]);
    let cycles = told["cycles_per_frame"].as_f64().unwrap();
    assert_eq!(told["fps_720p_x2"].as_f64().unwrap(), 200e6 / cycles);
    assert!(told["fps_1080p_x2"].as_f64().unwrap() < told["fps_720p_x2"].as_f64().unwrap());
    assert!((0.0..=1.0).contains(&told["utilisation"].as_f64().unwrap()));
    assert_eq!(told["fits"], false);
    assert!(told["over"].as_array().unwrap().contains(&"bram36".into()));
    assert!(told["without_rate"].is_null());
}

#[test]
fn a_frame_wider_than_the_strip_has_no_rate_and_the_reason_is_told() {
    let told = estimated(&["--model", "e2fif_x2_c32b8", "--interface", "stream"]);
    for key in ["fps_720p_x2", "fps_1080p_x2", "cycles_per_frame", "utilisation", "ddr_mb_per_frame"] {
        assert!(told.as_object().unwrap().contains_key(key) && told[key].is_null(), "{key}");
    }
    assert!(told["without_rate"].as_str().unwrap().contains("up to 64"));
    for key in ["clock_mhz", "lut", "carry4", "ff", "bram36", "dsp", "lut_per_mac"] {
        assert!(told[key].as_f64().unwrap() > 0.0, "{key}");
    }
    assert_eq!(told["fits"], true);
    assert!(told["counted"].is_null());
}

#[test]
fn the_key_of_the_rate_has_the_scale_of_the_network() {
    let told = estimated(&["--model", "e2fif_x2_c32b8"]);
    let keys: Vec<_> = told.as_object().unwrap().keys().filter(|key| key.starts_with("fps_720p")).collect();
    assert_eq!(keys, ["fps_720p_x2"]);
}

#[test]
fn a_clock_that_is_none_is_refused() {
    let output = hw(&["--model", "e2fif_x2_c32b8", "--clock", "0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("help:"));
}

#[test]
fn an_engine_with_memory_has_a_rate_for_frames_wider_than_its_strip() {
    let told = estimated(&["--model", "e2fif_x2_c32b8"]);
    let cycles = told["cycles_per_frame"].as_f64().unwrap();
    assert_eq!(told["fps_720p_x2"].as_f64().unwrap(), 200e6 / cycles);
    // Both pictures, and what strips leave for the next.
    assert!(told["ddr_mb_per_frame"].as_f64().unwrap() > 5.0 * 640.0 * 360.0 / 1e6);
    assert!(told["fps_1080p_x2"].as_f64().unwrap() < told["fps_720p_x2"].as_f64().unwrap());
    assert!((0.0..=1.0).contains(&told["utilisation"].as_f64().unwrap()));
    assert!(told["without_rate"].is_null());
}

#[test]
fn a_network_that_does_not_stream_is_refused_with_the_layer_a_way_out_and_every_part_s_price() {
    let output = hw(&["--model", "esb_vdsr_x2"]);
    let said = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("an enlarged picture as its input") && said.contains("enlarges at its end"), "{said}");
    for part in [Part::Enlarged, Part::EnlargedSkip] {
        assert!(said.contains(&part.to_string()), "{said}");
        assert!(said.replace("│ ", "").contains(&part.price()[..30]), "{said}");
    }
}
