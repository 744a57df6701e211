//! The head and the long skip: both ends of the stream share one set of multipliers.
//!
//! In a step it makes row `T` of the head's output, and recomputes the row that the last stage has finished, adds it
//! to the stream and hands the sum to the tail. It goes word by word and pass by pass, `head_lanes` channels at a time,
//! each such group for the `G` pixels of the long skip and then for those of the head, in one colour after the other.
//!
//! A pass takes one slot of the lanes. The slot reads the word of the stream that the long skip adds to, and writes the
//! head's word of the pass before, which is complete just in time. One more slot at the end writes the last.

mod colour;
mod control;
mod conv;
mod fetch;
mod rows;
mod sum;
mod weights;

use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, choose, index_bits, lit};
use std::rc::Rc;

pub(crate) use control::{prefetched, request_delay, settle_cycles};
pub(crate) use conv::latency;
pub(crate) use fetch::fetch_cycles;
pub(crate) use weights::lanes_a_record;
pub(super) use weights::{record_bits, records};

/// Head, long skip and their controller.
pub(super) fn head_unit(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "head_unit",
        format!(
            "Head and long skip, {} channels a cycle: x0 = saturate((sum w * in + add + half) >> shift) over 3x3 taps,\n\
             in = (pixel << k) - mean, and 0 outside the picture. Makes row T of the stream, and for the row that the\n\
             last stage has finished r = x_L + x0, the tail's input. Each pass of a word takes one slot of the lanes.",
            g.head_lanes
        ),
    );
    let width = m.input("width_i", COORDINATE_BITS);
    let place = control::place(&mut m, g);
    let rows = if g.memory { rows::of_strip(&mut m, g, &place) } else { rows::whole(&mut m, g, &place, &width) };
    let fetched = m.promise("fetched", 1);
    let control = control::control(&mut m, g, place, &rows, &fetched);
    let (ready, taps) = fetch::fetch(&mut m, g, &control, &rows, &width);
    m.fulfil(&fetched, &ready);
    let weights = weights::weights(&mut m, g, &control);
    let made = conv::conv(&mut m, g, &control, &taps, &weights);
    requests(&mut m, g, &control);
    sum::sum(&mut m, g, &control, &rows, &made, &width);
    Rc::new(m)
}

/// The slot of a pass: what it reads for the long skip, and what it writes of the head's pass before.
fn requests(m: &mut Module, g: &Geometry, control: &control::Control) {
    let bits = g.stream_address_bits();
    let head_base = m.input("head_base_i", bits);
    let skip_base = m.input("skip_base_i", bits);
    let head_ring = m.input("head_ring_i", index_bits(3));
    let offset = |pass: &Expr| {
        let at = |k: usize| lit((k * g.words) as u64, bits);
        (1..g.passes).fold(at(0), |sum, k| choose(&pass.is(k as u64), &at(k), &sum))
    };
    let asked = &control.asked;
    let fields =
        [("pass", &asked.pass), ("word", &asked.word), ("column", &asked.head_column), ("writes", &asked.head_writes)];
    let [pass, word, column, writes] = fields.map(|(name, value)| {
        let before = m.register_free(&format!("{name}_before_q"), value.width(), false);
        m.drive_when(&before, &control.asks, value);
        before.q
    });
    // The first slot of a row has no pass before it.
    let (any_q, any) = m.state("any_before", 1, 0);
    m.comb(|s| {
        s.set(&any, &(&any_q | &control.asks));
        s.when(&control.begins, |s| s.set(&any, &lit(0, 1)));
    });
    m.output("request_o", &control.asks);
    m.output("stream_read_o", &(&(&skip_base + &offset(&asked.pass)) + &asked.skip_word.extend(bits)));
    m.output("stream_write_o", &(&(&head_base + &offset(&pass)) + &word.extend(bits)));
    m.output("sign_write_o", &word.extend(g.sign_address_bits()));
    m.output("ring_o", &head_ring);
    m.output("pass_o", &pass);
    m.output("column_o", &column);
    m.output("keeps_signs_o", &(&any_q & &writes));
}
