//! Where full adders and registers go: the choices that the size of a popcount depends on.
//!
//! A (2,5) counter takes three bits away in two LUTs, a full adder one in one; but (2,5) counters need two columns. So
//! the first compression makes a second column with a share of the bits, and while enough bits are left full adders
//! wait. All shares and waits are tried, and the smallest netlist is taken.

use super::compress::Netlist;
use super::tree::Tree;

/// Levels between two registers that are not worth any LUT to shorten.
pub(super) const DEPTH: usize = 3;
/// Depth of the last add in levels: the bits that columns keep, the sum bits, a carry chain for every four CARRY4.
pub(super) const ADD_DEPTH: usize = 3;
/// Share of the bits that the first compression gives to full adders, in percent.
const SHARES: [usize; 5] = [25, 30, 35, 45, 100];
/// The last level in which full adders wait.
const WAITS: [usize; 4] = [0, 3, 5, 7];

/// One set of choices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    share: usize,
    wait: usize,
    first: usize,
    others: usize,
}

impl Policy {
    /// Levels before the register that ends a cycle.
    pub(super) fn segment(&self, time: usize) -> usize {
        if time == 1 { self.first } else { self.others }
    }

    /// Full adders for `left` bits of a column, in the level of this index.
    pub(super) fn full_adders(&self, index: usize, heights: &[usize], left: usize) -> usize {
        let columns = heights.iter().skip(1).filter(|height| **height > 0).count();
        let counters = heights.windows(2).skip(1).any(|pair| pair[0] >= 5 && pair[1] >= 2);
        if columns == 1 && heights.first().is_none_or(|low| *low <= 1) {
            left * self.share / 300
        } else if index <= self.wait && counters {
            0
        } else {
            left / 3
        }
        .max(usize::from(columns == 1 && left > 3))
    }
}

/// The netlist of a tree with `stages` registers, the one behind the last add among them.
pub(super) fn best(tree: &Tree, stages: usize) -> Netlist {
    let cuts = (1..=8).flat_map(|others| (1..=others).map(move |first| (first, others)));
    let mut best: Option<((usize, usize, usize), Netlist)> = None;
    for (first, others) in cuts {
        if best.as_ref().is_some_and(|(cost, _)| cost.0 <= DEPTH) && others > DEPTH {
            break;
        }
        for share in SHARES {
            for wait in WAITS {
                let policy = Policy { share, wait, first, others };
                let netlist = Netlist::new(tree, stages - 1, &policy);
                let cost = (depth(&netlist).max(DEPTH), netlist.sites(), netlist.register_bits());
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, netlist));
                }
            }
        }
    }
    best.expect("there are policies").1
}

/// The longest path between registers, in levels.
pub(super) fn depth(netlist: &Netlist) -> usize {
    let (mut longest, mut path) = (0, 0);
    for level in &netlist.levels {
        path += 1;
        longest = longest.max(path);
        if level.register {
            path = 0;
        }
    }
    longest.max(path + ADD_DEPTH)
}
