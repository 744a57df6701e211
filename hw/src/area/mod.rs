//! Resources of an engine, before any synthesis: DSP48E1 and block RAMs exactly, LUT, CARRY4 and flip-flops closely.
//!
//! Every memory and every multiplier is a leaf module of its own, so the exact counts are a walk over the modules: one
//! DSP48E1 a multiplier, and [`block_rams`] a memory.

mod block_ram;
mod leaf;
mod logic;

pub use block_ram::{BlockRams, block_rams};

use crate::blocks::RamStyle;
use crate::config::ConfigError;
use crate::engine::accelerator;
use crate::rtl::Module;
use crate::{EngineConfig, Geometry};
use leaf::Leaf;
use logic::Counter;
use serde::Serialize;

/// A memory of the design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Path of instances below the top, such as `stream.rows`.
    pub name: String,
    /// Words.
    pub depth: usize,
    /// Bits of a word.
    pub width: usize,
    /// What it is made of.
    pub kind: MemoryKind,
}

/// What a memory is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryKind {
    /// Block RAM.
    Block,
    /// LUTs used as memory.
    Distributed,
}

impl From<RamStyle> for MemoryKind {
    fn from(style: RamStyle) -> Self {
        match style {
            RamStyle::Block => Self::Block,
            RamStyle::Distributed | RamStyle::Immediate => Self::Distributed,
        }
    }
}

/// The memories and multipliers of a design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Every memory, in the order of the modules.
    pub memories: Vec<Memory>,
    /// Multipliers, with and without an addend.
    pub multipliers: usize,
}

/// Resources that are predicted exactly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Area {
    /// DSP slices.
    pub dsp48e1: usize,
    /// Whole block RAMs.
    pub ramb36e1: usize,
    /// Half block RAMs.
    pub ramb18e1: usize,
    /// Block RAMs of 36 kbit, a half one as 0.5.
    pub bram36: f64,
}

/// The memories and multipliers of the engine of `config`.
///
/// # Errors
/// [`ConfigError`] if the parameters contradict each other.
pub fn inventory(config: &EngineConfig) -> Result<Inventory, ConfigError> {
    config.validate()?;
    let mut inventory = Inventory::default();
    inventory.walk("", &accelerator(config));
    Ok(inventory)
}

/// All resources.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimated {
    /// LUTs, those used as memory and as shift registers among them.
    pub lut: usize,
    /// LUTs used as memory and as shift registers.
    pub lut_memory: usize,
    /// Carry chains of four bits.
    pub carry4: usize,
    /// Flip-flops.
    pub ff: usize,
    /// LUTs a binary multiply-accumulate of the array: popcounts and shared parities.
    pub lut_per_mac: f64,
    /// DSP and block RAM, exact.
    pub exact: Area,
}

/// Resources of the engine of `config`.
///
/// # Errors
/// [`ConfigError`] if the parameters contradict each other.
pub fn estimate(config: &EngineConfig) -> Result<Estimated, ConfigError> {
    config.validate()?;
    let g = Geometry::new(config);
    let top = accelerator(config);
    let mut inventory = Inventory::default();
    inventory.walk("", &top);
    let exact = inventory.area();
    let logic = Counter::new(&g).of(&top);
    let (popcount, counters) = (g.popcount(), g.lanes * g.pixels);
    let shared = 3 * g.pixels * popcount.column_parity_lut()
        + g.pixels * popcount.window_parity_cost().0
        + g.load_lanes * popcount.weight_parity_cost().0;
    let array = counters * popcount.cost().lut_sites() + shared;
    Ok(Estimated {
        lut: logic.lut + logic.lut_memory,
        lut_memory: logic.lut_memory,
        carry4: logic.carry4,
        ff: logic.ff,
        lut_per_mac: array as f64 / (counters * g.taps) as f64,
        exact,
    })
}

impl Inventory {
    fn walk(&mut self, path: &str, module: &Module) {
        for (instance, child) in module.instances() {
            let name = if path.is_empty() { instance.to_owned() } else { format!("{path}.{instance}") };
            match Leaf::of_module(child.name()) {
                Some(Leaf::Ram { depth, width, style }) => {
                    self.memories.push(Memory { name, depth, width, kind: style.into() });
                }
                Some(Leaf::Multipliers(count)) => self.multipliers += count,
                None => self.walk(&name, child),
            }
        }
    }

    /// What the inventory takes of a 7-series device.
    pub fn area(&self) -> Area {
        let blocks = self.memories.iter().filter(|m| m.kind == MemoryKind::Block);
        let (ramb36e1, ramb18e1) = blocks
            .map(|m| block_rams(m.depth, m.width))
            .fold((0, 0), |(whole, half), rams| (whole + rams.ramb36e1, half + rams.ramb18e1));
        let bram36 = ramb36e1 as f64 + ramb18e1 as f64 / 2.0;
        Area { dsp48e1: self.multipliers, ramb36e1, ramb18e1, bram36 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_engine_has_a_multiplier_a_lane_a_head_tap_and_a_transformed_tail_weight() {
        let config = EngineConfig::default();
        let expected = config.lanes * config.pixels + 9 * config.head_lanes;
        let expected = expected + 4 * config.scale * config.scale * config.tail_channels;
        assert_eq!(inventory(&config).unwrap().multipliers, expected);
    }

    #[test]
    fn every_bit_of_the_stream_and_of_the_signs_lies_in_a_block_ram() {
        let config = EngineConfig::default();
        let geometry = Geometry::new(&config);
        let inventory = inventory(&config).unwrap();
        let bits = |part: &str| -> usize {
            let found = inventory.memories.iter().filter(|m| m.name.starts_with(part));
            found.inspect(|m| assert_eq!(m.kind, MemoryKind::Block)).map(|m| m.depth * m.width).sum()
        };
        assert_eq!(bits("stream."), geometry.stream_depth() * geometry.stream_word());
        assert_eq!(bits("signs."), 3 * geometry.sign_depth() * config.channels * config.pixels);
    }

    #[test]
    fn the_array_of_16_lanes_and_4_pixels_takes_at_most_0_92_lut_a_binary_mac() {
        let config = EngineConfig { lanes: 16, pixels: 4, chains: 2, ..EngineConfig::default() };
        assert!(estimate(&config).unwrap().lut_per_mac <= 0.92);
    }

    #[test]
    fn parameters_that_contradict_each_other_have_no_inventory() {
        let config = EngineConfig { lanes: 7, ..EngineConfig::default() };
        assert_eq!(inventory(&config).unwrap_err().parameter, "lanes");
    }
}
