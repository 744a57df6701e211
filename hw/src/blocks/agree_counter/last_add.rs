//! The last add: up to three bits a column in one LUT a column and one carry chain.
//!
//! In a column with bits `x, y, z` and the bit `kept` by the column below, the LUT makes the sum bit
//! `S = x ^ y ^ z ^ kept` and keeps the carry of `x + y + z` for the column above; the chain adds what is left,
//! `O = S ^ carry`. Where `S` is 0 the carry of `S, kept` is `kept`, and without a kept bit and a third one, `x`.

use super::compress::{Netlist, ROWS};

/// What the carry chain takes as data where the sum bit is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// Constant 0.
    Low,
    /// The bit kept by the column below.
    Kept,
    /// The column's first bit.
    First,
}

/// One column of the add.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Bits of the last level, at most three.
    pub bits: Vec<usize>,
    /// Whether the column below keeps a bit for this one.
    pub kept: bool,
    pub data: Data,
}

/// The add.
#[derive(Clone, Debug)]
pub(super) struct LastAdd {
    /// Bits of the count that need no add: those of the columns below the first of two bits; `None` is a bit that is 0.
    pub plain: Vec<Option<usize>>,
    pub columns: Vec<Column>,
}

impl LastAdd {
    pub(super) fn new(netlist: &Netlist) -> Self {
        let all = netlist.columns();
        let low = all.iter().position(|bits| bits.len() > 1).unwrap_or(all.len());
        let plain = all[..low].iter().map(|bits| bits.front().copied()).collect();
        let (mut columns, mut kept) = (vec![], false);
        let top = all.len() - low;
        for (place, bits) in all[low..].iter().enumerate() {
            debug_assert!(bits.len() <= ROWS);
            let keeps = place + 1 < top && (bits.len() == ROWS || bits.len() == 2 && kept);
            let data = match (kept, bits.len()) {
                (true, _) => Data::Kept,
                (false, 2) => Data::First,
                (false, _) => Data::Low,
            };
            columns.push(Column { bits: bits.iter().copied().collect(), kept, data });
            kept = keeps;
        }
        Self { plain, columns }
    }

    /// CARRY4 of the chain.
    pub(super) fn carry4(&self) -> usize {
        self.columns.len().div_ceil(4)
    }
}
