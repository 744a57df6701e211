//! Column compression: from taps to at most three bits a column.
//!
//! Every bit has a weight, `2^column`, and every level keeps the invariant `sum of bits * weight = agree`, where the
//! carries of the parity tree that have not arrived yet count, too. As `agree <= taps < 2^width`, a bit of column
//! `width` or more is never 1: the netlist does not make it.

use super::policy::{ADD_DEPTH, DEPTH, Policy};
use super::table::Table;
use super::tree::{Item, Tree};
use crate::rtl::value_bits;
use std::collections::VecDeque;

/// Bits of a column that the last add takes.
pub(super) const ROWS: usize = 3;

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
    /// The parity of an item's activations, in the given cycle.
    ActParity(usize, Item),
    /// Bit of the weight parities of the given cycle.
    WgtParity(usize, usize),
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
    /// Whether a register follows.
    pub register: bool,
}

/// The levels of a popcount, up to the last add.
#[derive(Clone, Debug)]
pub(super) struct Netlist {
    /// Bits of the count.
    pub width: usize,
    pub levels: Vec<Level>,
}

impl Netlist {
    /// The netlist of a tree, with at most `registers` registers between its levels.
    pub(super) fn new(tree: &Tree, registers: usize, policy: &Policy) -> Self {
        let width = value_bits(tree.taps());
        let mut first = Level::default();
        arrive(&mut first, tree, width, 1);
        let mut netlist = Self { width, levels: vec![first] };
        let (mut time, mut since) = (1, 1);
        loop {
            let columns = netlist.columns();
            let narrow = columns.iter().all(|c| c.len() <= ROWS);
            if narrow && time >= tree.times {
                // The last add has a cycle of its own where there is one.
                netlist.last_level().register = time <= registers && since + ADD_DEPTH > DEPTH;
                return netlist;
            }
            let cut = time <= registers && (narrow || since == policy.segment(time));
            if cut {
                netlist.last_level().register = true;
                (time, since) = (time + 1, 0);
            }
            since += 1;
            let index = netlist.levels.len();
            let mut level = Level::default();
            if cut && time <= tree.times {
                arrive(&mut level, tree, width, time);
            }
            netlist.levels.push(next_level(level, columns, index, policy));
        }
    }

    fn last_level(&mut self) -> &mut Level {
        self.levels.last_mut().expect("there is a first level")
    }

    /// The bits of each column after the last level, at most [`ROWS`].
    pub(super) fn columns(&self) -> Vec<VecDeque<usize>> {
        let mut columns = vec![VecDeque::new(); self.width];
        let last = self.levels.last().expect("there is a first level");
        for (index, &column) in last.columns.iter().enumerate() {
            columns[column].push_back(index);
        }
        columns
    }

    /// Registers between the levels.
    pub(super) fn registers(&self) -> usize {
        self.levels.iter().filter(|level| level.register).count()
    }

    /// LUT sites of the levels.
    pub(super) fn sites(&self) -> usize {
        self.levels.iter().map(|level| level.luts.len()).sum()
    }

    /// Flip-flops of the registers between the levels, if none became a shift register.
    pub(super) fn register_bits(&self) -> usize {
        self.levels.iter().filter(|level| level.register).map(|level| level.columns.len()).sum()
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

/// The carries of the tree that are made in a cycle, and with the root's the lowest bit of the count.
fn arrive(level: &mut Level, tree: &Tree, width: usize, time: usize) {
    if let Item::Tap(tap) = tree.root {
        return level.lut(width, Table::Xnor1, &[Bit::Act(tap), Bit::Wgt(tap)], 0, None);
    }
    let mut parity = 0;
    for node in tree.carries(time) {
        let children = &tree.nodes[node].children;
        let mut pins = vec![];
        if tree.reads_taps(node) {
            let taps = tree.taps_of(Item::Node(node));
            pins.extend(taps.iter().map(|&tap| Bit::Act(tap)));
            pins.extend(taps.iter().map(|&tap| Bit::Wgt(tap)));
        } else {
            pins.extend(children.iter().map(|&child| Bit::ActParity(time, child)));
            pins.extend((parity..parity + children.len()).map(|k| Bit::WgtParity(time, k)));
            parity += children.len();
        }
        let is_root = tree.root == Item::Node(node);
        let (pair, sum, carry) = if tree.reads_taps(node) {
            (Table::Xnor2, Table::Xnor3Sum, Table::Xnor3Carry)
        } else {
            (Table::Parity2, Table::Parity3Sum, Table::Parity3Carry)
        };
        if children.len() == 2 {
            debug_assert!(is_root, "a pair is grouped last");
            level.lut(width, pair, &pins, 0, Some(1));
        } else {
            if is_root {
                level.lut(width, sum, &pins, 0, None);
            }
            level.lut(width, carry, &pins, 1, None);
        }
    }
}

/// Counters over all columns, the lowest first: (2,5) where the next column has two bits to spare, then as many full
/// adders as the policy wants; what is left passes.
fn next_level(mut level: Level, mut columns: Vec<VecDeque<usize>>, index: usize, policy: &Policy) -> Level {
    let width = columns.len();
    let heights: Vec<_> = columns.iter().map(VecDeque::len).collect();
    let mut passed = vec![];
    for c in 0..width {
        while columns[c].len() >= 5 && columns.get(c + 1).is_some_and(|next| next.len() >= 2) {
            let (x, y) = (take(&mut columns[c], 5), take(&mut columns[c + 1], 2));
            level.lut(width, Table::Count25Low, &x, c, Some(c + 1));
            level.lut(width, Table::Count25High, &[&x[2..], &y].concat(), c + 1, Some(c + 2));
        }
        for _ in 0..policy.full_adders(index, &heights, columns[c].len()) {
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
