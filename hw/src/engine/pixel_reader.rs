//! The input: bytes of pixels from AXI4-Stream into a ring of rows.

use super::times::times;
use crate::blocks::{RamStyle, ram};
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Module, cat, index_bits, lit};
use std::rc::Rc;

/// Takes a beat a cycle while the ring has room.
pub(super) fn pixel_reader(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "pixel_reader",
        format!(
            "LR pixels, raster order, a byte a beat, into a ring of {} rows; row r lives in slot r mod {}.\n\
             Takes rows up to {} ahead of the oldest that is still read. TLAST belongs on the last byte of the frame.",
            g.input_rows, g.input_rows, g.input_rows
        ),
    );
    let start = m.input("start_i", 1);
    let width = m.input("width_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let oldest = m.input("oldest_row_i", COORDINATE_BITS);
    let data = m.input("tdata_i", 8);
    let valid = m.input("tvalid_i", 1);
    let last = m.input("tlast_i", 1);
    let columns = index_bits(g.input_row());
    let rows = index_bits(g.input_rows);
    let read_address = m.input("read_address_i", rows + columns);
    let (open_q, open) = m.state("open", 1, 0);
    let (row_q, row) = m.state("row", COORDINATE_BITS, 0);
    let (column_q, column) = m.state("column", COORDINATE_BITS, 0);
    let held = m.wire("rows_held", &(&row_q - &oldest));
    let ready = m.wire("ready", &(&open_q & &held.lt(&lit(g.input_rows as u64, COORDINATE_BITS))));
    let beat = m.wire("beat", &(&ready & &valid));
    let bytes = times(&mut m, "width", &width, g.colours);
    let row_ends = m.wire("row_ends", &column_q.plus(1).eq(&bytes));
    let frame_ends = m.wire("frame_ends", &(&row_ends & &row_q.plus(1).eq(&height)));
    m.comb(|s| {
        s.set(&open, &open_q);
        s.set(&row, &row_q);
        s.set(&column, &column_q);
        s.when(&beat, |s| {
            s.set(&column, &column_q.plus(1));
            s.when(&row_ends, |s| {
                s.set(&column, &lit(0, COORDINATE_BITS));
                s.set(&row, &row_q.plus(1));
            });
            s.when(&(&frame_ends | &last), |s| s.set(&open, &lit(0, 1)));
        });
        s.when(&start, |s| {
            s.set(&open, &lit(1, 1));
            s.set(&row, &lit(0, COORDINATE_BITS));
            s.set(&column, &lit(0, COORDINATE_BITS));
        });
    });
    let write_address = cat(&[row_q.slice(0, rows), column_q.slice(0, columns)]);
    let pixel = m.instance(
        "ring",
        &ram(g.input_rows << columns, 8, RamStyle::Block),
        &[
            ("write_en_i", &beat),
            ("write_address_i", &write_address),
            ("write_data_i", &data),
            ("read_address_i", &read_address),
        ],
        &["read_data_o"],
    );
    m.output("pixel_o", &pixel[0]);
    m.output("tready_o", &ready);
    m.output("rows_received_o", &row_q);
    m.output("beat_o", &beat);
    m.output("early_last_o", &(&(&beat & &last) & &!&frame_ends));
    m.output("missing_last_o", &(&(&beat & &!&last) & &frame_ends));
    Rc::new(m)
}
