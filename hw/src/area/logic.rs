//! LUT, CARRY4 and flip-flops of an engine, before any synthesis.
//!
//! What is made of primitives is exact: the popcounts and the memories. Flip-flops and shift
//! registers follow from the registers of every module. The LUTs of the other units are formulas of their widths, one a
//! module: an adder is a LUT a bit and a CARRY4 for four, a choice between up to four a LUT a bit; what is left is a
//! constant, taken from a synthesis. Together they are most of the uncertainty, and a small part of an engine.

use super::block_ram::slices;
use super::leaf::Leaf;
use crate::Geometry;
use crate::blocks::RamStyle;
use crate::engine::BEAT_BITS;
use crate::geometry::{BRANCH_SHIFT, BRANCH_SLOPE_BITS, PRODUCT_BITS};
use crate::rtl::Module;
use std::collections::HashMap;
use std::ops::AddAssign;

/// Logic of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Logic {
    /// LUTs used as logic.
    pub lut: usize,
    /// LUTs used as memory and as shift registers.
    pub lut_memory: usize,
    pub carry4: usize,
    pub ff: usize,
}

impl AddAssign for Logic {
    fn add_assign(&mut self, other: Self) {
        self.lut += other.lut;
        self.lut_memory += other.lut_memory;
        self.carry4 += other.carry4;
        self.ff += other.ff;
    }
}

/// Counts modules, every kind once.
pub(super) struct Counter<'a> {
    g: &'a Geometry,
    known: HashMap<String, Logic>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(g: &'a Geometry) -> Self {
        Self { g, known: HashMap::new() }
    }

    /// A module with all its instances.
    pub(super) fn of(&mut self, module: &Module) -> Logic {
        if let Some(known) = self.known.get(module.name()) {
            return *known;
        }
        let mut all = self.own(module);
        for (_, child) in module.instances() {
            all += self.of(child);
        }
        self.known.insert(module.name().to_owned(), all);
        all
    }

    fn own(&self, module: &Module) -> Logic {
        let popcount = self.g.popcount();
        let name = module.name();
        match Leaf::of_module(name) {
            Some(Leaf::Ram { depth, width, style }) => return memory(depth, width, style),
            Some(Leaf::Multipliers(_)) => return Logic { ff: addend_bits(name), ..Logic::default() },
            None => {}
        }
        let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
        match kind {
            "agree_counter_" => {
                let cost = popcount.cost();
                Logic { lut: cost.lut6 + cost.lut6_2, lut_memory: cost.srl, carry4: cost.carry4, ff: cost.ff }
            }
            "column_parity_" => Logic { lut: popcount.column_parity_lut(), ..Logic::default() },
            "window_parity_" => {
                let (lut, ff) = popcount.window_parity_cost();
                Logic { lut, ff, ..Logic::default() }
            }
            "weight_parity_" => {
                let (lut, ff) = popcount.weight_parity_cost();
                Logic { lut, ff, ..Logic::default() }
            }
            _ => {
                let registers = module.registers();
                let (lut, carry4) = self.unit(name);
                Logic { lut, lut_memory: registers.srl, carry4, ff: registers.ff }
            }
        }
    }

    /// LUTs and CARRY4 of a unit.
    fn unit(&self, name: &str) -> (usize, usize) {
        let g = self.g;
        let b = g.stream_bits;
        let chains = usize::from(g.chains == 2);
        let several = usize::from(g.pixels > 1);
        if g.memory
            && let Some(found) = self.unit_with_memory(name)
        {
            return found;
        }
        match name {
            "lane" => self.lane(),
            "anchored_centre" => (g.lanes * g.skip_bits(), g.lanes * carry(g.skip_bits())),
            "stream_store" => (g.stream_word() * usize::from(!g.stream_depth().is_power_of_two()) + 2, 0),
            "sign_store" => (3 * g.pixels * g.channels + 3 * g.passes, 0),
            "window" => (2 * (g.pixels + 2) + 2, 0),
            "head_unit" => {
                let picked = g.head_lanes * b * choice(g.pixels * g.lanes / g.head_lanes);
                let sums = g.head_lanes * (b + 1);
                (picked + sums + 250, g.head_lanes * carry(b + 1) + 50)
            }
            "head_channel" => (51 + b, 1),
            "tail_product" => (PRODUCT_BITS, carry(PRODUCT_BITS)),
            "tail_channel" => (4 * g.transformed_bits() - 2, 4 * carry(g.transformed_bits())),
            "tail_pixels" => (4 * PRODUCT_BITS * choice(g.scale * g.scale) + 259, 3 * carry(PRODUCT_BITS + 1) + 2),
            "tail_unit" => {
                let picked = 2 * g.tail_channels * g.sum_bits() * choice(g.lanes / g.tail_channels);
                (picked * several + 79, 16)
            }
            "line_buffer" => (36, 2),
            "lane_store" => (165 - 9 * g.correction_bits(), 4),
            "border_sums" => (12 * g.correction_bits(), 15 + 3 * carry(g.correction_bits())),
            "accelerator" => (32 + 2 * g.stages, 0),
            "pass_planner" => (206 + 271 * chains + 60 * several, 45 + 13 * chains),
            "pass_runner" => (230 + 50 * chains + 35 * several, 42 + 6 * chains + 8 * several),
            "step_counter" => (202, 51),
            "control" => (252, 31),
            "pixel_reader" => (66, 13),
            _ => (2, 0),
        }
    }

    /// LUTs and CARRY4 of the units that only engines with a master have, or that are larger in them.
    fn unit_with_memory(&self, name: &str) -> Option<(usize, usize)> {
        let g = self.g;
        let chains = usize::from(g.chains == 2);
        if let Some((depth, _)) = name.strip_prefix("fifo_").and_then(|size| size.split_once('x')) {
            let bits = depth.parse::<usize>().ok()?.trailing_zeros() as usize;
            return Some((2 * bits - 1, bits));
        }
        if name.starts_with("write_queue_") {
            return Some((44, 4));
        }
        Some(match name {
            "accelerator" => (76 + 2 * g.stages + g.head_lanes * g.sum_bits(), 4),
            "window" => (14 + 6 * (g.channels + g.popcount().column_parities()), 0),
            "centre" => (g.lanes * g.stream_bits, 0),
            "control" => (383, 30),
            "pass_planner" => (622 + 271 * chains, 90 + 13 * chains),
            "pass_runner" => (241 + 50 * chains, 40 + 6 * chains),
            "strip_counter" => (494, 145),
            "row_reader" => (280, 64),
            "left_edge" => (2 * g.channels + 33, 2),
            "spill_saver" => (BEAT_BITS * choice(g.most_spill_beats()) + 89, 17),
            "spill_fetch" => (139, 41),
            "sum_saver" => (BEAT_BITS * choice(g.sum_beats()) + 82, 17),
            "sum_restorer" => (10, 1),
            "line_writer" => (184, 40),
            "line_buffer" => (42, 2),
            "read_master" => (48, 0),
            "write_master" => (139, 1),
            _ => return None,
        })
    }

    /// Border, skip add, saturation, activation, sign, for every pixel.
    fn lane(&self) -> (usize, usize) {
        let g = self.g;
        let b = g.stream_bits;
        let t = if g.branch { g.branch_addend_bits() - BRANCH_SHIFT } else { g.affine_value_bits() };
        let skip = t + 1;
        let terms = g.slope_digits.len();
        let room = g.slope_digits.iter().map(|d| d.0).max().unwrap_or(0) + 2;
        let slope = terms.saturating_sub(1) * b;
        let adds = [skip, b + 1];
        let branch = if g.branch { BRANCH_SLOPE_BITS } else { 0 };
        let lut = g.correction_bits() + adds.iter().sum::<usize>() + branch + (b + 5) + slope + b + 1;
        let slopes = usize::from(terms > 1) * carry(b + room - 1);
        let chains = carry(skip) + slopes + carry(b + 1);
        (g.pixels * lut, g.pixels * chains)
    }
}

