//! Four rows of sums, written by groups of `sum_lanes` channels of a column, read by `U` channels of two columns.
//!
//! Even and odd columns lie in banks of their own, and so do the channels of a *block*, the fewest that are whole groups
//! of either: a bank holds as many of them as divide both. In strips, column 0 of the store is that left of the first one
//! of the row.

use super::issue::Issue;
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, pick};

/// How the channels of a column are laid out.
struct Layout {
    /// Channels of a bank.
    bank: usize,
    /// Banks of a block.
    banks: usize,
    /// Blocks of a column.
    blocks: usize,
    /// Words of a block in a row: every other column.
    columns: usize,
}

impl Layout {
    fn new(g: &Geometry) -> Self {
        let bank = gcd(g.sum_lanes(), g.tail_channels);
        let banks = g.sum_lanes() * g.tail_channels / (bank * bank);
        Self { bank, banks, blocks: g.tail_inputs() / (bank * banks), columns: g.sum_columns().div_ceil(2) }
    }

    /// Groups of so many channels in a block.
    fn groups(&self, channels: usize) -> usize {
        self.bank * self.banks / channels
    }

    fn depth(&self) -> usize {
        4 * self.blocks * self.columns
    }

    /// `(row * blocks + block) * columns + index`, of the block of a group of so many channels.
    fn address(&self, row: &Expr, channels: usize, group: &Expr, index: &Expr) -> Expr {
        let at = |block: usize| lit((block * self.columns) as u64, index_bits(self.depth()));
        let groups = self.groups(channels);
        let row = pick(row, &(0..4).map(|row| at(row * self.blocks)).collect::<Vec<_>>());
        let block = pick(group, &(0..self.blocks * groups).map(|group| at(group / groups)).collect::<Vec<_>>());
        &(&row + &block) + &index.extend(index_bits(self.depth()))
    }

    /// Which group of its block a group of so many channels is.
    fn in_block(&self, channels: usize, group: &Expr) -> Expr {
        let groups = self.groups(channels);
        let which = |group: usize| lit((group % groups) as u64, index_bits(groups));
        pick(group, &(0..self.blocks * groups).map(which).collect::<Vec<_>>())
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// `U` channels of the odd and of the even column that a round reads, 0 outside the picture, two cycles later.
pub(super) fn columns(m: &mut Module, g: &Geometry, issue: &Issue) -> [Expr; 2] {
    let layout = Layout::new(g);
    let valid = m.input("sum_valid_i", 1);
    let row = m.input("sum_row_i", 2);
    let group = m.input("sum_group_i", index_bits(g.sum_groups()));
    if g.sum_groups() == 1 {
        m.drops("sum_group", &group);
    }
    let column = m.input("sum_column_i", g.sum_column_bits());
    let data = m.input("sum_i", g.sum_lanes() * g.sum_bits());
    let index = column.slice(1, column.width() - 1);
    let write = m.wire("write_address", &layout.address(&row, g.sum_lanes(), &group, &index));
    let written = m.wire("written_in_block", &layout.in_block(g.sum_lanes(), &group));
    let pair = issue.pair.slice(0, index.width());
    // In strips the store begins with the odd column before the first pair.
    let before = if g.memory { pair.clone() } else { m.wire("pair_before", &pair.minus(1)) };
    let mut read =
        |name: &str, index: &Expr| m.wire(name, &layout.address(&issue.row, g.tail_channels, &issue.group, index));
    let (odd, even) = (read("odd_address", &before), read("even_address", &pair));
    let chosen = layout.in_block(g.tail_channels, &issue.group);
    let chosen = if layout.groups(g.tail_channels) == 1 { chosen } else { m.delay("read_in_block_q", &chosen) };
    let bits = layout.bank * g.sum_bits();
    let (banks_written, banks_read) = (g.sum_lanes() / layout.bank, g.tail_channels / layout.bank);
    let memory = ram(layout.depth(), bits, RamStyle::Block);
    let is_odd = if g.memory { !&column.bit(0) } else { column.bit(0) };
    [("odd", odd, is_odd.clone()), ("even", even, !&is_odd)].map(|(name, read, here)| {
        let banks: Vec<Expr> = (0..layout.banks)
            .map(|bank| {
                let here = &(&valid & &here) & &written.is((bank / banks_written) as u64);
                let here = m.wire(&format!("{name}{bank}_write"), &here);
                let own = data.slice(bank % banks_written * bits, bits);
                let ports = [
                    ("write_en_i", &here),
                    ("write_address_i", &write),
                    ("write_data_i", &own),
                    ("read_address_i", &read),
                ];
                m.instance(&format!("{name}{bank}"), &memory, &ports, &["read_data_o"]).remove(0)
            })
            .collect();
        let groups: Vec<Expr> =
            banks.chunks(banks_read).map(|own| cat(&own.iter().rev().cloned().collect::<Vec<_>>())).collect();
        let inside = &issue.inside[usize::from(name == "even")];
        let inside = m.delay(&format!("{name}_inside_q"), inside);
        let column = choose(&inside, &pick(&chosen, &groups), &lit(0, g.tail_channels * g.sum_bits()));
        m.delay(&format!("{name}_q"), &column)
    })
}
