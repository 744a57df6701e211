//! The order of the tail: output rows, columns, taps, passes.

use super::weight_records;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, index_bits, lit};

/// One tap of a group of outputs.
pub(super) struct Issue {
    /// This tap is issued.
    pub valid: Expr,
    /// The first of its group.
    pub first: Expr,
    /// The last of its group.
    pub last: Expr,
    /// The tap lies in the picture.
    pub inside: Expr,
    /// Row of the store.
    pub row: Expr,
    pub column: Expr,
    pub pass: Expr,
    /// Record of the weights.
    pub record: Expr,
    /// Output row `i`.
    pub line: Expr,
    /// The group ends the picture.
    pub ends: Expr,
}

struct Place {
    run: (Expr, Expr),
    line: (Expr, Expr),
    column: (Expr, Expr),
    ky: (Expr, Expr),
    kx: (Expr, Expr),
    pass: (Expr, Expr),
    record: (Expr, Expr),
    /// First record of the output row.
    line_record: (Expr, Expr),
}

/// One tap a cycle; a group starts only when the queue has room for it.
pub(super) fn issue(m: &mut Module, g: &Geometry) -> Issue {
    let start = m.input("start_i", 1);
    let active = m.input("active_i", 1);
    let row = m.input("row_i", COORDINATE_BITS);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let room = m.input("room_i", 1);
    let records = index_bits(weight_records(g));
    let lines = index_bits(g.scale);
    let p = Place {
        run: m.state("run", 1, 0),
        line: m.state("line", lines, 0),
        column: m.state("column", COORDINATE_BITS, 0),
        ky: m.state("ky", 2, 0),
        kx: m.state("kx", 2, 0),
        pass: m.state("pass", g.pass_bits(), 0),
        record: m.state("record", records, 0),
        line_record: m.state("line_record", records, 0),
    };
    let first = &(&p.ky.0.is(0) & &p.kx.0.is(0)) & &p.pass.0.is(0);
    let first = m.wire("first_tap", &first);
    let valid = m.wire("issued", &(&p.run.0 & &(&!&first | &room)));
    let last_pass = m.wire("last_pass", &p.pass.0.is(g.passes as u64 - 1));
    let last_kx = m.wire("last_kx", &(&last_pass & &p.kx.0.is(2)));
    let last = m.wire("last_tap", &(&last_kx & &p.ky.0.is(2)));
    let last_column = m.wire("last_column", &(&last & &p.column.0.plus(1).eq(&width)));
    let last_line = m.wire("last_line", &p.line.0.is(g.scale as u64 - 1));
    let next_line = p.line_record.0.plus(g.tail_steps() as u64);
    m.comb(|s| {
        for (q, d) in [&p.run, &p.line, &p.column, &p.ky, &p.kx, &p.pass, &p.record, &p.line_record] {
            s.set(d, q);
        }
        s.when(&valid, |s| {
            s.set(&p.pass.1, &p.pass.0.plus(1));
            s.set(&p.record.1, &p.record.0.plus(1));
            s.when(&last_pass, |s| {
                s.set(&p.pass.1, &lit(0, g.pass_bits()));
                s.set(&p.kx.1, &p.kx.0.plus(1));
            });
            s.when(&last_kx, |s| {
                s.set(&p.kx.1, &lit(0, 2));
                s.set(&p.ky.1, &p.ky.0.plus(1));
            });
            s.when(&last, |s| {
                s.set(&p.ky.1, &lit(0, 2));
                s.set(&p.column.1, &p.column.0.plus(1));
                s.set(&p.record.1, &p.line_record.0);
            });
            s.when(&last_column, |s| {
                s.set(&p.column.1, &lit(0, COORDINATE_BITS));
                s.set(&p.line.1, &p.line.0.plus(1));
                s.set(&p.record.1, &next_line);
                s.set(&p.line_record.1, &next_line);
                s.when(&last_line, |s| s.set(&p.run.1, &lit(0, 1)));
            });
        });
        s.when(&(&start & &active), |s| {
            s.set(&p.run.1, &lit(1, 1));
            for d in [&p.line.1, &p.record.1, &p.line_record.1] {
                s.set(d, &lit(0, d.width()));
            }
        });
    });
    m.output("idle_o", &!&p.run.0);
    m.output("group_o", &(&valid & &first));
    let tap_row = m.wire("tap_row", &(&row.slice(0, 2) + &p.ky.0).minus(1));
    let column_bits = index_bits(g.width);
    let tap_offset = p.kx.0.slice(0, 2.min(column_bits)).extend(column_bits);
    let tap_column = m.wire("tap_column", &(&p.column.0.slice(0, column_bits) + &tap_offset).minus(1));
    let outside_row = &(&p.ky.0.is(0) & &row.is(0)) | &(&p.ky.0.is(2) & &row.plus(1).eq(&height));
    let outside_column = &(&p.kx.0.is(0) & &p.column.0.is(0)) | &(&p.kx.0.is(2) & &p.column.0.plus(1).eq(&width));
    let ends = &(&last_column & &last_line) & &row.plus(1).eq(&height);
    Issue {
        inside: m.wire("tap_inside", &!&(&outside_row | &outside_column)),
        row: tap_row,
        column: tap_column,
        pass: p.pass.0.clone(),
        record: p.record.0.clone(),
        line: p.line.0.clone(),
        ends: m.wire("ends_picture", &ends),
        valid,
        first,
        last,
    }
}
