//! The engine's registers, and what masters reach.

use super::hexadecimal;
use crate::board::pynq::block_design::{ADDRESS, ADDRESS_RANGE, ENGINE, MEMORY_HIGH, PROCESSOR};
use crate::board::pynq::ip_xact::access;
use crate::board::pynq::xml::{Element, element};
use crate::registers::{ALL, Register};

/// Where a master finds something.
struct Range {
    block: &'static str,
    base: u32,
    high: u32,
    kind: &'static str,
    master: &'static str,
    slave: [&'static str; 2],
}

/// What a cell reaches as a master: the processor the registers, the engine the pictures.
pub(super) fn reached(cell: &str) -> Option<Element> {
    let range = match cell {
        PROCESSOR => Range {
            block: "reg0",
            base: ADDRESS,
            high: ADDRESS + ADDRESS_RANGE - 1,
            kind: "REGISTER",
            master: "M_AXI_GP0",
            slave: [ENGINE, "s_axil"],
        },
        ENGINE => Range {
            block: "HP0_DDR_LOWOCM",
            base: 0,
            high: MEMORY_HIGH,
            kind: "MEMORY",
            master: "m_axi",
            slave: [PROCESSOR, "S_AXI_HP0"],
        },
        _ => return None,
    };
    let element = element("MEMRANGE")
        .with("ADDRESSBLOCK", range.block)
        .with("BASENAME", "C_BASEADDR")
        .with("BASEVALUE", hexadecimal(range.base))
        .with("HIGHNAME", "C_HIGHADDR")
        .with("HIGHVALUE", hexadecimal(range.high))
        .with("INSTANCE", range.slave[0])
        .with("IS_DATA", "TRUE")
        .with("IS_INSTRUCTION", "FALSE")
        .with("MASTERBUSINTERFACE", range.master)
        .with("MEMTYPE", range.kind)
        .with("SLAVEBUSINTERFACE", range.slave[1]);
    Some(element)
}

/// The register map.
pub(super) fn registers() -> Element {
    element("ADDRESSBLOCK")
        .with("ACCESS", "read-write")
        .with("INTERFACE", "s_axil")
        .with("NAME", "reg0")
        .with("RANGE", ADDRESS_RANGE)
        .with("USAGE", "register")
        .around([element("REGISTERS").around(ALL.iter().map(register))])
}

fn register(register: &Register) -> Element {
    let access = access(register.access);
    let field = element("FIELD").with("NAME", "value").around([
        property("BIT_OFFSET", 0),
        property("BIT_WIDTH", register.bits),
        property("ACCESS", access),
    ]);
    element("REGISTER").with("NAME", register.name).around([
        property("DESCRIPTION", register.about),
        property("ADDRESS_OFFSET", format!("{:#x}", register.offset)),
        property("SIZE", 32),
        property("ACCESS", access),
        property("IS_ENABLED", true),
        element("FIELDS").around([field]),
    ])
}

fn property(name: &str, value: impl ToString) -> Element {
    element("PROPERTY").with("NAME", name).with("VALUE", value)
}
