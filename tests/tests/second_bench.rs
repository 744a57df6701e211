//! A second bench: cocotb with the agents of cocotbext-axi in `tests/cocotb`, which shares no code with `sim`. Here it
//! gets an engine, a network and pictures with golden's answers, and is run in Icarus Verilog and in Verilator.
#![allow(clippy::unwrap_used)] // in the helpers, too

#[path = "second_bench/case.rs"]
mod case;

use std::path::Path;

use bsr_hw::{Design, EngineConfig, Interface, generate};
use bsr_tests::{engines, programs::python};

/// What the bench says about a design: its tests that fail, and all that it prints. `only` chooses tests.
fn run(simulator: &str, design: &Design, only: Option<&str>) -> (Vec<String>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("second-bench").join(&design.sha256()[..16]).join(simulator);
    case::write(&folder, design);
    let interface = if design.config.interface == Interface::Memory { "memory" } else { "stream" };
    let mut bench = python();
    bench.args(["-m", "axi_bench.run"]).arg(&folder).args([simulator, interface]);
    bench.env("PYTHONPATH", root.join("tests/cocotb")).env("PYTHONDONTWRITEBYTECODE", "1");
    bench.envs(only.map(|pattern| ("COCOTB_TEST_FILTER", pattern)));
    let said = bench.output().expect("Python starts; `sh tools/install.sh` installs it with cocotb");
    let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
    let failed: Vec<String> = text.lines().filter_map(|line| line.strip_prefix("FAILED ")).map(Into::into).collect();
    assert!(text.contains("passed ") || !failed.is_empty(), "no test ran; {text}");
    assert_eq!(said.status.success(), failed.is_empty(), "{text}");
    (failed, text.into_owned())
}

/// Runs the bench on the first of these engines, or on all of them where more random cases are asked for, too.
fn pass<const N: usize>(simulator: &str, engines: [(&str, EngineConfig); N]) {
    let most = if std::env::var_os("PROPTEST_CASES").is_some() { N } else { 1 };
    for (name, engine) in &engines[..most] {
        let (failed, text) = run(simulator, &generate(engine).unwrap(), None);
        println!("{name}: {text}");
        assert!(failed.is_empty(), "{name}: {text}");
    }
}

/// Engines with memory, the smallest first.
fn memory() -> [(&'static str, EngineConfig); 2] {
    [("strip", engines::strip()), ("strip pair", engines::strip_pair())]
}

/// Engines with streams, the smallest first.
fn streams() -> [(&'static str, EngineConfig); 3] {
    [("smallest", engines::smallest()), ("odd", engines::odd()), ("pair", engines::pair())]
}

#[test]
fn the_engine_with_streams_passes_in_icarus() {
    pass("icarus", streams());
}

#[test]
fn the_engine_with_streams_passes_in_verilator() {
    pass("verilator", streams());
}

#[test]
fn the_engine_with_memory_passes_in_icarus() {
    pass("icarus", memory());
}

#[test]
fn the_engine_with_memory_passes_in_verilator() {
    pass("verilator", memory());
}

/// The engine with one place of its Verilog changed, in Icarus: the test that should notice does, and says this.
fn finds(engine: &EngineConfig, (file, right, wrong): (&str, &str, &str), test: &str, says: &str) {
    let mut design = generate(engine).unwrap();
    let source = design.files.iter_mut().find(|source| source.name == file).expect("a file of the design");
    assert_eq!(source.text.matches(right).count(), 1, "`{right}` in {file}");
    source.text = source.text.replace(right, wrong);
    let (failed, text) = run("icarus", &design, Some(&format!("{test}$")));
    assert_eq!(failed, [test], "{text}");
    assert!(text.contains(says), "{text}");
}

#[test]
fn an_output_that_is_unknown_after_reset_is_found() {
    let bug = ("output_register.v", "            tdata_q <= 8'd0;\n", "");
    finds(&engines::smallest(), bug, "constants_are_those_of_the_engine", "X at m_axis_tdata");
}

#[test]
fn a_beat_that_changes_while_it_waits_is_found() {
    let bug = ("output_register.v", "if (takes) tdata_q <= data_i;", "tdata_q <= takes ? data_i : ~tdata_q;");
    finds(&engines::smallest(), bug, "frames_are_exact_under_any_stalls", "before it was taken");
}

#[test]
fn a_write_that_does_not_wait_for_its_address_is_found() {
    let bug = ("control.v", "assign write = (address_held_q & data_held_q)", "assign write = data_held_q");
    let test = "an_address_and_its_data_come_in_either_order_and_any_distance";
    finds(&engines::smallest(), bug, test, "X at s_axil_bresp");
}

#[test]
fn an_address_without_a_register_that_is_answered_is_found() {
    let bug = ("control.v", "if (take_read) read_response_q <= read_mapped ? 2'd0 : 2'd2;", "read_response_q <= 2'd0;");
    let test = "whatever_is_not_in_the_map_is_refused_and_changes_nothing";
    finds(&engines::smallest(), bug, test, "a read of 0x1");
}

#[test]
fn a_last_beat_that_comes_early_is_found() {
    let bug = ("write_master.v", "assign last_beat = left_q == 4'd0", "assign last_beat = left_q <= 4'd1");
    finds(&engines::strip(), bug, "frames_are_exact_under_any_stalls", "beats in a burst of");
}
