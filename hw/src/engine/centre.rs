//! The stream at the centres of the windows: one pixel to the left of the word that arrives.

use crate::geometry::{FACTOR_BITS, Geometry};
use crate::rtl::{Module, cat, choose};
use std::rc::Rc;

/// `x_o` is the last pixel of the previous word and all but the last of this one, one cycle after the word.
pub(super) fn centre(g: &Geometry) -> Rc<Module> {
    centre_of(g, "centre", "stream", g.lanes * g.stream_bits)
}

/// The same of the factors.
pub(super) fn factor_centre(g: &Geometry) -> Rc<Module> {
    centre_of(g, "factor_centre", "factors", FACTOR_BITS)
}

fn centre_of(g: &Geometry, name: &str, what: &str, pixel: usize) -> Rc<Module> {
    let mut m = Module::new(
        name,
        format!(
            "x_o = the {what} at the centres of the windows of {} pixel(s): the last pixel of the previous word lowest,\n\
             then this word without its last. The word that arrives is kept with shift_i.",
            g.pixels
        ),
    );
    m.input("clk_i", 1);
    let shift = m.input("shift_i", 1);
    let stream = m.input(&format!("{what}_i"), g.pixels * pixel);
    let rest = (g.pixels - 1) * pixel;
    let last = m.register_free("last_q", pixel, false);
    let leaving = m.wire("leaving", &stream.slice(rest, pixel));
    if g.memory {
        let restore = m.input("restore_i", 1);
        let edge = m.input(&format!("edge_{what}_i"), pixel);
        m.drive_when(&last, &(&shift | &restore), &choose(&restore, &edge, &leaving));
        m.output("leaving_o", &leaving);
    } else {
        m.drive_when(&last, &shift, &leaving);
    }
    let x = if g.pixels == 1 { last.q.clone() } else { cat(&[stream.slice(0, rest), last.q.clone()]) };
    let x = m.delay("x_q", &x);
    m.output("x_o", &x);
    Rc::new(m)
}
