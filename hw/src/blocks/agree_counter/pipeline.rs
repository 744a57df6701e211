//! Where the registers go.
//!
//! The last register follows the last add. The others cut the levels so that the longest path is shortest, and among
//! those cuts so that the registers are fewest. Registers beyond one a level follow the last add, where they are
//! narrowest.

use super::compress::Netlist;

/// Depth of the last add in levels of LUTs: its own LUTs, and a carry chain worth about as much.
const ADD_DEPTH: usize = 2;

/// The registers of a popcount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    /// Whether a register follows each level.
    pub after: Vec<bool>,
    /// Registers after the last add, at least one.
    pub output: usize,
}

impl Pipeline {
    pub(super) fn new(netlist: &Netlist, stages: usize) -> Self {
        assert!(stages > 0, "the count is registered");
        let levels = netlist.levels.len();
        let inner = (stages - 1).min(levels);
        let cuts = (0u32..1 << levels).filter(|cut| cut.count_ones() as usize == inner);
        let after = cuts
            .map(|cut| (0..levels).map(|level| cut >> level & 1 == 1).collect::<Vec<_>>())
            .min_by_key(|after| (depth(after), register_bits(netlist, after)))
            .expect("`inner` is at most the number of levels");
        Self { after, output: stages - inner }
    }
}

/// The longest path between registers, in levels.
fn depth(after: &[bool]) -> usize {
    let (mut longest, mut path) = (0, 0);
    for &register in after {
        path += 1;
        longest = longest.max(path);
        if register {
            path = 0;
        }
    }
    longest.max(path + ADD_DEPTH)
}

fn register_bits(netlist: &Netlist, after: &[bool]) -> usize {
    netlist.levels.iter().zip(after).filter(|(_, register)| **register).map(|(level, _)| level.columns.len()).sum()
}
