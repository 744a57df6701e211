//! The README of a package.

use bsr_hw::board::Board;
use bsr_hw::board::pynq::Clock;
use bsr_model::integer::IntegerNetwork;

use super::wheel;

/// What lies where, and what to do with it.
pub(super) fn text(network: &IntegerNetwork, board: &Board, clock: Clock) -> String {
    format!(
        "\
`{}` for {}, at {:.2} MHz or the fastest clock below it that is met.
No vendor's tool has seen these files before yours.

On a machine with Vivado 2022.1 or newer, in this folder:

  vivado -mode batch -source build.tcl
  scp deploy.tar.gz build/bsr.bit build/bsr.hwh build/bsr.json xilinx@BOARD:

On the board, with PYNQ 3.0 or newer:

  sudo tar xzf deploy.tar.gz -C jupyter_notebooks
  sudo mv bsr.bit bsr.hwh bsr.json jupyter_notebooks/bsr/
  cd jupyter_notebooks/bsr
  sudo -i pip install --no-index $PWD/{}
  sudo -i bsr-upscale $PWD/bsr.bit $PWD/model.bsr $PWD/harbour.png $PWD/harbour_sr.png

or open bsr/upscale.ipynb in Jupyter after the installation.

rtl/              Verilog, one module a file; the top is `accelerator`
build.tcl         the script for Vivado: IP, block design, bitstream, reports in build/
component.xml     the IP for other tools, IEEE 1685-2014
accelerator.xdc   the clock, for a synthesis of the top alone
accelerator.core  the top for FuseSoC; `--target lint` runs Verilator
described.hwh     the block design as PYNQ reads it, from our description; the bitstream has Vivado's own
deploy.tar.gz     driver, network, notebook and a picture, for the board
report.json       parameters and hashes; becomes bsr.json
SHA256SUMS        `sha256sum -c SHA256SUMS` checks every file
",
        network.name,
        board.name,
        clock.mhz(),
        wheel::name(),
    )
}
