//! The register map as Python constants.

use crate::registers::{ALL, ID_VALUE, VERSION_VALUE};

/// The module `registers.py` of the driver: a constant a register, its byte offset.
pub fn constants() -> String {
    let mut text = format!(
        "\"\"\"Byte offsets of the registers; made from hw/src/registers.rs, docs/registers.md has their meaning.\"\"\"\n\n\
         ID_VALUE = 0x{ID_VALUE:08X}\nVERSION_VALUE = {VERSION_VALUE}\n\n"
    );
    for register in ALL {
        text += &format!("{} = 0x{:03X}\n", register.name, register.offset);
    }
    text
}
