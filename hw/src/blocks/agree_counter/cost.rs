//! What the structural popcount takes of a 7-series device.

use super::compress::{Bit, Netlist};
use super::last_add::LastAdd;

/// The shortest chain of registers that synthesis turns into a shift register, one LUT site a bit.
const SHIFT_REGISTER: usize = 3;

/// Resources of one popcount, without what the lanes share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgreeCost {
    /// LUT6 primitives of the levels; synthesis may trim the one of a lone tap to a LUT2.
    pub lut6: usize,
    /// LUT6_2 primitives of the levels and of the last add.
    pub lut6_2: usize,
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
        self.lut6 + self.lut6_2 + self.srl
    }

    /// Registers in a row behind one bit.
    fn delay(&mut self, registers: usize) {
        if registers < SHIFT_REGISTER {
            self.ff += registers;
        } else {
            self.srl += 1;
        }
    }

    /// Of a netlist with `output` registers behind the last add.
    pub(super) fn of(netlist: &Netlist, add: &LastAdd, output: usize) -> Self {
        let mut cost = Self::default();
        let waited = cost.levels(netlist);
        for bit in &add.plain {
            cost.delay(output + bit.map_or(0, |bit| waited[bit]));
        }
        for column in &add.columns {
            column.bits.iter().for_each(|&bit| cost.delay(waited[bit]));
            cost.delay(output);
        }
        cost.lut6_2 += add.columns.len();
        cost.carry4 = add.carry4();
        cost
    }

    /// Adds the levels; returns the registers behind every bit of the last level since its LUT.
    fn levels(&mut self, netlist: &Netlist) -> Vec<usize> {
        let mut waited: Vec<usize> = vec![];
        for level in &netlist.levels {
            let double = level.luts.iter().filter(|lut| lut.o5.is_some()).count();
            self.lut6_2 += double;
            self.lut6 += level.luts.len() - double;
            let mut read = vec![false; waited.len()];
            for bit in level.luts.iter().flat_map(|lut| lut.inputs) {
                if let Bit::Before(index) = bit {
                    read[index] = true;
                }
            }
            waited.iter().zip(read).filter(|(_, read)| *read).for_each(|(&registers, _)| self.delay(registers));
            let mut next = vec![0; level.columns.len() - level.passed.len()];
            next.extend(level.passed.iter().map(|&index| waited[index]));
            next.iter_mut().for_each(|registers| *registers += usize::from(level.register));
            waited = next;
        }
        waited
    }
}
