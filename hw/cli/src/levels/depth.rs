//! LUT levels between registers: the longest way to every register, memory, multiplier and output of a netlist.
//!
//! A LUT is a level, for the inputs that its table depends on. A carry chain is a level for every four CARRY4 that a way takes, the last four counted when they
//! are started. A MUXF7 or MUXF8 sits behind its LUTs in the same slice and is none. Ways start and end at registers,
//! shift registers, block RAMs, multipliers, which have registers at both sides, and at the ports of the module.
//! Reading a LUT used as memory is a level.

use super::netlist::{Cell, Net, Netlist};
use super::table::dependencies;
use std::collections::HashMap;

/// A place on a way, in quarters of a level: the CARRY4 of a chain are quarters, all else is whole.
type Quarters = u32;

/// What a cell is to a way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ways end at its inputs and start at its outputs.
    Register,
    /// A LUT, or the read of one used as memory.
    Level,
    Carry,
    /// Takes no level.
    Through,
}

/// Where a way ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Levels of the longest way.
    pub(super) levels: u32,
    /// The cell that reads it, or `output` for a port of the module.
    pub(super) reader: String,
    net: Net,
}

/// A loop through cells that are no registers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loop {
    /// A cell of it.
    pub(super) cell: String,
}

/// The longest way to every net, made where it is asked for.
pub(super) struct Depths<'a> {
    netlist: &'a Netlist,
    /// Cell, output port and bit that drive a net.
    drivers: HashMap<Net, (usize, &'a str, usize)>,
    known: HashMap<Net, Option<(Quarters, Option<Net>)>>,
}

fn kind(cell: &Cell) -> Kind {
    match cell.kind.as_str() {
        "CARRY4" => Kind::Carry,
        "MUXF7" | "MUXF8" | "BUFG" | "IBUF" | "OBUF" => Kind::Through,
        "INV" => Kind::Level,
        name if name.starts_with("LUT") || name.starts_with("RAM32") || name.starts_with("RAM64") => Kind::Level,
        _ => Kind::Register,
    }
}

/// A LUT used as memory is written at an edge of the clock: these inputs of it end ways.
fn is_written(cell: &Cell, port: &str) -> bool {
    cell.kind.starts_with("RAM") && !port.starts_with("ADDR") && !port.starts_with("DPRA") && !port.starts_with('A')
}

fn whole(quarters: Quarters) -> Quarters {
    quarters.next_multiple_of(4)
}

impl<'a> Depths<'a> {
    pub(super) fn new(netlist: &'a Netlist) -> Self {
        let mut drivers = HashMap::new();
        for (k, cell) in netlist.cells.iter().enumerate() {
            for (port, nets) in &cell.outputs {
                drivers
                    .extend(nets.iter().enumerate().filter_map(|(i, pin)| Some((pin.net()?, (k, port.as_str(), i)))));
            }
        }
        Self { netlist, drivers, known: HashMap::new() }
    }

    /// Every end of a way, in the order of the cells.
    pub(super) fn ends(&mut self) -> Result<Vec<End>, Loop> {
        let mut ends = vec![];
        let netlist = self.netlist;
        let ending = |cell: &Cell, port: &str| kind(cell) == Kind::Register || is_written(cell, port);
        for cell in &netlist.cells {
            for (_, nets) in cell.inputs.iter().filter(|(port, _)| ending(cell, port) && !is_clock(port)) {
                for net in nets.iter().filter_map(|pin| pin.net()) {
                    ends.push(self.end(net, &cell.name)?);
                }
            }
        }
        for net in &netlist.outputs {
            ends.push(self.end(*net, "output")?);
        }
        Ok(ends)
    }

    fn end(&mut self, net: Net, reader: &str) -> Result<End, Loop> {
        let levels = whole(self.arrival(net)?) / 4;
        Ok(End { levels, reader: reader.into(), net })
    }

    /// The nets of the longest way to an end, its start first.
    pub(super) fn way(&self, end: &End) -> Vec<Net> {
        let before = |net: &Net| self.known.get(net).copied().flatten().and_then(|(_, before)| before);
        let mut way: Vec<_> = std::iter::successors(Some(end.net), before).collect();
        way.reverse();
        way
    }

