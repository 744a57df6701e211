//! The input pixels around a word, for the head's row and for the long skip's.
//!
//! Each tap of the window has a small memory of its own with the last columns of its row, and reads it when its product
//! is made. Columns are fetched one at a time, three rows for the head and three for the long skip, of each all colours,
//! ahead of their word.

use super::control::{Control, prefetched};
use super::rows::Rows;
use crate::blocks::{RamStyle, ram};
use crate::engine::step_counter::STEP_BITS;
use crate::engine::times::times;
use crate::engine::words::column_of;
use crate::geometry::{COLUMN_BITS, COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit, pick, value_bits};

/// In strips, of the head's and the long skip's row: the slot of the ring and the column of its first byte.
struct Strip {
    lines: [Expr; 2],
    origins: [Expr; 2],
}

/// Bytes of a colour that are fetched of a column.
const TAPS: u64 = 6;
/// Cycles from an address until its input is written.
const ARRIVES: usize = 2;

/// Cycles to fetch a column.
pub(crate) fn fetch_cycles(g: &Geometry) -> usize {
    TAPS as usize * g.colours
}

/// Columns that a tap's memory holds of each of the two rows, a power of two. Products lag their issue by up to 9 cycles:
/// what is fetched after a word ends takes the place of no column that they still read.
fn columns(g: &Geometry) -> usize {
    (4 * g.pixels).next_power_of_two().max(8)
}

/// Whether the columns around the word are there; and the nine taps of the issued pixel, tap `k` `1 + k` cycles later.
pub(super) fn fetch(m: &mut Module, g: &Geometry, control: &Control, rows: &Rows, width: &Expr) -> (Expr, Vec<Expr>) {
    let (tap_q, tap) = m.state("fetch_tap", 3, 0);
    let (position_q, position) = m.state("fetch_position", STEP_BITS, 0);
    let most = prefetched(g);
    let (ahead_q, ahead) = m.state("columns_ahead", value_bits(most), 0);
    let wanted = m.wire("fetch_wanted", &(&control.fetches & &ahead_q.ne(&lit(most as u64, value_bits(most)))));
    let colour = (g.colours > 1).then(|| m.state("fetch_colour", index_bits(g.colours), 0));
    let ends = |q: &Expr| q.is(g.colours as u64 - 1);
    let tap_ends =
        colour.as_ref().map_or_else(|| wanted.clone(), |(q, _)| m.wire("tap_fetched", &(&wanted & &ends(q))));
    let last = m.wire("column_fetched", &(&tap_ends & &tap_q.is(TAPS - 1)));
    let pixels = g.pixels as u64;
    m.comb(|s| {
        for (d, q) in [(&tap, &tap_q), (&position, &position_q), (&ahead, &ahead_q)] {
            s.set(d, q);
        }
        s.when(&tap_ends, |s| s.set(&tap, &tap_q.plus(1)));
        if let Some((q, d)) = &colour {
            s.set(d, q);
            s.when(&wanted, |s| s.set(d, &choose(&ends(q), &lit(0, q.width()), &q.plus(1))));
            s.when(&control.begins, |s| s.set(d, &lit(0, q.width())));
        }
        s.when(&last, |s| {
            s.set(&tap, &lit(0, 3));
            s.set(&position, &position_q.plus(1));
            s.set(&ahead, &ahead_q.plus(1));
        });
        s.when(&control.word_ends, |s| {
            s.when_else(
                &last,
                |s| s.set(&ahead, &ahead_q.minus(pixels - 1)),
                |s| s.set(&ahead, &ahead_q.minus(pixels)),
            );
        });
        s.when(&control.begins, |s| {
            s.set(&tap, &lit(0, 3));
            s.set(&position, &lit((1 << STEP_BITS) - 1, STEP_BITS));
            s.set(&ahead, &lit(0, value_bits(most)));
        });
    });
    let second = m.wire("fetch_skip", &tap_q.ge(&lit(3, 3)));
    let low = tap_q.slice(0, 2);
    let tap_row = m.wire("fetch_tap_row", &choose(&second, &low.plus(1), &low));
    let from = |first: &Option<Expr>| first.as_ref().map_or_else(|| position_q.clone(), |first| first + &position_q);
    let column = choose(&second, &from(&rows.skip_first), &from(&rows.head_first));
    let column = m.wire("fetch_column", &column);
    let colour = colour.map(|(q, _)| q);
    let value = value(
        m,
        g,
        width,
        &AskedByte { second: second.clone(), tap_row: tap_row.clone(), column, colour: colour.clone() },
    );
    let arrives = m.delay_reset_by("arrives", &wanted, ARRIVES);
    let row_late = m.delay_by("fetch_tap_row_late", &tap_row, ARRIVES);
    let bits = index_bits(columns(g));
    let place = cat(&colour.into_iter().chain([second, position_q.slice(0, bits)]).collect::<Vec<_>>());
    let place = m.delay_by("fetch_place", &place, ARRIVES);
    let taps = taps(m, g, control, &Arriving { arrives, row: row_late, place, value });
    (m.wire("columns_there", &ahead_q.ge(&lit(g.pixels as u64 + 3, value_bits(most)))), taps)
}

