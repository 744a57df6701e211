//! The 3x3 windows of `G` pixels: the last two columns of the previous word and this word.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, lit};
use std::rc::Rc;

/// `window_o` holds `K` taps a pixel, bit `(ky*3 + kx)*C + channel`; a tap outside the picture reads 0, the sign -1.
pub(super) fn window(g: &Geometry) -> Rc<Module> {
    let c = g.channels;
    let mut m = Module::new(
        "window",
        format!(
            "3x3 windows of {} pixel(s) x {c} channels, one stage skewed a pixel to the left of its predecessor:\n\
             columns = the last two of the previous word, then this word. Taps outside the picture read 0;\n\
             the lanes take them back by their border correction.\n\
             window_o bit (ky*3 + kx)*{c} + channel of each pixel; x_o is the stream at the window's centre.",
            g.pixels
        ),
    );
    m.input("clk_i", 1);
    let shift = m.input("shift_i", 1);
    let signs = m.input("signs_i", 3 * g.pixels * c);
    let stream = m.input("stream_i", g.stream_word());
    let missing_top = m.input("missing_top_i", 1);
    let missing_bottom = m.input("missing_bottom_i", 1);
    let missing_left = m.input("missing_left_i", g.pixels);
    let missing_right = m.input("missing_right_i", g.pixels);
    let columns: Vec<Vec<Expr>> = (0..3).map(|ky| row_columns(&mut m, g, ky, &shift, &signs)).collect();
    let zero = lit(0, c);
    let mut taps = vec![];
    for pixel in 0..g.pixels {
        for (ky, row) in columns.iter().enumerate() {
            for kx in 0..3 {
                let outside = [
                    (ky == 0).then(|| missing_top.clone()),
                    (ky == 2).then(|| missing_bottom.clone()),
                    (kx == 0).then(|| missing_left.slice(pixel, 1)),
                    (kx == 2).then(|| missing_right.slice(pixel, 1)),
                ];
                let outside = outside.into_iter().flatten().reduce(|a, b| &a | &b);
                let tap = &row[pixel + kx];
                let tap = outside.map_or(tap.clone(), |outside| choose(&outside, &zero, tap));
                taps.push(m.wire(&format!("tap{pixel}_{ky}{kx}"), &tap));
            }
        }
    }
    taps.reverse();
    let window = m.delay("window_q", &cat(&taps));
    m.output("window_o", &window);
    let lane_word = g.lanes * g.stream_bits;
    let last = m.register_free("stream_last_q", lane_word, false);
    m.drive_when(&last, &shift, &stream.slice((g.pixels - 1) * lane_word, lane_word));
    let centre = if g.pixels == 1 {
        last.q.clone()
    } else {
        cat(&[stream.slice(0, (g.pixels - 1) * lane_word), last.q.clone()])
    };
    let centre = m.delay("x_q", &centre);
    m.output("x_o", &centre);
    Rc::new(m)
}

/// The `G + 2` columns of one row: two kept, `G` arriving.
fn row_columns(m: &mut Module, g: &Geometry, ky: usize, shift: &Expr, signs: &Expr) -> Vec<Expr> {
    let c = g.channels;
    let kept: Vec<_> = (0..2).map(|k| m.register_free(&format!("row{ky}_kept{k}_q"), c, false)).collect();
    let mut columns: Vec<Expr> = kept.iter().map(|r| r.q.clone()).collect();
    for pixel in 0..g.pixels {
        let arriving = signs.slice((ky * g.pixels + pixel) * c, c);
        columns.push(m.wire(&format!("row{ky}_new{pixel}"), &arriving));
    }
    for (k, register) in kept.iter().enumerate() {
        m.drive_when(register, shift, &columns[g.pixels + k]);
    }
    columns
}
