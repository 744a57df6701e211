//! Column compression: from taps to at most two bits a column.
//!
//! Every bit has a weight, `2^column`, and every level keeps the invariant `sum of bits * weight = agree`. As
//! `agree <= taps < 2^width`, a bit of column `width` or more is never 1: the netlist does not make it.

use super::table::Table;
use crate::rtl::value_bits;
use std::collections::VecDeque;

/// What a LUT input reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bit {
    /// Constant 0, at an input that the function does not read.
    Low,
    /// Constant 1, at `I5` of a LUT of two outputs.
    High,
    /// An activation.
    Act(usize),
    /// A weight.
    Wgt(usize),
    /// A bit of the level before.
    Before(usize),
}

/// One LUT site; its outputs are indices of bits of its level.
#[derive(Clone, Debug)]
pub(super) struct Lut {
    pub table: Table,
    pub inputs: [Bit; 6],
    pub o6: usize,
    pub o5: Option<usize>,
}

/// One level of LUTs. Its bits are the outputs of `luts`, then copies of the bits `passed` of the level before.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    pub luts: Vec<Lut>,
    pub passed: Vec<usize>,
    /// The column of every bit.
    pub columns: Vec<usize>,
}

/// The levels of a popcount, up to the last add.
#[derive(Clone, Debug)]
pub(super) struct Netlist {
    pub taps: usize,
    /// Bits of the count.
    pub width: usize,
    pub levels: Vec<Level>,
}

impl Netlist {
    pub(super) fn new(taps: usize) -> Self {
        assert!(taps > 0, "a popcount has at least one tap");
        let width = value_bits(taps);
        let mut levels = vec![first_level(taps, width)];
        loop {
            let mut columns = vec![VecDeque::new(); width];
            let last = levels.last().expect("there is a first level");
            for (index, &column) in last.columns.iter().enumerate() {
                columns[column].push_back(index);
            }
            if columns.iter().all(|c| c.len() <= 2) {
                return Self { taps, width, levels };
            }
            levels.push(next_level(columns));
        }
    }

    /// The bits of each column after the last level, at most two.
    pub(super) fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![vec![]; self.width];
        let last = self.levels.last().expect("there is a first level");
        for (index, &column) in last.columns.iter().enumerate() {
            rows[column].push(index);
        }
        rows
    }
}

impl Level {
    /// Places a LUT whose outputs have the given columns. An output beyond `width` columns is not made.
    fn lut(&mut self, width: usize, table: Table, inputs: &[Bit], o6: usize, o5: Option<usize>) {
        debug_assert_eq!(inputs.len(), table.inputs());
        if o6 >= width {
            return;
        }
        let mut pins = [Bit::Low; 6];
        pins[..inputs.len()].copy_from_slice(inputs);
        if o5.is_some() {
            pins[5] = Bit::High;
        }
        let o5 = o5.filter(|&column| column < width);
        let o6 = self.bit(o6);
        let o5 = o5.map(|column| self.bit(column));
        self.luts.push(Lut { table, inputs: pins, o6, o5 });
    }

    fn bit(&mut self, column: usize) -> usize {
        self.columns.push(column);
        self.columns.len() - 1
    }
}

/// The agreements of three taps at a time, in columns 0 and 1.
fn first_level(taps: usize, width: usize) -> Level {
    let mut level = Level::default();
    for start in (0..taps).step_by(3) {
        let group = start..taps.min(start + 3);
        let inputs: Vec<_> = group.clone().map(Bit::Act).chain(group.clone().map(Bit::Wgt)).collect();
        match group.len() {
            3 => {
                level.lut(width, Table::Xnor3Sum, &inputs, 0, None);
                level.lut(width, Table::Xnor3Carry, &inputs, 1, None);
            }
            2 => level.lut(width, Table::Xnor2, &inputs, 0, Some(1)),
            _ => level.lut(width, Table::Xnor1, &inputs, 0, None),
        }
    }
    level
}

/// Counters over all columns, the lowest first: (2,5) where the next column has two bits to spare, then 6:3, then
/// full adders; what is left passes.
fn next_level(mut columns: Vec<VecDeque<usize>>) -> Level {
    let width = columns.len();
    let mut level = Level::default();
    let mut passed = vec![];
    for c in 0..width {
        while columns[c].len() >= 5 && columns.get(c + 1).is_some_and(|next| next.len() >= 2) {
            let (x, y) = (take(&mut columns[c], 5), take(&mut columns[c + 1], 2));
            level.lut(width, Table::Count25Low, &x, c, Some(c + 1));
            level.lut(width, Table::Count25High, &[&x[2..], &y].concat(), c + 1, Some(c + 2));
        }
        while columns[c].len() >= 6 {
            let x = take(&mut columns[c], 6);
            level.lut(width, Table::Count6Bit0, &x, c, None);
            level.lut(width, Table::Count6Bit1, &x, c + 1, None);
            level.lut(width, Table::Count6Bit2, &x, c + 2, None);
        }
        while columns[c].len() >= 3 {
            let x = take(&mut columns[c], 3);
            level.lut(width, Table::FullAdder, &x, c, Some(c + 1));
        }
        passed.extend(columns[c].drain(..).map(|index| (index, c)));
    }
    for (index, column) in passed {
        level.passed.push(index);
        level.bit(column);
    }
    level
}

fn take(column: &mut VecDeque<usize>, count: usize) -> Vec<Bit> {
    column.drain(..count).map(Bit::Before).collect()
}
