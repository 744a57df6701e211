//! Four rows of sums, read two columns at a time.
//!
//! Even and odd columns lie in banks of their own, and so does each group of `U` of the `P` channels that are written
//! together. In strips, column 0 of the store is that left of the first one of the row.

use super::issue::Issue;
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, choose, index_bits, lit, pick};

/// `U` channels of the odd and of the even column that a round reads, 0 outside the picture, two cycles later.
pub(super) fn columns(m: &mut Module, g: &Geometry, issue: &Issue) -> [Expr; 2] {
    let valid = m.input("sum_valid_i", 1);
    let row = m.input("sum_row_i", 2);
    let pass = m.input("sum_pass_i", g.pass_bits());
    if g.passes == 1 {
        m.drops("sum_pass", &pass);
    }
    let column = m.input("sum_column_i", g.sum_column_bits());
    let data = m.input("sum_i", g.lanes * g.sum_bits());
    let index = column.slice(1, column.width() - 1);
    let write = m.wire("write_address", &address(g, &row, &pass, &index));
    let pair = issue.pair.slice(0, index.width());
    // In strips the store begins with the odd column before the first pair.
    let before = if g.memory { pair.clone() } else { m.wire("pair_before", &pair.minus(1)) };
    let odd = m.wire("odd_address", &address(g, &issue.row, &issue.pass, &before));
    let even = m.wire("even_address", &address(g, &issue.row, &issue.pass, &pair));
    let parts = g.lanes / g.tail_channels;
    let part = if parts == 1 { issue.part.clone() } else { m.delay("part_late_q", &issue.part) };
    let is_odd = if g.memory { !&column.bit(0) } else { column.bit(0) };
    [("odd", odd, is_odd.clone()), ("even", even, !&is_odd)].map(|(name, read, here)| {
        let enable = m.wire(&format!("{name}_write"), &(&valid & &here));
        let word = g.tail_channels * g.sum_bits();
        let bank = ram(g.tail_depth(), word, RamStyle::Block);
        let banks: Vec<Expr> = (0..parts)
            .map(|part| {
                let data = data.slice(part * word, word);
                let ports = [
                    ("write_en_i", &enable),
                    ("write_address_i", &write),
                    ("write_data_i", &data),
                    ("read_address_i", &read),
                ];
                m.instance(&format!("{name}{part}"), &bank, &ports, &["read_data_o"]).remove(0)
            })
            .collect();
        let inside = &issue.inside[usize::from(name == "even")];
        let inside = m.delay(&format!("{name}_inside_q"), inside);
        let column = choose(&inside, &pick(&part, &banks), &lit(0, word));
        m.delay(&format!("{name}_q"), &column)
    })
}

/// `(row * passes + pass) * n + index`, with `n` pairs of columns in a row of the store.
fn address(g: &Geometry, row: &Expr, pass: &Expr, index: &Expr) -> Expr {
    let bits = index_bits(g.tail_depth());
    let at = |k: usize| lit((k * g.sum_columns().div_ceil(2)) as u64, bits);
    let row = (1..4).fold(at(0), |rest, k| choose(&row.is(k as u64), &at(k * g.passes), &rest));
    let pass = (1..g.passes).fold(at(0), |rest, k| choose(&pass.is(k as u64), &at(k), &rest));
    &(&row + &pass) + &index.extend(bits)
}
