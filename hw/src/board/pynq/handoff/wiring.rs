//! Pins and nets, buses and their ports.

use crate::board::pynq::block_design::{BUSES, EXTERNAL, NETS, PROCESSOR};
use crate::board::pynq::ports::{self, Port};
use crate::board::pynq::xml::{Element, element};

/// The kinds of the processor's interfaces that leave the chip.
const EXTERNAL_KINDS: [&str; 2] =
    ["xilinx.com:interface:ddrx:1.0", "xilinx.com:display_processing_system7:fixedio:1.0"];

/// The pins of a cell that nets connect.
pub(super) fn pins(cell: &str) -> Vec<Element> {
    let mut pins = vec![];
    for (driver, sinks) in NETS {
        let net = driver.replace('/', "_");
        if let Some(name) = within(cell, driver) {
            pins.push(pin(name, "O", &net, sinks));
        }
        pins.extend(sinks.iter().filter_map(|sink| within(cell, sink)).map(|name| pin(name, "I", &net, &[driver])));
    }
    pins
}

/// The name of a pin or an interface, `cell/name`, where it is one of this cell.
fn within<'a>(cell: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(cell)?.strip_prefix('/')
}

/// A pin on a net, and the other ends.
fn pin(name: &str, direction: &str, net: &str, others: &[&str]) -> Element {
    let ends = others.iter().filter_map(|path| path.split_once('/'));
    let ends = ends.map(|(cell, pin)| element("CONNECTION").with("INSTANCE", cell).with("PORT", pin));
    element("PORT")
        .with("DIR", direction)
        .with("NAME", name)
        .with("SIGIS", if net.to_lowercase().contains("reset") { "rst" } else { "clk" })
        .with("SIGNAME", net)
        .around([element("CONNECTIONS").around(ends)])
}

/// The ports of the engine's buses.
pub(super) fn bus_ports(own: &[Port]) -> impl Iterator<Item = Element> {
    own.iter().filter(|port| ports::BUSES.iter().any(|bus| port.on(bus).is_some())).map(|port| {
        let element = element("PORT").with("DIR", if port.output { "O" } else { "I" }).with("NAME", &port.name);
        let element = if port.vector { element.with("LEFT", port.width - 1).with("RIGHT", 0) } else { element };
        element.with("SIGIS", "undef")
    })
}

/// The interfaces of a cell, the engine's with their ports.
pub(super) fn interfaces(cell: &str, own: &[Port]) -> Vec<Element> {
    let mut all = vec![];
    for [master, slave] in BUSES {
        let bus = master.replace('/', "_");
        for (end, kind) in [(master, "MASTER"), (slave, "SLAVE")] {
            all.extend(within(cell, end).map(|name| interface(name, kind, &bus, own)));
        }
    }
    if cell == PROCESSOR {
        all.extend(EXTERNAL.into_iter().zip(EXTERNAL_KINDS).map(|(name, kind)| {
            element("BUSINTERFACE")
                .with("BUSNAME", name)
                .with("NAME", name)
                .with("TYPE", "INITIATOR")
                .with("VLNV", kind)
        }));
    }
    all
}

fn interface(name: &str, kind: &str, bus: &str, own: &[Port]) -> Element {
    let maps = own
        .iter()
        .filter_map(|port| Some(element("PORTMAP").with("LOGICAL", port.on(name)?).with("PHYSICAL", &port.name)));
    element("BUSINTERFACE")
        .with("BUSNAME", bus)
        .with("NAME", name)
        .with("TYPE", kind)
        .with("VLNV", "xilinx.com:interface:aximm:1.0")
        .around([element("PORTMAPS").around(maps)])
}
