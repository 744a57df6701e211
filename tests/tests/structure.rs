//! The generated Verilog as text: deterministic, silent under lint, one module a file, the field's names.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::collections::BTreeMap;

use bsr_hw::{Design, EngineConfig, generate};
use bsr_sim::tools::{Search, Verilator};
use bsr_tests::engines;

/// The small engines, the default one, and it with two pixels a cycle and with two chains.
fn designs() -> Vec<(&'static str, Design)> {
    let default = EngineConfig::default();
    let two_pixels = EngineConfig { pixels: 2, strip_width: 128, ..default.clone() };
    let two_chains = EngineConfig { chains: 2, ..default.clone() };
    let large = [("default", default), ("two pixels", two_pixels), ("two chains", two_chains)];
    let all = engines::all().into_iter().chain(engines::in_memory()).chain(engines::with_upsampler()).chain(large);
    all.map(|(name, engine)| (name, generate(&engine).unwrap())).collect()
}

#[test]
fn the_same_parameters_give_the_same_bytes() {
    for (name, design) in designs() {
        assert_eq!(generate(&design.config).unwrap(), design, "{name}");
    }
}

#[test]
fn verilator_lint_is_silent() {
    let verilator = Verilator::find(&Search::from_environment()).expect("`sh tools/install.sh` installs Verilator");
    for (name, design) in designs() {
        let folder = tempfile::tempdir().unwrap();
        let mut lint = verilator.command();
        lint.args(["--lint-only", "-Wall", "--top-module", &design.top]);
        for file in &design.files {
            let path = folder.path().join(&file.name);
            std::fs::write(&path, &file.text).unwrap();
            lint.arg(path);
        }
        let said = lint.output().unwrap();
        let text = [said.stdout, said.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let warnings: Vec<&str> = text.lines().filter(|line| line.starts_with('%')).collect();
        assert!(said.status.success() && warnings.is_empty(), "{name}: {text}");
    }
}

#[test]
fn every_file_holds_the_one_module_of_its_name() {
    for (name, design) in designs() {
        for file in &design.files {
            let modules = file.text.lines().filter_map(|line| line.strip_prefix("module "));
            let modules: Vec<&str> = modules.filter_map(|line| line.split([' ', '(', ';']).next()).collect();
            assert_eq!(modules, [file.name.trim_end_matches(".v")], "{name}");
            assert_eq!(file.text.matches("\nendmodule").count(), 1, "{name}: {}", file.name);
        }
        assert!(design.files.iter().any(|file| file.name == format!("{}.v", design.top)), "{name}");
    }
}

/// Two modules that differ in their name alone would be one kind in two files.
#[test]
fn every_kind_of_module_is_there_once() {
    for (name, design) in designs() {
        let mut kinds = BTreeMap::new();
        for file in &design.files {
            let body = file.text.replace(file.name.trim_end_matches(".v"), "");
            let other = kinds.insert(body, &file.name);
            assert_eq!(other, None, "{name}: {} is the same", file.name);
        }
    }
}

#[test]
fn no_file_tells_where_or_when_it_was_made() {
    for (name, design) in designs() {
        for file in &design.files {
            for (number, line) in file.text.lines().enumerate() {
                let place = format!("{name}: {}:{}: {line}", file.name, number + 1);
                assert!(line.is_ascii(), "{place}");
                let words = || line.split(|char: char| char.is_whitespace() || "\"'`(".contains(char));
                let is_path = |word: &str| {
                    word.len() > 2 && word.starts_with('/') && word[1..].starts_with(char::is_alphanumeric)
                };
                assert!(!words().any(is_path), "{place}");
                let is_date = |word: &str| {
                    let parts: Vec<_> = word.split(['-', ':']).collect();
                    parts.len() == 3 && parts.iter().all(|part| part.len() >= 2 && part.parse::<u32>().is_ok())
                };
                assert!(!words().any(is_date), "{place}");
            }
        }
    }
}

#[test]
fn every_net_is_declared() {
    for (name, design) in designs() {
        for file in &design.files {
            assert!(file.text.contains("`default_nettype none"), "{name}: {}", file.name);
        }
    }
}

#[test]
fn less_than_a_fifth_of_the_lines_is_custom_text_and_all_of_it_in_leaves() {
    for (name, design) in designs() {
        let share = design.custom_share();
        assert!(share > 0.0 && share < 0.2, "{name}: {share}");
        let leaves = [
            "block_ram_",
            "lut_ram_",
            "immediate_ram_",
            "multiply_",
            "add_multiply_add_",
            "agree_counter_",
            "column_parity_",
            "window_parity_",
            "weight_parity_",
        ];
        for file in design.files.iter().filter(|file| file.custom) {
            assert!(leaves.iter().any(|leaf| file.name.starts_with(leaf)), "{name}: {}", file.name);
        }
    }
}

#[test]
fn a_reader_finds_dot_agree_skip_and_threshold_by_name() {
    for (name, design) in designs() {
        let text = |file: &str| design.files.iter().find(|found| found.name == file).map(|found| found.text.as_str());
        let lane = text("lane.v").unwrap_or_default();
        for word in ["agree0_", " twice0;", " skip0;", " threshold_q;", " affine0_", " sign0;", " correction_none;"] {
            assert!(lane.contains(word), "{name}: `{word}` in lane.v");
        }
        let head = text("head_unit.v").unwrap_or_default();
        assert!(head.contains("r = x_L + x0"), "{name}: the long skip in head_unit.v");
    }
}
