//! What the structural popcount takes of a 7-series device.

use super::compress::{Bit, Netlist};
use super::pipeline::Pipeline;

/// The shortest chain of registers that synthesis turns into a shift register, one LUT site a bit.
const SHIFT_REGISTER: usize = 3;

/// Resources of one popcount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgreeCost {
    /// LUT6 primitives of the levels; synthesis may trim the one of a lone tap to a LUT2.
    pub lut6: usize,
    /// LUT6_2 primitives of the levels.
    pub lut6_2: usize,
    /// LUTs of the last add: one a column that has two bits.
    pub add_lut: usize,
    /// SRL16E: bits that wait three cycles or more.
    pub srl: usize,
    /// CARRY4 of the last add.
    pub carry4: usize,
    /// Flip-flops.
    pub ff: usize,
}

impl AgreeCost {
    /// LUT sites: an LUT6_2 and an SRL16E take one each.
    pub fn lut_sites(&self) -> usize {
        self.lut6 + self.lut6_2 + self.add_lut + self.srl
    }

    /// Registers in a row behind one bit.
    fn delay(&mut self, registers: usize) {
        if registers < SHIFT_REGISTER {
            self.ff += registers;
        } else {
            self.srl += 1;
        }
    }
}

/// Resources of `agree_counter(taps, stages)`.
///
/// # Panics
/// If `taps` or `stages` is 0.
pub fn agree_cost(taps: usize, stages: usize) -> AgreeCost {
    let netlist = Netlist::new(taps);
    let pipeline = Pipeline::new(&netlist, stages);
    let mut cost = AgreeCost::default();
    let waited = count_levels(&mut cost, &netlist, &pipeline);
    let rows = netlist.rows();
    let low = rows.iter().position(|bits| bits.len() == 2).unwrap_or(netlist.width);
    for (column, bits) in rows.iter().enumerate() {
        if column < low {
            cost.delay(pipeline.output + bits.first().map_or(0, |&bit| waited[bit]));
        } else {
            bits.iter().for_each(|&bit| cost.delay(waited[bit]));
            cost.delay(pipeline.output);
        }
        cost.add_lut += usize::from(bits.len() == 2);
    }
    cost.carry4 = (netlist.width - low).div_ceil(4);
    cost
}

/// Adds the levels to `cost`; returns the registers behind every bit of the last level since its LUT.
fn count_levels(cost: &mut AgreeCost, netlist: &Netlist, pipeline: &Pipeline) -> Vec<usize> {
    let mut waited: Vec<usize> = vec![];
    for (level, &register) in netlist.levels.iter().zip(&pipeline.after) {
        let double = level.luts.iter().filter(|lut| lut.o5.is_some()).count();
        cost.lut6_2 += double;
        cost.lut6 += level.luts.len() - double;
        let mut read = vec![false; waited.len()];
        for bit in level.luts.iter().flat_map(|lut| lut.inputs) {
            if let Bit::Before(index) = bit {
                read[index] = true;
            }
        }
        waited.iter().zip(read).filter(|(_, read)| *read).for_each(|(&registers, _)| cost.delay(registers));
        let mut next = vec![0; level.columns.len() - level.passed.len()];
        next.extend(level.passed.iter().map(|&index| waited[index]));
        next.iter_mut().for_each(|registers| *registers += usize::from(register));
        waited = next;
    }
    waited
}
