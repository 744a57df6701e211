//! Bytes of SR pixels into beats of the lines that they belong to.

use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BEAT_BYTES};
use crate::engine::times::times;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};
use std::rc::Rc;

/// Takes the bytes of the tail in order: strips, rows, the lines of a row, columns, the colours of a pixel.
pub(in crate::engine) fn line_writer(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "line_writer",
        format!(
            "Bytes of SR pixels, one a cycle, packed into beats of the lines of the picture in memory: strips, rows, {} line(s) of a\n\
             row, the columns of the strip. A beat goes to the write queue when it is full or its line ends; bytes outside\n\
             the strip are not strobed. ended_o: the last beat of the picture has gone.",
            g.scale
        ),
    );
    let start = m.input("start_i", 1);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let picture = m.input("address_i", BEAT_ADDRESS_BITS);
    let stride = m.input("stride_i", COORDINATE_BITS);
    let valid = m.input("valid_i", 1);
    let data = m.input("data_i", 8);
    let room = m.input("room_i", 1);
    let (open_q, open) = m.state("open", 1, 0);
    let (measured_q, measured) = m.state("measured", 1, 0);
    let (settled_q, settled) = m.state("settled", 1, 0);
    let (base_q, base) = m.state("strip", COLUMN_BITS, 0);
    let (row_q, row) = m.state("row", COORDINATE_BITS, 0);
    let (place_q, place) = m.state("line", index_bits(g.scale), 0);
    let (line_q, line) = m.state("line_address", BEAT_ADDRESS_BITS, 0);
    let (column_q, column) = m.state("column", COLUMN_BITS, 0);
    let deep = m.wire("depth", &stages.extend(COLUMN_BITS));
    let wide = m.wire("picture_width", &width.extend(COLUMN_BITS));
    let begins = m.wire("in_first_strip", &base_q.is(0));
    let left = m.wire("strip_left", &(&base_q - &deep).minus(1));
    let end = m.wire("strip_end", &left.plus(g.width as u64));
    let last_strip = m.wire("last_strip", &end.ge(&wide));
    let first = m.wire("first_column", &choose(&begins, &lit(0, COLUMN_BITS), &left));
    let first = times(&mut m, "first_column", &first, g.line_outputs());
    let first = m.delay("first_q", &first);
    let end = m.wire("end_column", &choose(&last_strip, &wide, &end));
    let end = times(&mut m, "end_column", &end, g.line_outputs());
    let end = m.delay("end_q", &end);
    let takes = m.wire("takes", &(&(&valid & &room) & &(&open_q & &settled_q)));
    let line_ends = m.wire("line_ends", &column_q.plus(1).eq(&end));
    let row_ends = m.wire("row_ends", &(&line_ends & &place_q.is(g.scale as u64 - 1)));
    let last_row = m.wire("last_row", &row_q.plus(1).eq(&height));
    m.comb(|s| {
        let registers = [(&open, &open_q), (&base, &base_q), (&row, &row_q), (&place, &place_q)];
        for (d, q) in registers.into_iter().chain([(&line, &line_q), (&column, &column_q)]) {
            s.set(d, q);
        }
        s.set(&measured, &open_q);
        s.set(&settled, &(&open_q & &measured_q));
        s.when(&!&settled_q, |s| s.set(&column, &first));
        s.when(&takes, |s| {
            s.set(&column, &column_q.plus(1));
            s.when(&line_ends, |s| {
                s.set(&column, &first);
                s.set(&place, &place_q.plus(1));
                s.set(&line, &(&line_q + &stride.extend(BEAT_ADDRESS_BITS)));
            });
            s.when(&row_ends, |s| {
                s.set(&place, &lit(0, index_bits(g.scale)));
                s.set(&row, &row_q.plus(1));
                s.when(&last_row, |s| {
                    s.set(&row, &lit(0, COORDINATE_BITS));
                    s.set(&line, &picture);
                    s.set(&base, &base_q.plus(g.width as u64));
                    s.set(&measured, &lit(0, 1));
                    s.set(&settled, &lit(0, 1));
                    s.when(&last_strip, |s| s.set(&open, &lit(0, 1)));
                });
            });
        });
        s.when(&start, |s| {
            s.set(&open, &lit(1, 1));
            s.set(&measured, &lit(0, 1));
            s.set(&settled, &lit(0, 1));
            s.set(&base, &lit(0, COLUMN_BITS));
            s.set(&row, &lit(0, COORDINATE_BITS));
            s.set(&place, &lit(0, index_bits(g.scale)));
            s.set(&line, &picture);
        });
    });
    let pack = Pack { takes, line_ends, start, column: column_q, line: line_q };
    pack.beats(&mut m, &data);
    m.output("taken_o", &(&room & &(&open_q & &settled_q)));
    m.output("ended_o", &!&open_q);
    Rc::new(m)
}

struct Pack {
    takes: Expr,
    line_ends: Expr,
    start: Expr,
    column: Expr,
    line: Expr,
}

impl Pack {
    /// A beat is pushed a cycle after its last byte, while the next beat's first byte arrives.
    fn beats(&self, m: &mut Module, data: &Expr) {
        let low = index_bits(BEAT_BYTES);
        let lane = m.wire("byte_lane", &self.column.slice(0, low));
        let full = m.wire("beat_full", &(&self.takes & &(&self.line_ends | &lane.is(BEAT_BYTES as u64 - 1))));
        let push = m.delay_reset("push_q", &full);
        let last = m.delay("last_q", &self.line_ends);
        let beat = self.column.slice(low, COLUMN_BITS - low).extend(BEAT_ADDRESS_BITS);
        let address = m.delay("address_q", &(&self.line + &beat));
        let bytes: Vec<(Expr, Expr)> = (0..BEAT_BYTES)
            .map(|k| {
                let here = m.wire(&format!("takes{k}"), &(&self.takes & &lane.is(k as u64)));
                let byte = m.register_free(&format!("byte{k}_q"), 8, false);
                m.drive_when(&byte, &here, data);
                let (strobe_q, strobe) = m.state(&format!("strobe{k}"), 1, 0);
                m.comb(|s| s.set(&strobe, &(&here | &(&strobe_q & &!&(&push | &self.start)))));
                (byte.q, strobe_q)
            })
            .collect();
        let all = |pick: &dyn Fn(&(Expr, Expr)) -> Expr| cat(&bytes.iter().rev().map(pick).collect::<Vec<_>>());
        let word = all(&|byte| byte.0.clone());
        debug_assert_eq!(word.width(), BEAT_BITS);
        m.output("push_o", &push);
        m.output("last_o", &last);
        m.output("beat_address_o", &address);
        m.output("data_o", &word);
        m.output("strobe_o", &all(&|byte| byte.1.clone()));
    }
}