    /// The cell that drives a net.
    pub(super) fn driver(&self, net: Net) -> Option<&'a Cell> {
        self.drivers.get(&net).map(|(cell, ..)| &self.netlist.cells[*cell])
    }

    fn arrival(&mut self, net: Net) -> Result<Quarters, Loop> {
        let Some(&(cell, port, bit)) = self.drivers.get(&net) else { return Ok(0) };
        let cell = &self.netlist.cells[cell];
        if kind(cell) == Kind::Register {
            return Ok(0);
        }
        match self.known.get(&net) {
            Some(Some((quarters, _))) => return Ok(*quarters),
            // Its own way is being looked for.
            Some(None) => return Err(Loop { cell: cell.name.clone() }),
            None => {}
        }
        self.known.insert(net, None);
        let mut longest = (0, None);
        let depends = if cell.kind.starts_with("LUT") { dependencies(cell, port) } else { u8::MAX };
        for (input, nets) in cell.inputs.iter().filter(|(input, _)| !is_written(cell, input)) {
            for (k, source) in nets.iter().enumerate().filter_map(|(k, pin)| Some((k, pin.net()?))) {
                if !reaches(cell, input, k, port, bit, depends) {
                    continue;
                }
                let arrives = self.arrival(source)?;
                let leaves = match kind(cell) {
                    Kind::Carry if self.continues(input, source) => arrives + 1,
                    Kind::Carry => whole(arrives) + 1,
                    Kind::Through => whole(arrives),
                    _ => whole(arrives) + 4,
                };
                if leaves > longest.0 || longest.1.is_none() {
                    longest = (leaves, Some(source));
                }
            }
        }
        self.known.insert(net, Some(longest));
        Ok(longest.0)
    }

    /// Whether a CARRY4's input goes on with the chain of the CARRY4 below.
    fn continues(&self, input: &str, source: Net) -> bool {
        input == "CI" && self.driver(source).is_some_and(|cell| kind(cell) == Kind::Carry)
    }
}

fn is_clock(port: &str) -> bool {
    matches!(port, "C" | "CLK" | "WCLK" | "CLKARDCLK" | "CLKBWRCLK")
}

/// Whether bit `k` of an input reaches bit `bit` of an output; `depends` are the inputs that count of a LUT.
fn reaches(cell: &Cell, input: &str, k: usize, output: &str, bit: usize, depends: u8) -> bool {
    match input {
        _ if cell.kind.starts_with("LUT") => {
            input.strip_prefix('I').and_then(|number| number.parse().ok()).is_some_and(|n: u32| depends >> n & 1 == 1)
        }
        _ if kind(cell) != Kind::Carry => true,
        "S" => k <= bit,
        "DI" if output == "O" => k < bit,
        "DI" => k <= bit,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::netlist::Pin;
    use super::*;

    /// A register, `luts` LUTs in a row, `carries` CARRY4 in a chain, a register.
    fn row(luts: u32, carries: u32) -> Netlist {
        let cell = |name: String, kind: &str, inputs: &[(&str, Net)], output: (&str, Net)| {
            let port = |(port, net): &(&str, Net)| ((*port).to_owned(), vec![Pin::Net(*net)]);
            let outputs = [output].iter().map(port).collect();
            // An inverter.
            Cell { name, kind: kind.into(), table: 0b01, inputs: inputs.iter().map(port).collect(), outputs }
        };
        let mut cells = vec![cell("start".into(), "FDRE", &[], ("Q", 0))];
        let mut at = 0;
        for k in 0..luts {
            cells.push(cell(format!("lut{k}"), "LUT1", &[("I0", at)], ("O", at + 1)));
            at += 1;
        }
        for k in 0..carries {
            let input = if k == 0 { "S" } else { "CI" };
            cells.push(cell(format!("carry{k}"), "CARRY4", &[(input, at)], ("CO", at + 1)));
            at += 1;
        }
        cells.push(cell("end".into(), "FDRE", &[("D", at)], ("Q", at + 1)));
        Netlist { cells, outputs: vec![], names: HashMap::new() }
    }

    fn deepest(netlist: &Netlist) -> u32 {
        Depths::new(netlist).ends().unwrap().iter().map(|end| end.levels).max().unwrap()
    }

    #[test]
    fn a_chain_is_a_level_for_every_four_carries_that_it_starts() {
        for (carries, levels) in [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)] {
            assert_eq!(deepest(&row(0, carries)), levels, "{carries}");
            assert_eq!(deepest(&row(2, carries)), 2 + levels, "2 LUTs and {carries}");
        }
        assert_eq!(deepest(&row(3, 0)), 3);
    }

    #[test]
    fn the_way_is_told_from_its_start_to_its_end() {
        let netlist = row(2, 1);
        let mut depths = Depths::new(&netlist);
        let ends = depths.ends().unwrap();
        let longest = ends.iter().max_by_key(|end| end.levels).unwrap();
        assert_eq!((longest.reader.as_str(), depths.way(longest)), ("end", vec![0, 1, 2, 3]));
    }

    #[test]
    fn a_loop_without_a_register_is_an_error() {
        let mut netlist = row(2, 0);
        netlist.cells[1].inputs.insert("I0".into(), vec![Pin::Net(2)]);
        assert!(Depths::new(&netlist).ends().is_err());
    }
}
