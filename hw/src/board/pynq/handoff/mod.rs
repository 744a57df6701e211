//! The hardware handoff, `.hwh`: the block design as PYNQ reads it.
//!
//! Vivado writes one with each bitstream. This one is made from our own description, for tools that read handoffs where
//! there is no Vivado, and says so.

mod memory;
mod wiring;

use super::block_design::{ADDRESS, ADDRESS_RANGE, Cell, ENGINE, PROCESSOR, cells};
use super::clock::Clock;
use super::ports::ports;
use super::xml::{Element, element};
use crate::Design;
use crate::board::Board;

const LABEL: &str = "Made by `hw package` from its own description of the block design, not by Vivado: no bitstream \
                     belongs to it.";

/// Clocks of the processor, of which the first is used.
const CLOCKS: usize = 4;

/// The handoff of an engine with memory on a Zynq-7000.
pub fn handoff(design: &Design, board: &Board, clock: Clock) -> String {
    let modules = cells(clock).into_iter().map(|cell| module(&cell, design, clock));
    element("EDKSYSTEM")
        .with("EDWVERSION", "1.2")
        .with("TIMESTAMP", "")
        .with("VIVADOVERSION", "none")
        .around([
            system(board),
            element("EXTERNALPORTS"),
            element("EXTERNALINTERFACES"),
            element("MODULES").around(modules),
        ])
        .document(Some(LABEL))
}

/// `xc7z020clg400-1` is a device, a package and a speed grade.
fn system(board: &Board) -> Element {
    let (chip, speed) = board.part.split_once('-').unwrap_or((&board.part, ""));
    let package = chip.find("clg").unwrap_or(chip.len());
    element("SYSTEMINFO")
        .with("ARCH", "zynq")
        .with("DEVICE", chip[..package].trim_start_matches("xc"))
        .with("NAME", "bsr")
        .with("PACKAGE", &chip[package..])
        .with("SPEEDGRADE", format!("-{speed}"))
}

fn module(cell: &Cell, design: &Design, clock: Clock) -> Element {
    let parts: Vec<_> = cell.vlnv.split(':').collect();
    let own = if cell.name == ENGINE { ports(design) } else { vec![] };
    let mut parameters = cell.parameters.clone();
    if cell.name == PROCESSOR {
        parameters.extend((0..CLOCKS).flat_map(|k| clock_parameters(k, (k == 0).then_some(clock))));
    }
    if cell.name == ENGINE {
        parameters.push(("C_BASEADDR".into(), hexadecimal(ADDRESS)));
        parameters.push(("C_HIGHADDR".into(), hexadecimal(ADDRESS + ADDRESS_RANGE - 1)));
    }
    let parameters =
        parameters.iter().map(|(name, value)| element("PARAMETER").with("NAME", name).with("VALUE", value));
    element("MODULE")
        .with("FULLNAME", format!("/{}", cell.name))
        .with("HWVERSION", parts[3])
        .with("INSTANCE", cell.name)
        .with("IPTYPE", if parts[2] == "axi_interconnect" { "BUS" } else { "PERIPHERAL" })
        .with("IS_ENABLE", 1)
        .with("IS_PL", if cell.name == PROCESSOR { "FALSE" } else { "TRUE" })
        .with("MODTYPE", parts[2])
        .with("VLNV", cell.vlnv)
        .around([
            element("ADDRESSBLOCKS").around((cell.name == ENGINE).then(memory::registers)),
            element("PARAMETERS").around(parameters),
            element("PORTS").around(wiring::pins(cell.name)).around(wiring::bus_ports(&own)),
            element("BUSINTERFACES").around(wiring::interfaces(cell.name, &own)),
            element("MEMORYMAP").around(memory::reached(cell.name)),
        ])
}

/// What PYNQ sets clock `k` by when it loads a bitstream; a clock that is not used is off.
fn clock_parameters(k: usize, clock: Option<Clock>) -> [(String, String); 4] {
    [
        (format!("PCW_FPGA_FCLK{k}_ENABLE"), u8::from(clock.is_some()).to_string()),
        (format!("PCW_FCLK{k}_PERIPHERAL_DIVISOR0"), clock.map_or(1, Clock::divisor).to_string()),
        (format!("PCW_FCLK{k}_PERIPHERAL_DIVISOR1"), "1".into()),
        (format!("PCW_FCLK{k}_PERIPHERAL_CLKSRC"), "IO PLL".into()),
    ]
}

/// As handoffs write addresses.
fn hexadecimal(address: u32) -> String {
    format!("0x{address:08X}")
}
