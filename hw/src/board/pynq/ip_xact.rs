//! `component.xml`: the engine in IP-XACT, IEEE 1685-2014.

use super::block_design::{ADDRESS_RANGE, VLNV};
use super::ports::{Port, ports};
use super::xml::{Element, element, text};
use crate::Design;
use crate::registers::{ALL, Access};

const NAMESPACE: &str = "http://www.accellera.org/XMLSchema/IPXACT/1685-2014";
const MAP: &str = "registers";
const SPACE: &str = "memory";

/// Clock and reset as AMBA's buses name them, and as the top does.
const COMMON: [(&str, &str); 2] = [("ACLK", "aclk"), ("ARESETn", "aresetn")];

/// The component of an engine with a master to memory, whose files lie in `rtl/`.
pub fn component(design: &Design) -> String {
    let ports = ports(design);
    let slave = element("ipxact:slave").around([element("ipxact:memoryMapRef").with("memoryMapRef", MAP)]);
    let master = element("ipxact:master").around([element("ipxact:addressSpaceRef").with("addressSpaceRef", SPACE)]);
    let buses = [bus(&ports, "s_axil", "AXI4-Lite", slave), bus(&ports, "m_axi", "AXI4", master)];
    let names = ["ipxact:vendor", "ipxact:library", "ipxact:name", "ipxact:version"];
    element("ipxact:component")
        .with("xmlns:ipxact", NAMESPACE)
        .around(names.into_iter().zip(VLNV.split(':')).map(|(name, value)| text(name, value)))
        .around([
            element("ipxact:busInterfaces").around(buses),
            address_space(),
            memory_map(),
            model(design, &ports),
            file_set(design),
            text("ipxact:description", "Streaming XNOR-popcount engine for binarized super-resolution"),
        ])
        .document(None)
}

/// How IP-XACT and Vivado name an access.
pub(super) fn access(access: Access) -> &'static str {
    match access {
        Access::ReadWrite => "read-write",
        Access::ReadOnly => "read-only",
        Access::WriteOnly => "write-only",
    }
}

/// A bus of AMBA whose ports begin with `name`.
fn bus(ports: &[Port], name: &'static str, kind: &str, mode: Element) -> Element {
    let of_amba = |element: Element, name: String| {
        element.with("vendor", "amba.com").with("library", "AMBA4").with("name", name).with("version", "r0p0_0")
    };
    let map = |logical: String, physical: &str| {
        element("ipxact:portMap").around([
            element("ipxact:logicalPort").around([text("ipxact:name", logical)]),
            element("ipxact:physicalPort").around([text("ipxact:name", physical)]),
        ])
    };
    let own = ports.iter().filter_map(|port| Some(map(port.on(name)?, &port.name)));
    let maps = COMMON.iter().map(|(logical, physical)| map((*logical).to_owned(), physical)).chain(own);
    element("ipxact:busInterface").around([
        text("ipxact:name", name),
        of_amba(element("ipxact:busType"), kind.to_owned()),
        element("ipxact:abstractionTypes").around([element("ipxact:abstractionType").around([
            of_amba(element("ipxact:abstractionRef"), format!("{kind}_rtl")),
            element("ipxact:portMaps").around(maps),
        ])]),
        mode,
    ])
}

/// What the master reaches.
fn address_space() -> Element {
    element("ipxact:addressSpaces").around([element("ipxact:addressSpace").around([
        text("ipxact:name", SPACE),
        text("ipxact:range", "'h100000000"),
        text("ipxact:width", 64),
        text("ipxact:addressUnitBits", 8),
    ])])
}

/// The registers that the engine has.
fn memory_map() -> Element {
    let registers = ALL.iter().map(|register| {
        element("ipxact:register").around([
            text("ipxact:name", register.name),
            text("ipxact:description", register.about),
            text("ipxact:addressOffset", format!("'h{:x}", register.offset)),
            text("ipxact:size", 32),
            element("ipxact:field").around([
                text("ipxact:name", "value"),
                text("ipxact:bitOffset", 0),
                text("ipxact:bitWidth", register.bits),
                text("ipxact:access", access(register.access)),
            ]),
        ])
    });
    let block = element("ipxact:addressBlock")
        .around([
            text("ipxact:name", "reg0"),
            text("ipxact:baseAddress", "'h0"),
            text("ipxact:range", format!("'h{ADDRESS_RANGE:x}")),
            text("ipxact:width", 32),
            text("ipxact:usage", "register"),
        ])
        .around(registers);
    element("ipxact:memoryMaps").around([element("ipxact:memoryMap").around([
        text("ipxact:name", MAP),
        block,
        text("ipxact:addressUnitBits", 8),
    ])])
}

fn model(design: &Design, ports: &[Port]) -> Element {
    let view = element("ipxact:view")
        .around([text("ipxact:name", "rtl"), text("ipxact:componentInstantiationRef", "verilog")]);
    let instantiation = element("ipxact:componentInstantiation").around([
        text("ipxact:name", "verilog"),
        text("ipxact:language", "Verilog"),
        text("ipxact:moduleName", &design.top),
        element("ipxact:fileSetRef").around([text("ipxact:localName", "rtl")]),
    ]);
    element("ipxact:model").around([
        element("ipxact:views").around([view]),
        element("ipxact:instantiations").around([instantiation]),
        element("ipxact:ports").around(ports.iter().map(port)),
    ])
}

fn port(port: &Port) -> Element {
    let vectors = port.vector.then(|| {
        element("ipxact:vectors")
            .around([element("ipxact:vector").around([text("ipxact:left", port.width - 1), text("ipxact:right", 0)])])
    });
    let direction = text("ipxact:direction", if port.output { "out" } else { "in" });
    element("ipxact:port")
        .around([text("ipxact:name", &port.name), element("ipxact:wire").around([direction]).around(vectors)])
}

fn file_set(design: &Design) -> Element {
    let files = design.files.iter().map(|file| {
        element("ipxact:file")
            .around([text("ipxact:name", format!("rtl/{}", file.name)), text("ipxact:fileType", "verilogSource")])
    });
    element("ipxact:fileSets").around([element("ipxact:fileSet").around([text("ipxact:name", "rtl")]).around(files)])
}