/// CARRY4 of an adder.
fn carry(bits: usize) -> usize {
    bits.div_ceil(4)
}

/// LUTs a bit of a choice between `inputs`.
fn choice(inputs: usize) -> usize {
    if inputs <= 1 { 0 } else { inputs.div_ceil(4) + choice(inputs.div_ceil(4)) }
}

/// A memory: a choice between its slices, or RAM32M and RAM64M and the register behind them.
fn memory(depth: usize, width: usize, style: RamStyle) -> Logic {
    match style {
        RamStyle::Block => {
            let slices = slices(depth, width);
            let select = usize::BITS - slices.saturating_sub(1).leading_zeros();
            Logic { lut: width * choice(slices), ff: select as usize, ..Logic::default() }
        }
        RamStyle::Distributed | RamStyle::Immediate => {
            let (words, bits) = if depth <= 32 { (32, 6) } else { (64, 3) };
            let lut_memory = 4 * width.div_ceil(bits) * depth.div_ceil(words);
            let ff = if style == RamStyle::Immediate { 0 } else { width };
            Logic { lut_memory, ff, ..Logic::default() }
        }
    }
}

/// The register of a multiplier's addend that lies outside its slice.
fn addend_bits(name: &str) -> usize {
    let addend =
        name.strip_prefix("add_").unwrap_or(name).strip_prefix("multiply_add_").and_then(|size| size.split('_').nth(1));
    addend.and_then(|bits| bits.parse().ok()).unwrap_or(0)
}
