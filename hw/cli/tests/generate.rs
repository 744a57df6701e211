//! `hw generate`, as it is called.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SMALL: [&str; 6] = ["--model", "e2fif_x2_c32b8", "--lanes", "16", "--strip-width", "24"];

fn hw(folder: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hw"));
    command.arg("generate").args(options).arg("-o").arg(folder);
    // No Yosys but what a test names.
    command.env_remove("BSR_YOSYS");
    command.output().unwrap()
}

/// Exit code and what was said on stderr, with its line breaks taken out.
fn refused(options: &[&str]) -> String {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("engine");
    let output = hw(&folder, options);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(!folder.exists());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("help:"), "a hint in: {said}");
    said.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

fn generated(options: &[&str]) -> (tempfile::TempDir, Value) {
    let place = tempfile::tempdir().unwrap();
    let output = hw(&place.path().join("engine"), &[options, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    (place, serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn everything_that_is_promised_is_written_and_the_report_on_stdout_is_the_one_in_the_folder() {
    let (place, report) = generated(&SMALL);
    let folder = place.path().join("engine");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for name in ["registers.json", "registers.md", "README.txt", "tb/testbench.v", "SHA256SUMS"] {
        assert!(!read(name).is_empty());
    }
    assert_eq!(serde_json::from_str::<Value>(&read("report.json")).unwrap(), report);
    assert!(read("rtl/files.f").lines().all(|file| folder.join(file).is_file()));
    assert_eq!(read("weights.txt").lines().count() as u64, report["writes"].as_u64().unwrap());
    let (lr, sr) = (read("vectors/stimulus.txt"), read("vectors/expected.txt"));
    assert_eq!(4 * lr.lines().count(), sr.lines().count());
}

#[test]
fn the_report_has_its_keys() {
    let (_place, report) = generated(&SMALL);
    let keys = "generator version model board config stages writes cycles lines custom_share memories area_predicted \
                yosys as_predicted fits hashes files";
    let mut expected: Vec<_> = keys.split_whitespace().collect();
    expected.sort_unstable();
    let found: Vec<_> = report.as_object().unwrap().keys().collect();
    assert_eq!(found, expected);
    assert_eq!(report["config"]["lanes"], 16);
    assert_eq!(report["config"]["channels"], 32);
    assert!(report["yosys"].is_null());
    assert_eq!(report["cycles"][2]["width"], 24);
    assert_eq!(report["fits"]["dsp48e1"]["fits"], true);
    assert!(report["memories"].as_array().unwrap().iter().all(|memory| memory["bits"].as_u64().unwrap() > 0));
}

#[test]
fn the_same_parameters_give_the_same_bytes() {
    let (one, _) = generated(&SMALL);
    let (two, _) = generated(&SMALL);
    let sums = |place: &tempfile::TempDir| fs::read(place.path().join("engine/SHA256SUMS")).unwrap();
    assert_eq!(sums(&one), sums(&two));
}

#[test]
fn its_own_folder_is_replaced_and_a_foreign_one_is_not() {
    let (place, _) = generated(&SMALL);
    let folder = place.path().join("engine");
    assert_eq!(hw(&folder, &SMALL).status.code(), Some(0));
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    let output = hw(&folder, &SMALL);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("notes.txt"));
    assert!(folder.join("notes.txt").is_file());
    assert_eq!(hw(&folder, &[&SMALL[..], &["--force"]].concat()).status.code(), Some(0));
    assert!(!folder.join("notes.txt").exists());
}

#[test]
fn an_unknown_model_is_answered_with_the_closest_name() {
    let said = refused(&["--model", "e2fif_x9"]);
    assert!(said.contains("`e2fif_x9`") && said.contains("the closest name is `e2fif_x"), "{said}");
}

#[test]
fn a_described_network_has_an_engine_before_it_has_trained_weights() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.toml");
    std::fs::write(&path, bsr_model::zoo::find_description("bbcu_x2").unwrap().reduced(2, 8).to_toml()).unwrap();
    let output = hw(&folder.path().join("out"), &["--model", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`bbcu_x2` has no trained weights"));
}

#[test]
fn a_described_network_that_no_engine_runs_is_refused_by_its_layer() {
    let said = refused(&["--model", "lmb_x2"]);
    assert!(said.contains("layer `body.0.conv1` has local-mean thresholds") && said.contains("channel"), "{said}");
    let said = refused(&["--model", "nowhere.toml"]);
    assert!(said.contains("cannot use the description `nowhere.toml`"), "{said}");
}

#[test]
fn an_unknown_board_is_answered_with_the_known_ones() {
    let said = refused(&["--model", "e2fif_x2", "--board", "zcu102"]);
    assert!(said.contains("`zcu102`") && said.contains("`pynq-z2`"), "{said}");
}

#[test]
fn lanes_that_do_not_divide_the_channels_are_refused() {
    let said = refused(&["--model", "e2fif_x2", "--lanes", "7"]);
    assert!(said.contains("lanes is 7, expected a divisor of the channels"), "{said}");
}

#[test]
fn a_network_beyond_the_engine_is_refused_with_both_figures() {
    let said = refused(&["--model", "e2fif_x2", "--stages", "3"]);
    assert!(said.contains("stages 32, the engine has room for 3"), "{said}");
    let said = refused(&["--model", "e2fif_x2", "--stream-bits", "9"]);
    assert!(said.contains("the engine is made for 9"), "{said}");
}

#[test]
fn a_file_that_is_missing_or_damaged_is_refused() {
    assert!(refused(&["--integer", "no-such-file"]).contains("`no-such-file`"));
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("damaged");
    fs::write(&path, b"not a network").unwrap();
    assert!(refused(&["--integer", path.to_str().unwrap()]).contains("damaged"));
}

#[test]
fn a_folder_that_holds_the_working_directory_is_refused_even_by_force() {
    let output = hw(Path::new(".."), &[&SMALL[..], &["--force"]].concat());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_yosys_that_does_not_start_or_fails_leaves_nothing_behind() {
    for program in ["/no/such/yosys", "/bin/false"] {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("engine");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hw"));
        command.arg("generate").args(SMALL).arg("--yosys").arg("-o").arg(&folder).env("BSR_YOSYS", program);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{program}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("help:"));
        assert!(!folder.exists());
    }
}

#[test]
fn where_there_is_no_yosys_the_command_says_so_and_how_to_get_one() {
    let place = tempfile::tempdir().unwrap();
    // Neither this program nor the working directory lies below a `.tools` then.
    let program = place.path().join("hw");
    fs::copy(env!("CARGO_BIN_EXE_hw"), &program).unwrap();
    let mut command = Command::new(&program);
    command.arg("generate").args(SMALL).args(["--yosys", "-o", "engine"]).current_dir(place.path());
    let output = command.env_remove("BSR_YOSYS").env("PATH", place.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Yosys was not found") && said.contains("tools/install.sh"), "{said}");
    assert!(!place.path().join("engine").exists());
}
