//! What a lane takes back for the taps outside the picture.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, slit};
use std::rc::Rc;

/// `correction_o` is `{both, right, left, none}`: the corrections of a row by the columns that are missing, two cycles
/// after `tap_sums_i`, the eight tap sums in raster order; `missing_i` is `{bottom, top}`. The centre tap is never
/// missing and has no sum.
pub(super) fn border_sums(g: &Geometry) -> Rc<Module> {
    let about = "Border corrections of a lane and row: the sums of the taps in missing rows, and with them those of a\n\
                 missing left column, of a missing right one, and of both, over the rows that are present. Latency 2.";
    let mut m = Module::new("border_sums", about);
    m.input("clk_i", 1);
    let (bits, tap) = (g.correction_bits(), g.tap_sum_bits());
    let sums = m.input("tap_sums_i", 8 * tap);
    let missing = m.input("missing_i", 2);
    let zero = slit(0, bits);
    let at = |m: &mut Module, ky: usize, kx: usize| {
        let (place, centre) = (3 * ky + kx, 4);
        if place == centre {
            return zero.clone();
        }
        let at = place - usize::from(place > centre);
        let part = m.wire(&format!("tap_{ky}{kx}"), &sums.slice(at * tap, tap).signed());
        m.wire(&format!("tap_sum_{ky}{kx}"), &part.extend(bits))
    };
    let taps: Vec<Vec<Expr>> = (0..3).map(|ky| (0..3).map(|kx| at(&mut m, ky, kx)).collect()).collect();
    let add = |parts: [&Expr; 3]| &(parts[0] + parts[1]) + parts[2];
    let row = |m: &mut Module, ky: usize| {
        let sum = add([&taps[ky][0], &taps[ky][1], &taps[ky][2]]);
        m.wire(&format!("row_sum_{ky}"), &choose(&missing.bit(ky / 2), &sum, &zero))
    };
    let (upper, lower) = (row(&mut m, 0), row(&mut m, 2));
    let rows = m.wire("rows_sum", &(&upper + &lower));
    let column = |m: &mut Module, name: &str, kx: usize| {
        let top = choose(&missing.bit(0), &zero, &taps[0][kx]);
        let bottom = choose(&missing.bit(1), &zero, &taps[2][kx]);
        m.wire(name, &add([&top, &taps[1][kx], &bottom]))
    };
    let (left, right) = (column(&mut m, "left_sum", 0), column(&mut m, "right_sum", 2));
    let [rows, left, right] =
        [("rows", rows), ("left", left), ("right", right)].map(|(name, sum)| m.delay(&format!("{name}_sum_q"), &sum));
    let both = &(&rows + &left) + &right;
    let correction = m.delay("correction_q", &cat(&[both, &rows + &right, &rows + &left, rows]));
    m.output("correction_o", &correction);
    Rc::new(m)
}
