//! A flat netlist of 7-series primitives, from the JSON that Yosys writes.

use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// A net of one bit.
pub(super) type Net = u32;

/// What is at a bit of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    Net(Net),
    Constant(bool),
    /// Undefined, or high impedance.
    Open,
}

impl Pin {
    pub(super) fn net(self) -> Option<Net> {
        if let Self::Net(net) = self { Some(net) } else { None }
    }
}

/// A cell with what is at its ports.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// Path of instances and the name in the last one.
    pub(super) name: String,
    /// Primitive, such as `LUT6`.
    pub(super) kind: String,
    /// The table of a LUT.
    pub(super) table: u64,
    pub(super) inputs: BTreeMap<String, Vec<Pin>>,
    pub(super) outputs: BTreeMap<String, Vec<Pin>>,
}

/// Cells, the ports of the module, and a name for every net that has one.
#[derive(Debug)]
pub(super) struct Netlist {
    pub(super) cells: Vec<Cell>,
    /// Nets that leave the module.
    pub(super) outputs: Vec<Net>,
    pub(super) names: HashMap<Net, String>,
}

#[derive(Deserialize)]
struct File {
    modules: BTreeMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    ports: BTreeMap<String, Port>,
    cells: BTreeMap<String, Instance>,
    netnames: BTreeMap<String, Name>,
}

#[derive(Deserialize)]
struct Port {
    direction: Direction,
    bits: Vec<Bit>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Input,
    Output,
    Inout,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: BTreeMap<String, serde_json::Value>,
    port_directions: BTreeMap<String, Direction>,
    connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
struct Name {
    #[serde(default)]
    hide_name: u8,
    bits: Vec<Bit>,
}

/// A net by number, or a constant `"0"`, `"1"`, `"x"`.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Bit {
    Net(Net),
    Constant(String),
}

fn pins(bits: &[Bit]) -> Vec<Pin> {
    let pin = |bit: &Bit| match bit {
        Bit::Net(net) => Pin::Net(*net),
        Bit::Constant(value) => match value.as_str() {
            "0" => Pin::Constant(false),
            "1" => Pin::Constant(true),
            _ => Pin::Open,
        },
    };
    bits.iter().map(pin).collect()
}

impl Netlist {
    /// The module `top` of a file of `write_json`; `None` where the file has no such module.
    pub(super) fn parse(json: &[u8], top: &str) -> Result<Option<Self>, serde_json::Error> {
        let mut file: File = serde_json::from_slice(json)?;
        let Some(module) = file.modules.remove(top) else { return Ok(None) };
        let ports = module.ports.values().filter(|port| port.direction != Direction::Input);
        let outputs = ports.flat_map(|port| pins(&port.bits)).filter_map(Pin::net).collect();
        let mut names = HashMap::new();
        for (name, Name { bits, .. }) in module.netnames.iter().filter(|(_, name)| name.hide_name == 0) {
            for (k, pin) in pins(bits).into_iter().enumerate() {
                let Some(net) = pin.net() else { continue };
                let bit = if bits.len() > 1 { format!("{name}[{k}]") } else { name.clone() };
                // The shortest name is the one nearest to the top.
                let shorter = names.get(&net).is_none_or(|old: &String| bit.len() < old.len());
                if shorter {
                    names.insert(net, bit);
                }
            }
        }
        let cells = module.cells.into_iter().map(|(name, instance)| cell(name, &instance)).collect();
        Ok(Some(Self { cells, outputs, names }))
    }
}

fn cell(name: String, instance: &Instance) -> Cell {
    let side = |output: bool| {
        let on = |port: &str| instance.port_directions.get(port).is_some_and(|d| (*d != Direction::Input) == output);
        let ports = instance.connections.iter().filter(|(port, _)| on(port));
        ports.map(|(port, bits)| (port.clone(), pins(bits))).collect()
    };
    // Binary digits, the highest first; other cells have an INIT of their own kind, which is not read.
    let init = instance.parameters.get("INIT").and_then(|value| value.as_str());
    let table =
        init.filter(|_| instance.kind.starts_with("LUT")).and_then(|digits| u64::from_str_radix(digits, 2).ok());
    let table = table.unwrap_or_default();
    Cell { name, kind: instance.kind.clone(), table, inputs: side(false), outputs: side(true) }
}
