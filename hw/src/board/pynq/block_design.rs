//! What surrounds the engine on a Zynq-7000: a description from which the Vivado script and the handoff are made.

use super::clock::Clock;

/// Where the processor finds the registers.
pub const ADDRESS: u32 = 0x43c0_0000;
/// Bytes there.
pub const ADDRESS_RANGE: u32 = 0x1000;
/// The last byte of the memory behind the processor's port, 512 MiB from 0.
pub(super) const MEMORY_HIGH: u32 = 0x1fff_ffff;
/// Vendor, library, name and version of the engine as an IP.
pub const VLNV: &str = "bsr:bsr:accelerator:1.0";

/// A block.
pub(super) struct Cell {
    pub(super) name: &'static str,
    /// Vendor, library, name, version; of others' blocks the script takes the newest version that there is.
    pub(super) vlnv: &'static str,
    pub(super) parameters: Vec<(String, String)>,
}

/// A bus from a master to a slave, as `cell/interface`.
pub(super) type Bus = [&'static str; 2];

/// A driver and what it drives, as `cell/pin`.
pub(super) type Net = (&'static str, &'static [&'static str]);

/// The cell of the processor.
pub(super) const PROCESSOR: &str = "ps";

/// The cell of the engine.
pub(super) const ENGINE: &str = "accelerator";

/// Interfaces of the processor that leave the chip.
pub(super) const EXTERNAL: [&str; 2] = ["DDR", "FIXED_IO"];

/// Registers by way of `control`, pictures by way of `memory`; both change the protocol alone, between AXI3, which the
/// processor speaks, and that of the engine.
pub(super) const BUSES: [Bus; 4] = [
    ["ps/M_AXI_GP0", "control/S00_AXI"],
    ["control/M00_AXI", "accelerator/s_axil"],
    ["accelerator/m_axi", "memory/S00_AXI"],
    ["memory/M00_AXI", "ps/S_AXI_HP0"],
];

/// One clock, and one reset that is low while active.
pub(super) const NETS: [Net; 3] = [
    (
        "ps/FCLK_CLK0",
        &[
            "ps/M_AXI_GP0_ACLK",
            "ps/S_AXI_HP0_ACLK",
            "reset/slowest_sync_clk",
            "control/ACLK",
            "control/S00_ACLK",
            "control/M00_ACLK",
            "memory/ACLK",
            "memory/S00_ACLK",
            "memory/M00_ACLK",
            "accelerator/aclk",
        ],
    ),
    ("ps/FCLK_RESET0_N", &["reset/ext_reset_in"]),
    (
        "reset/peripheral_aresetn",
        &[
            "control/ARESETN",
            "control/S00_ARESETN",
            "control/M00_ARESETN",
            "memory/ARESETN",
            "memory/S00_ARESETN",
            "memory/M00_ARESETN",
            "accelerator/aresetn",
        ],
    ),
];

/// The parameter of the processor that asks for a clock, in MHz.
pub(super) const CLOCK_PARAMETER: &str = "PCW_FPGA0_PERIPHERAL_FREQMHZ";

/// Every block, the processor first.
pub(super) fn cells(clock: Clock) -> Vec<Cell> {
    // A PYNQ-Z1 and a PYNQ-Z2 have the same crystal and memory. Their boot image sets up memory and pins; what is said
    // about them here gives the clock its divisors and the port its address range.
    let clock = clock.mhz().to_string();
    let processor = named(&[
        ("PCW_CRYSTAL_PERIPHERAL_FREQMHZ", "50"),
        ("PCW_UIPARAM_DDR_PARTNO", "MT41J256M16 RE-125"),
        ("PCW_UIPARAM_DDR_BUS_WIDTH", "16 Bit"),
        ("PCW_USE_M_AXI_GP0", "1"),
        ("PCW_USE_S_AXI_HP0", "1"),
        ("PCW_S_AXI_HP0_DATA_WIDTH", "64"),
        (CLOCK_PARAMETER, &clock),
    ]);
    let interconnect = || named(&[("NUM_SI", "1"), ("NUM_MI", "1")]);
    let cell = |name, vlnv, parameters| Cell { name, vlnv, parameters };
    vec![
        cell(PROCESSOR, "xilinx.com:ip:processing_system7:5.5", processor),
        cell("reset", "xilinx.com:ip:proc_sys_reset:5.0", vec![]),
        cell("control", "xilinx.com:ip:axi_interconnect:2.1", interconnect()),
        cell("memory", "xilinx.com:ip:axi_interconnect:2.1", interconnect()),
        cell(ENGINE, VLNV, vec![]),
    ]
}

fn named(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pin_is_that_of_a_cell_and_driven_once() {
        let cells = cells(Clock::new(100.0).unwrap());
        let driven: Vec<_> = NETS.iter().flat_map(|(_, sinks)| *sinks).chain(BUSES.iter().map(|bus| &bus[1])).collect();
        for (k, pin) in driven.iter().enumerate() {
            let (cell, _) = pin.split_once('/').unwrap();
            assert!(cells.iter().any(|known| known.name == cell), "{pin}");
            assert!(!driven[..k].contains(pin), "{pin}");
        }
    }
}
