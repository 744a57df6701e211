//! LR rows from memory: of each strip, the columns that head and long skip read.

use super::{BEAT_ADDRESS_BITS, BEAT_BITS, BEAT_BYTES, LENGTH_BITS, burst_length};
use crate::blocks::{RamStyle, ram};
use crate::engine::strip_counter::strip_origin;
use crate::engine::times::times;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, value_bits};
use std::rc::Rc;

const IDLE: u64 = 0;
const MEASURE: u64 = 1;
const ASK: u64 = 2;
const TAKE: u64 = 3;

/// Reads the rows of all strips, one after the other, as far ahead as the ring has room.
pub(in crate::engine) fn row_reader(g: &Geometry) -> Rc<Module> {
    let row_beats = g.input_row() / BEAT_BYTES;
    let mut m = Module::clocked(
        "row_reader",
        format!(
            "LR rows, strip by strip, into a ring of {} rows of {} bytes; row r of all strips lives in slot r mod {}.\n\
             A row of the strip that starts at column s holds the bytes of the columns from max(0, s - stages - 2), rounded\n\
             down to a beat, up to s + {} or the end of the picture. Takes rows up to {} ahead of the oldest that is still read.\n\
             pixel_o is the byte at read_address_i = {{slot, byte}}, one cycle later.",
            g.input_rows,
            g.input_row(),
            g.input_rows,
            g.width,
            g.input_rows
        ),
    );
    let start = m.input("start_i", 1);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let stages = m.input("stages_i", 8);
    let picture = m.input("address_i", BEAT_ADDRESS_BITS);
    let stride = m.input("stride_i", COORDINATE_BITS);
    let oldest = m.input("oldest_row_i", g.step_bits());
    let grant = m.input("grant_i", 1);
    let valid = m.input("valid_i", 1);
    let data = m.input("data_i", BEAT_BITS);
    let slot_bits = index_bits(g.input_rows);
    let byte_bits = index_bits(g.input_row());
    let read_address = m.input("read_address_i", slot_bits + byte_bits);
    let count_bits = value_bits(row_beats).max(LENGTH_BITS + 1);
    let (state_q, state) = m.state("state", 2, IDLE);
    let (rows_q, rows) = m.state("rows_received", g.step_bits(), 0);
    let (row_q, row) = m.state("row", COORDINATE_BITS, 0);
    let (base_q, base) = m.state("strip", COLUMN_BITS, 0);
    let (line_q, line) = m.state("row_address", BEAT_ADDRESS_BITS, 0);
    let (asked_q, asked) = m.state("asked", count_bits, 0);
    let (taken_q, taken) = m.state("taken", count_bits, 0);
    let extent = extent(&mut m, g, &base_q, &width, &stages, count_bits);
    let from = m.wire("from", &(&line_q + &extent.first_beat.extend(BEAT_ADDRESS_BITS)));
    let at = m.wire("read_from", &(&from + &asked_q.extend(BEAT_ADDRESS_BITS)));
    let left = m.wire("left_to_ask", &(&extent.beats - &asked_q));
    let length = burst_length(&mut m, &at, &left);
    let next_asked = m.wire("next_asked", &(&asked_q + &length.extend(count_bits).plus(1)));
    let held = m.wire("rows_held", &(&rows_q - &oldest));
    let room = m.wire("room", &held.lt(&lit(g.input_rows as u64, g.step_bits())));
    let complete = m.wire("row_complete", &(&state_q.is(TAKE) & &taken_q.eq(&extent.beats)));
    let last_row = m.wire("last_row", &row_q.plus(1).eq(&height));
    let next_base = m.wire("next_strip", &base_q.plus(g.width as u64));
    let past = &width.extend(COLUMN_BITS) + &stages.extend(COLUMN_BITS).plus(1);
    let last_strip = m.wire("last_strip", &next_base.ge(&past));
    m.comb(|s| {
        let registers = [(&state, &state_q), (&rows, &rows_q), (&row, &row_q), (&base, &base_q), (&line, &line_q)];
        for (d, q) in registers.into_iter().chain([(&asked, &asked_q), (&taken, &taken_q)]) {
            s.set(d, q);
        }
        s.when(&valid, |s| s.set(&taken, &taken_q.plus(1)));
        s.when(&(&state_q.is(MEASURE) & &room), |s| s.set(&state, &lit(ASK, 2)));
        s.when(&grant, |s| {
            s.set(&asked, &next_asked);
            s.when(&next_asked.eq(&extent.beats), |s| s.set(&state, &lit(TAKE, 2)));
        });
        s.when(&complete, |s| {
            s.set(&state, &lit(MEASURE, 2));
            s.set(&rows, &rows_q.plus(1));
            s.set(&asked, &lit(0, count_bits));
            s.set(&taken, &lit(0, count_bits));
            s.set(&row, &row_q.plus(1));
            s.set(&line, &(&line_q + &stride.extend(BEAT_ADDRESS_BITS)));
            s.when(&last_row, |s| {
                s.set(&row, &lit(0, COORDINATE_BITS));
                s.set(&line, &picture);
                s.set(&base, &next_base);
                s.when(&last_strip, |s| s.set(&state, &lit(IDLE, 2)));
            });
        });
        s.when(&start, |s| {
            s.set(&state, &lit(MEASURE, 2));
            s.set(&rows, &lit(0, g.step_bits()));
            s.set(&row, &lit(0, COORDINATE_BITS));
            s.set(&base, &lit(0, COLUMN_BITS));
            s.set(&line, &picture);
        });
    });
    let beat_bits = index_bits(row_beats);
    let write_address = cat(&[rows_q.slice(0, slot_bits), taken_q.slice(0, beat_bits)]);
    let low = BEAT_BYTES.trailing_zeros() as usize;
    let word = m.instance(
        "ring",
        &ram(g.input_rows * row_beats, BEAT_BITS, RamStyle::Block),
        &[
            ("write_en_i", &valid),
            ("write_address_i", &write_address),
            ("write_data_i", &data),
            ("read_address_i", &read_address.slice(low, slot_bits + byte_bits - low)),
        ],
        &["read_data_o"],
    );
    let byte = m.delay("byte_q", &read_address.slice(0, low));
    let pixel = (1..BEAT_BYTES)
        .fold(word[0].slice(0, 8), |rest, k| choose(&byte.is(k as u64), &word[0].slice(8 * k, 8), &rest));
    m.output("request_o", &state_q.is(ASK));
    m.output("read_from_o", &at);
    m.output("length_o", &length);
    m.output("pixel_o", &pixel);
    m.output("rows_received_o", &rows_q);
    m.output("all_received_o", &state_q.is(IDLE));
    Rc::new(m)
}

/// The beats of a row in a strip.
struct Extent {
    first_beat: Expr,
    beats: Expr,
}

/// One cycle after the strip: the bytes from its origin to those of the column right of it.
fn extent(m: &mut Module, g: &Geometry, base: &Expr, width: &Expr, stages: &Expr, bits: usize) -> Extent {
    let low = BEAT_BYTES.trailing_zeros() as usize;
    let origin = strip_origin(m, g, "strip", base, stages);
    let end = m.wire("strip_end", &base.plus(g.width as u64 + 1));
    let width = m.wire("picture_end", &width.extend(COLUMN_BITS));
    let end = m.wire("last_column", &choose(&end.lt(&width), &end, &width));
    let end = times(m, "last_column", &end, g.colours);
    let length = m.wire("strip_bytes", &(&end - &origin).plus(BEAT_BYTES as u64 - 1));
    let first_beat = m.delay("first_beat_q", &origin.slice(low, COLUMN_BITS - low));
    let beats = m.delay("beats_q", &length.slice(low, bits));
    m.drops("strip_bytes", &length.slice(0, low));
    m.drops("strip_bytes_high", &length.slice(low + bits, COLUMN_BITS - low - bits));
    Extent { first_beat, beats }
}
