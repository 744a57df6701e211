//! The register map as a page of text.

use super::{ALL, Access, ID_VALUE, VERSION_VALUE};

/// The register map in Markdown: a table with a row a register, by offset.
pub fn markdown() -> String {
    let mut page = format!(
        "# Registers\n\n\
         The AXI4-Lite map of the accelerator, version {VERSION_VALUE} (`ID` reads {ID_VALUE:#010x}). Every register has 32 bits, of which\n\
         those beyond *bits* read 0. Writes carry four whole bytes. A write that a register does not allow, an address\n\
         without a register, and any write but to `CONTROL` while a frame runs are answered SLVERR and change nothing. The\n\
         registers from `INPUT_ADDRESS` on are those of an engine with a master to memory, `GREEN_MEAN` and `BLUE_MEAN` those\n\
         of an engine for RGB; others do not have them.\n\n\
         | offset | name | access | bits | meaning |\n|---|---|---|---|---|\n"
    );
    for register in ALL {
        let access = match register.access {
            Access::ReadWrite => "read, write",
            Access::ReadOnly => "read",
            Access::WriteOnly => "write",
        };
        page += &format!(
            "| {:#05x} | `{}` | {access} | {} | {} |\n",
            register.offset, register.name, register.bits, register.about
        );
    }
    page
}
