//! The ports of the top, read from its Verilog.

use crate::Design;

/// A port of the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) name: String,
    pub(super) output: bool,
    /// Bits; a scalar has one.
    pub(super) width: usize,
    /// Whether it is declared with a range.
    pub(super) vector: bool,
}

impl Port {
    /// The name on a bus of AMBA, where the port belongs to the engine's bus of that name.
    pub(super) fn on(&self, bus: &str) -> Option<String> {
        Some(self.name.strip_prefix(bus)?.strip_prefix('_')?.to_uppercase())
    }
}

/// The engine's buses: registers, and pictures in memory.
pub(super) const BUSES: [&str; 2] = ["s_axil", "m_axi"];

/// Every port, in order: one a line between `module` and `);`, as the generator prints them.
pub(super) fn ports(design: &Design) -> Vec<Port> {
    let file = format!("{}.v", design.top);
    let text = design.files.iter().find(|f| f.name == file).map_or("", |f| f.text.as_str());
    let start = format!("module {} (", design.top);
    let lines = text.lines().skip_while(|line| *line != start).skip(1).take_while(|line| *line != ");");
    lines.filter_map(port).collect()
}

/// `output wire [31:0] name,`.
fn port(line: &str) -> Option<Port> {
    let mut words = line.trim().trim_end_matches(',').split_whitespace();
    let output = words.next()? == "output";
    words.next()?;
    let rest: Vec<_> = words.collect();
    let name = (*rest.last()?).to_owned();
    let high = rest.iter().find_map(|word| word.strip_prefix('[')?.strip_suffix(":0]"));
    let width = high.and_then(|high| high.parse::<usize>().ok()).map_or(1, |high| high + 1);
    Some(Port { name, output, width, vector: high.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EngineConfig, generate};

    #[test]
    fn the_ports_of_an_engine_with_memory_are_clock_reset_and_two_buses() {
        let design = generate(&EngineConfig::in_memory(64, 1, 2)).unwrap();
        let ports = ports(&design);
        assert!(ports.contains(&Port { name: "aclk".into(), output: false, width: 1, vector: false }));
        assert!(ports.contains(&Port { name: "m_axi_wdata".into(), output: true, width: 64, vector: true }));
        let known = |port: &&Port| {
            ["aclk", "aresetn"].contains(&port.name.as_str()) || BUSES.iter().any(|bus| port.on(bus).is_some())
        };
        assert_eq!(ports.iter().filter(known).count(), ports.len());
    }
}
