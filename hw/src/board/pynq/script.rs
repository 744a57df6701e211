//! The Tcl script for Vivado.

use super::block_design::{ADDRESS, ADDRESS_RANGE, BUSES, CLOCK_PARAMETER, ENGINE, EXTERNAL, NETS, PROCESSOR, cells};
use super::clock::Clock;
use super::ip_xact::access;
use crate::board::Board;
use crate::registers::ALL;
use std::fmt::Write as _;

/// The script that makes the bitstream for a board, at that clock or the fastest below it that is met.
pub fn build_script(board: &Board, clock: Clock) -> String {
    let vendors: Vec<_> = cells(clock).into_iter().filter(|cell| cell.name != ENGINE).collect();
    let cells = lines(vendors.iter().map(|cell| {
        let parameters: Vec<_> = cell.parameters.iter().filter(|(name, _)| name != CLOCK_PARAMETER).collect();
        let parameters = parameters.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = write!(text, " CONFIG.{name} {{{value}}}");
            text
        });
        format!("{} {} {{{}}}", cell.name, cell.vlnv.split(':').nth(2).unwrap_or_default(), parameters.trim_start())
    }));
    let registers = lines(
        ALL.iter().map(|r| format!("{} {:#05x} {} {} {{{}}}", r.name, r.offset, r.bits, access(r.access), r.about)),
    );
    include_str!("build.tcl")
        .replace("@BOARD@", &board.name)
        .replace("@PART@", &board.part)
        .replace("@DIVISOR@", &clock.divisor().to_string())
        .replace("@REGISTERS@", &registers)
        .replace("@CELLS@", &cells)
        .replace("@BUSES@", &lines(BUSES.iter().map(|bus| bus.join(" "))))
        .replace("@NETS@", &lines(NETS.iter().map(|(driver, sinks)| format!("{driver} {{{}}}", sinks.join(" ")))))
        .replace("@EXTERNAL@", &EXTERNAL.join(" "))
        .replace("@PROCESSOR@", PROCESSOR)
        .replace("@ENGINE@", ENGINE)
        .replace("@ADDRESS@", &format!("{ADDRESS:#010x}"))
        .replace("@RANGE@", &ADDRESS_RANGE.to_string())
}

/// The elements of a Tcl list, one a line.
fn lines(elements: impl Iterator<Item = String>) -> String {
    elements.map(|element| format!("    {element}\n")).collect::<String>().trim_end().to_owned()
}