/// The byte that is asked for.
struct AskedByte {
    /// It is the long skip's, or else the head's.
    second: Expr,
    tap_row: Expr,
    column: Expr,
    /// None where there is one colour.
    colour: Option<Expr>,
}

/// `(pixel << k) - mean`, or 0 outside the picture, two cycles after its address.
fn value(m: &mut Module, g: &Geometry, width: &Expr, asked: &AskedByte) -> Expr {
    let AskedByte { second, tap_row, column, colour } = asked;
    let head_row = m.input("head_row_i", COORDINATE_BITS);
    let skip_row = m.input("skip_row_i", COORDINATE_BITS);
    let height = m.input("height_i", COORDINATE_BITS);
    let row = m.wire("fetch_row", &choose(second, &skip_row, &head_row));
    let row_bits = index_bits(g.input_rows);
    let strip = g.memory.then(|| Strip {
        lines: ["head_line_i", "skip_line_i"].map(|name| m.input(name, row_bits)),
        origins: ["head_origin_i", "skip_origin_i"].map(|name| m.input(name, COLUMN_BITS)),
    });
    let of_row = |[head, skip]: &[Expr; 2]| choose(second, skip, head);
    let slot = strip.as_ref().map_or_else(|| row.slice(0, row_bits), |strip| of_row(&strip.lines));
    let line = m.wire("fetch_line", &(&slot + &tap_row.extend(row_bits)).minus(1));
    let above = &tap_row.is(0) & &row.is(0);
    let below = &tap_row.is(2) & &row.plus(1).eq(&height);
    let in_columns = &(!&column.bit(STEP_BITS - 1)) & &column.lt(&width.extend(STEP_BITS));
    let inside = m.wire("fetch_inside", &(&(!&(&above | &below)) & &in_columns));
    let bytes = index_bits(g.input_row());
    let in_row = match colour {
        None => column.clone(),
        Some(colour) => {
            let first = times(m, "fetch_column", column, g.colours);
            m.wire("fetch_in_row", &(&first + &colour.extend(STEP_BITS)))
        }
    };
    let byte = match &strip {
        None => in_row,
        Some(strip) => m.wire("fetch_byte", &(&in_row - &of_row(&strip.origins))),
    };
    // With one colour and no strips the byte is the column, all of whose bits are read above.
    if strip.is_some() || colour.is_some() {
        m.drops("fetch_byte", &byte.slice(bytes, byte.width() - bytes));
    }
    m.output("pixel_address_o", &cat(&[line, byte.slice(0, bytes)]));
    let pixel = m.input("pixel_i", 8);
    let shift = m.input("pixel_shift_i", g.pixel_shift_bits());
    let mean = m.input("pixel_mean_i", g.mean_bits());
    let mean = match colour {
        None => mean,
        Some(colour) => {
            let others = ["green_mean_i", "blue_mean_i"].map(|name| m.input(name, g.mean_bits()));
            let colour = m.delay("fetch_colour_late", colour);
            let [green, blue] = others;
            m.wire("colour_mean", &pick(&colour, &[mean, green, blue]))
        }
    };
    let inside = m.delay("fetch_inside_q", &inside);
    let at = |k: usize| pixel.shifted_left(k).extend(g.input_bits());
    let scaled = m.wire("pixel_scaled", &pick(&shift, &(0..1 << g.pixel_shift_bits()).map(at).collect::<Vec<_>>()));
    let centred = m.wire("pixel_centred", &(&scaled - &mean.extend(g.input_bits())));
    m.delay("pixel_value_q", &choose(&inside, &centred, &lit(0, g.input_bits())))
}

/// An input that is written to the taps of its row.
struct Arriving {
    arrives: Expr,
    row: Expr,
    place: Expr,
    value: Expr,
}

/// A memory a tap. Tap `k` is read `k` cycles late, as the chain of multipliers takes it.
fn taps(m: &mut Module, g: &Geometry, control: &Control, arriving: &Arriving) -> Vec<Expr> {
    let bits = index_bits(columns(g));
    let memory = ram(2 * columns(g) * g.colours, g.input_bits(), RamStyle::Distributed);
    let column = column_of(g, &control.position, &control.pixel, bits);
    let mut colour = control.colour.index().cloned();
    let mut skip = m.wire("tap_skip0", &control.skip);
    let mut column = m.wire("tap_column0", &column);
    let mut taps = vec![];
    for k in 0..9 {
        if k > 0 {
            colour = colour.map(|colour| m.delay(&format!("tap_colour{k}"), &colour));
            skip = m.delay(&format!("tap_skip{k}"), &skip);
            column = m.delay(&format!("tap_column{k}"), &column);
        }
        let at = [column.minus(1), column.clone(), column.plus(1)][k % 3].clone();
        let here = m.wire(&format!("tap{k}_arrives"), &(&arriving.arrives & &arriving.row.is(k as u64 / 3)));
        let ports = [
            ("write_en_i", &here),
            ("write_address_i", &arriving.place),
            ("write_data_i", &arriving.value),
            ("read_address_i", &cat(&colour.iter().cloned().chain([skip.clone(), at]).collect::<Vec<_>>())),
        ];
        taps.extend(m.instance(&format!("tap{k}"), &memory, &ports, &["read_data_o"]));
    }
    taps
}
