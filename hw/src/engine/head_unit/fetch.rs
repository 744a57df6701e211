//! The 3x3 input windows of the head's row and of the long skip's row.

use crate::engine::step_counter::STEP_BITS;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry, INPUT_BITS};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, slit};

/// In strips, of the head's and the long skip's row: the slot of the ring and the column of its first byte.
struct Strip {
    lines: [Expr; 2],
    origins: [Expr; 2],
}

/// Where the controller is.
pub(super) struct Fetch {
    pub start: Expr,
    pub fetching: Expr,
    pub count: Expr,
    pub head_pixel: Expr,
    pub skip_pixel: Expr,
    pub width: Expr,
}

/// Windows of the head and of the long skip, nine inputs each, row by row; they move on at the end of a fetch.
///
/// A fetch reads the column right of the pixel: three rows for the head, three for the long skip.
pub(super) fn windows(m: &mut Module, g: &Geometry, f: &Fetch) -> (Vec<Expr>, Vec<Expr>) {
    let head_row = m.input("head_row_i", COORDINATE_BITS);
    let skip_row = m.input("skip_row_i", COORDINATE_BITS);
    let row_bits = index_bits(g.input_rows);
    let strip = g.memory.then(|| Strip {
        lines: ["head_line_i", "skip_line_i"].map(|name| m.input(name, row_bits)),
        origins: ["head_origin_i", "skip_origin_i"].map(|name| m.input(name, COLUMN_BITS)),
    });
    let height = m.input("height_i", COORDINATE_BITS);
    let second = m.wire("fetch_skip", &f.count.ge(&lit(3, 8)));
    let tap_row = m.wire("fetch_tap", &choose(&second, &f.count.minus(3), &f.count));
    let row = m.wire("fetch_row", &choose(&second, &skip_row, &head_row));
    let pixel = m.wire("fetch_pixel", &choose(&second, &f.skip_pixel, &f.head_pixel));
    let column = m.wire("fetch_column", &pixel.plus(1));
    let tap_offset = tap_row.slice(0, 2).extend(row_bits);
    let at = |[head, skip]: &[Expr; 2]| choose(&second, skip, head);
    let slot = strip.as_ref().map_or_else(|| row.slice(0, row_bits), |strip| at(&strip.lines));
    let line = m.wire("fetch_line", &(&slot + &tap_offset).minus(1));
    let above = &tap_row.is(0) & &row.is(0);
    let below = &tap_row.is(2) & &row.plus(1).eq(&height);
    let in_columns = &(!&column.bit(STEP_BITS - 1)) & &column.lt(&f.width.extend(STEP_BITS));
    let inside = m.wire("fetch_inside", &(&(!&(&above | &below)) & &in_columns));
    let byte = match &strip {
        None => column,
        Some(strip) => m.wire("fetch_byte", &(&column - &at(&strip.origins))),
    };
    let bytes = index_bits(g.input_row());
    if strip.is_some() {
        m.drops("fetch_byte", &byte.slice(bytes, COLUMN_BITS - bytes));
    }
    let address = cat(&[line, byte.slice(0, bytes)]);
    m.output("pixel_address_o", &address);
    let value = input_value(m, &inside);
    let wanted = m.wire("fetch_wanted", &(&f.fetching & &f.count.lt(&lit(6, 8))));
    let arrived = m.delay_reset_by("fetch_arrived", &wanted, 2);
    let mut column: Vec<Expr> = vec![value];
    for k in 0..6 {
        let register = m.register_free(&format!("fetched{k}_q"), INPUT_BITS, true);
        m.drive_when(&register, &arrived, column.last().expect("starts with the value"));
        column.push(register.q);
    }
    let done = m.wire("fetch_done", &(&f.fetching & &f.count.is(super::FETCH_CYCLES - 1)));
    let arriving = |from: usize| [column[from + 2].clone(), column[from + 1].clone(), column[from].clone()];
    let head = shift_window(m, "head", &f.start, &done, &arriving(4));
    let skip = shift_window(m, "skip", &f.start, &done, &arriving(1));
    (head, skip)
}

/// `(pixel << k) - mean`, or 0 outside the picture, two cycles after its address.
fn input_value(m: &mut Module, inside: &Expr) -> Expr {
    let pixel = m.input("pixel_i", 8);
    let shift = m.input("pixel_shift_i", 2);
    let mean = m.input("pixel_mean_i", INPUT_BITS - 1);
    let inside = m.delay("fetch_inside_q", inside);
    let at = |k: usize| pixel.shifted_left(k).extend(INPUT_BITS);
    let low = choose(&shift.bit(0), &at(1), &at(0));
    let high = choose(&shift.bit(0), &at(3), &at(2));
    let scaled = m.wire("pixel_scaled", &choose(&shift.bit(1), &high, &low));
    let centred = m.wire("pixel_centred", &(&scaled - &mean.extend(INPUT_BITS)));
    let value = choose(&inside, &centred, &lit(0, INPUT_BITS));
    m.delay("pixel_value_q", &value.signed())
}

fn shift_window(m: &mut Module, name: &str, start: &Expr, done: &Expr, arriving: &[Expr; 3]) -> Vec<Expr> {
    let moves = m.wire(&format!("{name}_window_moves"), &(start | done));
    let zero = slit(0, INPUT_BITS);
    let mut window = vec![];
    for (ky, new) in arriving.iter().enumerate() {
        let taps: Vec<_> = (0..3).map(|kx| m.register_free(&format!("{name}_{ky}{kx}_q"), INPUT_BITS, true)).collect();
        for kx in 0..3 {
            let next = taps.get(kx + 1).map_or(new, |r| &r.q);
            m.drive_when(&taps[kx], &moves, &choose(start, &zero, next));
        }
        window.extend(taps.into_iter().map(|r| r.q));
    }
    window
}
