//! The README of a generated folder.

use super::Vectors;
use bsr_hw::Design;
use bsr_model::integer::IntegerNetwork;

/// What lies where, and how to run it.
pub(super) fn text(design: &Design, network: &IntegerNetwork, vectors: &Vectors) -> String {
    let (width, height) = vectors.size;
    let c = &design.config;
    format!(
        "\
The streaming XNOR-popcount engine with the weights of `{}`.

{} channels, {} lanes, {} pixel(s) a cycle, {} chain(s), strip of {} pixels, {} stages, stream of {} bits.

Run the testbench in this folder: it loads the weights, sends the {width} x {height} picture of vectors/, compares every
output beat and prints PASS or FAIL. With Icarus Verilog (slow: minutes for a large network), or with Verilator 5:

  mkdir -p build && iverilog -g2012 -o build/testbench.vvp -c rtl/files.f tb/testbench.v && vvp build/testbench.vvp

  verilator --binary -O3 -CFLAGS -std=c++20 -MAKEFLAGS 'VK_PCH_I_FAST= VK_PCH_I_SLOW=' --top-module testbench \\
    -Mdir build -f rtl/files.f tb/testbench.v && build/Vtestbench

rtl/             Verilog, one module a file; files.f lists it; the top is `{}`
weights.txt      register writes that load the network, in order: address_data
model.bsr        the same for the Python driver
registers.json   the register map; registers.md is the same as a table
vectors/         stimulus.txt: bytes of the LR picture; expected.txt: of the SR picture of the golden model; a beat a line
tb/testbench.v   the testbench
report.json      parameters, predicted cycles, memories, area, hashes
SHA256SUMS       `sha256sum -c SHA256SUMS` checks every file
",
        network.name, c.channels, c.lanes, c.pixels, c.chains, c.strip_width, c.max_stages, c.stream_bits, design.top,
    )
}
