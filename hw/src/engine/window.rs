//! The 3x3 windows of `G` pixels: the last two columns of the previous word and this word.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, lit};
use std::rc::Rc;

/// `window_o` holds `K` taps a pixel, bit `(ky*3 + kx)*C + channel`; a tap outside the picture reads 0, the sign -1.
/// With the signs of a column come the parities of groups of them.
pub(super) fn window(g: &Geometry) -> Rc<Module> {
    let c = g.channels;
    let mut m = Module::new(
        "window",
        format!(
            "3x3 windows of {} pixel(s) x {c} channels, one stage skewed a pixel to the left of its predecessor:\n\
             columns = the last two of the previous word, then this word. Taps outside the picture read 0;\n\
             the lanes take them back by their border correction.{}\n\
             window_o bit (ky*3 + kx)*{c} + channel of each pixel; parities_o: groups of signs of the same columns.",
            g.pixels,
            if g.pointwise { " With pointwise_i so do all but the centre." } else { "" }
        ),
    );
    m.input("clk_i", 1);
    let shift = m.input("shift_i", 1);
    let signs = m.input("signs_i", 3 * g.pixels * c);
    let outside = Outside {
        top: m.input("missing_top_i", 1),
        bottom: m.input("missing_bottom_i", 1),
        left: m.input("missing_left_i", g.pixels),
        right: m.input("missing_right_i", g.pixels),
        pointwise: g.pointwise.then(|| m.input("pointwise_i", 1)),
    };
    let edge =
        g.memory.then(|| Edge { restore: m.input("restore_i", 1), signs: m.input("edge_signs_i", 3 * 2 * g.channels) });
    let mut leaving = vec![];
    let rows: Vec<Vec<Column>> = (0..3)
        .map(|ky| {
            let (columns, last) = row_columns(&mut m, g, ky, &Arriving { shift: &shift, signs: &signs, edge: &edge });
            leaving.push(last);
            let masked = columns.iter().enumerate();
            masked.map(|(place, column)| outside.masked(&mut m, g, (ky, place), column)).collect()
        })
        .collect();
    let windows = |from: usize, bits: usize| {
        let of_row = |row: &'_ [Column], pixel: usize| {
            [&row[pixel].beside, &row[pixel + 1].own, &row[pixel + 2].beside].map(|column| column.slice(from, bits))
        };
        let taps = (0..g.pixels).flat_map(|pixel| rows.iter().flat_map(move |row| of_row(row, pixel)));
        let mut taps: Vec<_> = taps.collect();
        taps.reverse();
        cat(&taps)
    };
    m.output("window_o", &windows(0, c));
    let parities = g.popcount().column_parities();
    if parities > 0 {
        m.output("parities_o", &windows(c, parities));
    }
    if edge.is_some() {
        m.output("leaving_o", &cat(&[leaving[2].clone(), leaving[1].clone()]));
    }
    Rc::new(m)
}

/// A column of a row behind its mask: as the pixels beside it read it, and the pixel whose own it is.
struct Column {
    beside: Expr,
    own: Expr,
}

/// Which rows and columns of the window lie outside the picture, or beside a 1x1 kernel.
struct Outside {
    top: Expr,
    bottom: Expr,
    left: Expr,
    right: Expr,
    /// Only the centre of the window counts.
    pointwise: Option<Expr>,
}

impl Outside {
    /// The column, or 0, a cycle later. In the middle row of a 1x1 kernel a column is 0 for its neighbours and not for its
    /// own pixel: where both read it, it has two registers.
    fn masked(&self, m: &mut Module, g: &Geometry, (ky, place): (usize, usize), column: &Expr) -> Column {
        let register = |m: &mut Module, name: &str, outside: Option<Expr>| {
            let inside = outside.map_or(column.clone(), |outside| choose(&outside, &lit(0, column.width()), column));
            m.delay(&format!("{name}{ky}{place}_q"), &inside)
        };
        let border = self.border(g, ky, place);
        let own = ky == 1 && (1..=g.pixels).contains(&place);
        let beside = ky != 1 || place < g.pixels || place >= 2;
        let alone = self.pointwise.clone().filter(|_| beside);
        if own && alone.is_some() {
            let own = register(m, "own", border.clone());
            return Column { beside: register(m, "column", either(border, alone)), own };
        }
        let column = register(m, "column", either(border, alone));
        Column { beside: column.clone(), own: column }
    }

    /// Whether the border of the picture makes the column 0. Column `place` is the left one of pixel `place` and the right
    /// one of pixel `place - 2`; where it is outside for one of them, no other pixel of the picture reads it.
    fn border(&self, g: &Geometry, ky: usize, place: usize) -> Option<Expr> {
        let terms = [
            (ky == 0).then(|| self.top.clone()),
            (ky == 2).then(|| self.bottom.clone()),
            (place < g.pixels).then(|| self.left.slice(place, 1)),
            (place >= 2).then(|| self.right.slice(place - 2, 1)),
        ];
        terms.into_iter().fold(None, either)
    }
}

/// Either of the signals that there are.
fn either(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(&a | &b),
        (a, b) => a.or(b),
    }
}

/// In strips, the two columns left of the strip, and when they take the place of those kept.
struct Edge {
    restore: Expr,
    signs: Expr,
}

/// What comes to the windows.
struct Arriving<'a> {
    shift: &'a Expr,
    signs: &'a Expr,
    edge: &'a Option<Edge>,
}

/// The `G + 2` columns of one row, each `{parities, signs}`: two kept, `G` arriving; and the signs of the last two.
fn row_columns(m: &mut Module, g: &Geometry, ky: usize, from: &Arriving) -> (Vec<Expr>, Expr) {
    let (c, popcount) = (g.channels, g.popcount());
    let (parity, bits) = (popcount.column_parity(), c + popcount.column_parities());
    let with_parities = |m: &mut Module, name: String, signs: Expr| match &parity {
        None => signs,
        Some(unit) => {
            let parities = m.instance(&name, unit, &[("signs_i", &signs)], &["parity_o"]);
            cat(&[parities[0].clone(), signs])
        }
    };
    let kept: Vec<_> = (0..2).map(|k| m.register_free(&format!("row{ky}_kept{k}_q"), bits, false)).collect();
    let mut columns: Vec<Expr> = kept.iter().map(|r| r.q.clone()).collect();
    let mut signs: Vec<Expr> = kept.iter().map(|r| r.q.slice(0, c)).collect();
    for pixel in 0..g.pixels {
        let arriving = m.wire(&format!("row{ky}_new{pixel}"), &from.signs.slice((ky * g.pixels + pixel) * c, c));
        signs.push(arriving.clone());
        columns.push(with_parities(m, format!("row{ky}_parity{pixel}"), arriving));
    }
    for (k, register) in kept.iter().enumerate() {
        let arriving = &columns[g.pixels + k];
        match from.edge {
            None => m.drive_when(register, from.shift, arriving),
            Some(edge) => {
                let left = m.wire(&format!("row{ky}_edge{k}"), &edge.signs.slice((2 * ky + k) * c, c));
                let left = with_parities(m, format!("row{ky}_edge_parity{k}"), left);
                m.drive_when(register, &(from.shift | &edge.restore), &choose(&edge.restore, &left, arriving));
            }
        }
    }
    (columns, cat(&[signs[g.pixels + 1].clone(), signs[g.pixels].clone()]))
}
