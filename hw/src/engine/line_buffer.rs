//! The lines of pixels that one row becomes: the tail makes them side by side, the output takes them one after the other.

use super::times::times;
use crate::blocks::{RamStyle, ram};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};
use std::rc::Rc;

/// Rows that may be under way: one is filled while the other is sent.
pub(crate) const ROWS: u64 = 2;

/// Words of the memory: two halves of `s` lines, each padded to a power of two.
fn depth(g: &Geometry) -> usize {
    let lines = if g.scale == 1 { 1 } else { 1 << index_bits(g.scale) };
    (2 * lines) << column_bits(g)
}

/// Bits of a byte's place in a line.
pub(super) fn column_bits(g: &Geometry) -> usize {
    index_bits(g.line_outputs() * g.width)
}

/// Bits of the width that say where a line ends: of its bytes the columns' bits.
pub(super) fn width_bits(g: &Geometry) -> usize {
    column_bits(g) - g.line_outputs().trailing_zeros() as usize
}

/// Two rows of `s` lines of `s * w` pixels, a byte a colour.
pub(super) fn line_buffer(g: &Geometry) -> Rc<Module> {
    let s = g.scale;
    let mut m = Module::clocked(
        "line_buffer",
        format!(
            "Bytes of {ROWS} rows, {s} line(s) each: written in any order until row_done_i, sent in raster order, one a\n\
             cycle in which taken_i is set. room_o says that one more row may begin; the last byte of a row that was\n\
             done with picture_ends_i is the last of the picture.{}",
            if g.memory { " width_i is that of the row that begins." } else { "" }
        ),
    );
    let width = m.input("width_i", width_bits(g));
    let begins = m.input("row_begins_i", 1);
    let done = m.input("row_done_i", 1);
    let ends = m.input("picture_ends_i", 1);
    let enable = m.input("write_en_i", 1);
    let line = m.input("write_line_i", index_bits(s));
    let column = m.input("write_column_i", column_bits(g));
    let data = m.input("write_data_i", 8);
    let taken = m.input("taken_i", 1);
    let (under_way_q, under_way) = m.state("under_way", 2, 0);
    let (complete_q, complete) = m.state("complete", 2, 0);
    let (filled_q, filled) = m.state("filled_half", 1, 0);
    let (sent_q, sent) = m.state("sent_half", 1, 0);
    let (sending_q, sending) = m.state("sending", 1, 0);
    let (line_q, line_d) = m.state("line", index_bits(s), 0);
    let (column_q, column_d) = m.state("column", column_bits(g), 0);
    let last_of_picture: Vec<Expr> = (0..ROWS)
        .map(|half| {
            let kept = m.register_free(&format!("ends{half}_q"), 1, false);
            let here = &done & &filled_q.is(half);
            m.drive_when(&kept, &here, &ends);
            kept.q
        })
        .collect();
    let width = if g.memory { width_of_row(&mut m, &width, &begins, &sent_q) } else { width };
    let bytes = line_bytes(&mut m, g, &width);
    let line_ends = column_q.plus(1).eq(&bytes);
    let last_column = m.wire("last_column", &line_ends);
    let last_line = m.wire("last_line", &(&last_column & &line_q.is(s as u64 - 1)));
    let takes = m.wire("takes", &(&sending_q & &taken));
    let leaves = m.wire("leaves", &(&takes & &last_line));
    m.comb(|scope| {
        for (d, q) in [
            (&under_way, &under_way_q),
            (&complete, &complete_q),
            (&filled, &filled_q),
            (&sent, &sent_q),
            (&sending, &sending_q),
            (&line_d, &line_q),
            (&column_d, &column_q),
        ] {
            scope.set(d, q);
        }
        for (d, q, up) in [(&under_way, &under_way_q, &begins), (&complete, &complete_q, &done)] {
            scope.when(&(up & &!&leaves), |scope| scope.set(d, &q.plus(1)));
            scope.when(&(&!up & &leaves), |scope| scope.set(d, &q.minus(1)));
        }
        scope.when(&done, |scope| scope.set(&filled, &!&filled_q));
        scope.when(&(&!&sending_q & &complete_q.any()), |scope| scope.set(&sending, &lit(1, 1)));
        scope.when(&takes, |scope| {
            scope.set(&column_d, &column_q.plus(1));
            scope.when(&last_column, |scope| {
                scope.set(&column_d, &lit(0, column_q.width()));
                scope.set(&line_d, &line_q.plus(1));
            });
        });
        scope.when(&leaves, |scope| {
            scope.set(&line_d, &lit(0, line_q.width()));
            scope.set(&sending, &lit(0, 1));
            scope.set(&sent, &!&sent_q);
        });
    });
    let address = |half: &Expr, line: &Expr, column: &Expr| {
        if s == 1 { cat(&[half.clone(), column.clone()]) } else { cat(&[half.clone(), line.clone(), column.clone()]) }
    };
    if s == 1 {
        m.drops("write_line", &line);
    }
    let write = address(&filled_q, &line, &column);
    // The next byte's: it is at the output in the cycle in which it is next.
    let read = address(&sent, &line_d, &column_d);
    let ports =
        [("write_en_i", &enable), ("write_address_i", &write), ("write_data_i", &data), ("read_address_i", &read)];
    let pixel = m.instance("lines", &ram(depth(g), 8, RamStyle::Block), &ports, &["read_data_o"]);
    m.output("room_o", &under_way_q.lt(&lit(ROWS, 2)));
    m.output("valid_o", &sending_q);
    m.output("data_o", &pixel[0]);
    let ends = choose(&sent_q, &last_of_picture[1], &last_of_picture[0]);
    m.output("last_o", &(&last_line & &ends));
    Rc::new(m)
}

/// In strips, every row has a width of its own, kept when it begins until it is sent.
fn width_of_row(m: &mut Module, width: &Expr, begins: &Expr, sent: &Expr) -> Expr {
    let (begun_q, begun) = m.state("begun_half", 1, 0);
    m.comb(|s| s.set(&begun, &(&begun_q ^ begins)));
    let kept: Vec<Expr> = (0..ROWS)
        .map(|half| {
            let kept = m.register_free(&format!("width{half}_q"), width.width(), false);
            let here = begins & &begun_q.is(half);
            m.drive_when(&kept, &here, width);
            kept.q
        })
        .collect();
    m.wire("width_sent", &choose(sent, &kept[1], &kept[0]))
}

/// Bytes of a line modulo the columns' bits.
fn line_bytes(m: &mut Module, g: &Geometry, width: &Expr) -> Expr {
    let zeros = g.line_outputs().trailing_zeros() as usize;
    let product = times(m, "width", width, g.line_outputs() >> zeros);
    if zeros == 0 { product } else { cat(&[product, lit(0, zeros)]) }
}
