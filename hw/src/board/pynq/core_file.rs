//! A FuseSoC core, and the constraints of a synthesis of the top alone.

use std::fmt::Write as _;

use super::block_design::VLNV;
use super::clock::Clock;
use crate::Design;

/// The core in CAPI2: the Verilog in `rtl/`, and a target `lint` that runs Verilator over it.
pub fn core_file(design: &Design) -> String {
    let mut text = format!(
        "\
CAPI=2:
name: {VLNV}
description: Streaming XNOR-popcount engine for binarized super-resolution

filesets:
  rtl:
    file_type: verilogSource
    files:
"
    );
    for file in &design.files {
        let _ = writeln!(text, "      - rtl/{}", file.name);
    }
    let _ = write!(
        text,
        "
targets:
  default: &default
    filesets: [rtl]
    toplevel: {top}
  lint:
    <<: *default
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
",
        top = design.top
    );
    text
}

/// The clock of the top: in the block design it comes from the processor, which brings its own constraint.
pub fn constraints(clock: Clock) -> String {
    format!("create_clock -name aclk -period {:.3} [get_ports aclk]\n", 1e3 / clock.mhz())
}
