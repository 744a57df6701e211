//! What `stat -json` says, as resources of a 7-series device.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Resources of a design, all instances counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Counted {
    /// The Yosys that counted.
    pub(crate) tool: String,
    /// LUTs used as logic, inverters among them.
    pub(crate) lut: usize,
    /// LUTs used as memory and as shift registers.
    pub(crate) lut_memory: usize,
    /// Carry chains of four bits.
    pub(crate) carry4: usize,
    /// Flip-flops.
    pub(crate) ff: usize,
    /// Whole block RAMs.
    pub(crate) ramb36e1: usize,
    /// Half block RAMs.
    pub(crate) ramb18e1: usize,
    /// Block RAMs of 36 kbit, a half one as 0.5.
    pub(crate) bram36: f64,
    /// DSP slices.
    pub(crate) dsp48e1: usize,
    /// Latches; a design has none.
    pub(crate) latches: usize,
    /// Memories that went to neither block RAM nor LUTs.
    pub(crate) unmapped_memories: usize,
    /// Every cell type with its count.
    pub(crate) cells: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
struct Statistics {
    creator: String,
    design: Totals,
}

#[derive(Deserialize)]
struct Totals {
    num_memories: usize,
    num_cells_by_type: BTreeMap<String, usize>,
}

impl Counted {
    /// From the output of `stat -json`.
    pub(super) fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let Statistics { creator, design } = serde_json::from_slice(json)?;
        let cells = design.num_cells_by_type;
        let sum =
            |weight: &dyn Fn(&str) -> usize| cells.iter().map(|(cell, count)| weight(cell) * count).sum::<usize>();
        let of = |name: &str| sum(&|cell| usize::from(cell == name));
        let (ramb36e1, ramb18e1) = (of("RAMB36E1"), of("RAMB18E1"));
        Ok(Self {
            tool: creator.split(" (").next().unwrap_or(&creator).to_owned(),
            lut: sum(&|cell| usize::from(is_lut(cell))),
            lut_memory: sum(&lut_memory),
            carry4: of("CARRY4"),
            ff: sum(&|cell| usize::from(matches!(cell, "FDRE" | "FDSE" | "FDCE" | "FDPE"))),
            ramb36e1,
            ramb18e1,
            bram36: ramb36e1 as f64 + ramb18e1 as f64 / 2.0,
            dsp48e1: of("DSP48E1"),
            latches: sum(&|cell| usize::from(matches!(cell, "LDCE" | "LDPE") || cell.contains("DLATCH"))),
            unmapped_memories: design.num_memories + sum(&|cell| usize::from(cell.starts_with("$mem"))),
            cells,
        })
    }
}

fn is_lut(cell: &str) -> bool {
    matches!(cell, "INV" | "LUT1" | "LUT2" | "LUT3" | "LUT4" | "LUT5" | "LUT6" | "LUT6_2")
}

/// LUTs of a distributed RAM or a shift register: 7 Series FPGAs CLB User Guide, UG474.
fn lut_memory(cell: &str) -> usize {
    match cell {
        "SRL16E" | "SRLC16E" | "SRLC32E" | "RAM32X1S" | "RAM64X1S" => 1,
        "RAM32X1D" | "RAM64X1D" | "RAM128X1S" => 2,
        "RAM32M" | "RAM64M" | "RAM128X1D" | "RAM256X1S" => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_resources() {
        let json = br#"{"creator": "Yosys 0.70 (git sha1 28ba3cb92)", "modules": {}, "design": {"num_memories": 0,
            "num_cells_by_type": {"LUT2": 3, "LUT6": 2, "INV": 1, "RAM32M": 2, "SRL16E": 5, "FDRE": 7, "FDSE": 1,
            "CARRY4": 9, "RAMB36E1": 4, "RAMB18E1": 3, "DSP48E1": 6, "LDCE": 1, "lane": 8}}}"#;
        let counted = Counted::parse(json).unwrap();
        assert_eq!(counted.tool, "Yosys 0.70");
        assert_eq!((counted.lut, counted.lut_memory, counted.ff, counted.carry4), (6, 13, 8, 9));
        assert_eq!((counted.bram36, counted.dsp48e1, counted.latches), (5.5, 6, 1));
    }
}
