//! Spatial factors: one a pixel and stage, from all channels of what the stage will read.
//!
//! A stage's input is complete when the last pass of the stage before it, or of the head, has written it. So the sum of a
//! pixel grows by one pass's channels while that pass writes, and what it becomes waits until the stage comes to the row,
//! a step later.

mod sums;
mod total;

use super::lane::saturate;
use super::requantise::shift_right;
use crate::blocks::{RamStyle, ram};
use crate::geometry::{ACCUMULATOR_BITS, FACTOR_BITS, FACTOR_SHIFT_BITS, Geometry, SIGMOID_BITS, SIGMOID_INDEX_BITS};
use crate::rtl::{Expr, Module, cat, choose, lit};
use std::rc::Rc;

/// Cycles from a word of the stream to the first read of the factors of its pixels.
pub(crate) fn way(g: &Geometry) -> usize {
    g.lanes + 6
}

/// Bits of a stage's record beside its weights: addend with the rounding half, shift, whether it has factors.
pub(super) fn addend_record_bits() -> usize {
    ACCUMULATOR_BITS + FACTOR_SHIFT_BITS + 1
}

/// Bits of the number of a pass within a record's address.
fn pass_address_bits(g: &Geometry) -> usize {
    g.passes.next_power_of_two().trailing_zeros() as usize
}

/// Passes that a stage's weights have room for: a power of two.
pub(crate) fn weight_passes(g: &Geometry) -> usize {
    1 << pass_address_bits(g)
}

/// Bits of the number of a lane within a record's address.
fn lane_address_bits(g: &Geometry) -> usize {
    g.lanes.next_power_of_two().trailing_zeros() as usize
}

/// What a word of the stream is, when its last product is there.
struct Word {
    /// It is written, and its stage is not the last.
    valid: Expr,
    /// It is the head's.
    head: Expr,
    /// It is the first of its pass.
    first: Expr,
    pass: Expr,
    stage: Expr,
    /// Place in the sign store.
    address: Expr,
    ring: Expr,
}

/// Sums, sigmoid and store.
pub(super) fn spatial_unit(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "spatial_unit",
        format!(
            "S = sigmoid(sum of w_c * x_c + add), one for each of {} pixel(s) of a word and stage. The words of the passes\n\
             that write x come as y_i, in the order of the passes; factors_o = S at the read address, two cycles after it,\n\
             in units of 2^-16. A stage without factors has 1.",
            g.pixels
        ),
    );
    let (word, sums) = sums::sums(&mut m, g);
    let total::Total { values, shift, has } = total::total(&mut m, g, &word, &sums);
    let last_pass = &word.valid & &word.pass.is(g.passes as u64 - 1);
    let done = m.delay_reset_by("done", &last_pass, 3);
    let ring = m.delay_by("ring_to_store", &word.ring, 3);
    let address = m.delay_by("address_to_store", &word.address, 3);
    let has = m.delay_by("has_late", &has, 2);
    m.section("Index, factor.");
    let sigmoid = Port::new(&mut m, "sigmoid", SIGMOID_INDEX_BITS, SIGMOID_BITS);
    let mut factors: Vec<Expr> = (0..g.pixels)
        .map(|pixel| {
            let index = index(&mut m, pixel, &values[pixel], &shift);
            // Every pixel has its own copy of the table, which is read in a cycle.
            let factor = sigmoid.memory(&mut m, &format!("sigmoid{pixel}"), RamStyle::Block, &index);
            let one = lit(1 << SIGMOID_BITS, FACTOR_BITS);
            m.wire(&format!("factor{pixel}"), &choose(&has, &factor.extend(FACTOR_BITS), &one))
        })
        .collect();
    factors.reverse();
    m.section("Store.");
    let rows = store(&mut m, g, &done, [&ring, &address], &cat(&factors));
    let factors = m.delay("factors_q", &rows);
    m.output("factors_o", &factors);
    Rc::new(m)
}

/// Factors of three rows, one cycle after the read address; row r lies in slot r mod 3, as its signs do.
fn store(m: &mut Module, g: &Geometry, done: &Expr, [ring, address]: [&Expr; 2], factors: &Expr) -> Expr {
    let read_address = m.input("read_address_i", g.sign_address_bits());
    let read_ring = m.input("read_ring_i", 2);
    let memory = ram(g.sign_depth(), factors.width(), RamStyle::Block);
    let slots: Vec<Expr> = (0..3)
        .map(|slot| {
            let enable = m.wire(&format!("write_slot{slot}"), &(done & &ring.is(slot)));
            let inputs = [
                ("write_en_i", &enable),
                ("write_address_i", address),
                ("write_data_i", factors),
                ("read_address_i", &read_address),
            ];
            m.instance(&format!("slot{slot}"), &memory, &inputs, &["read_data_o"]).remove(0)
        })
        .collect();
    let read_ring = m.delay("read_ring_q", &read_ring);
    m.wire("row", &choose(&read_ring.is(0), &slots[0], &choose(&read_ring.is(1), &slots[1], &slots[2])))
}

/// The place in the table of a sum, one cycle later.
fn index(m: &mut Module, pixel: usize, total: &Expr, shift: &Expr) -> Expr {
    let shifted = shift_right(m, &format!("total{pixel}"), total, shift);
    let shifted = m.delay(&format!("shifted{pixel}_q"), &shifted);
    let index = saturate(m, &format!("index{pixel}"), &shifted, SIGMOID_INDEX_BITS);
    // The table begins with the most negative index.
    let top = SIGMOID_INDEX_BITS - 1;
    m.wire(&format!("place{pixel}"), &cat(&[!&index.slice(top, 1), index.slice(0, top)]))
}

/// The write port of a memory.
struct Port {
    enable: Expr,
    address: Expr,
    data: Expr,
}

impl Port {
    /// The inputs `{name}_write_en_i`, `{name}_write_address_i` and `{name}_write_data_i`.
    fn new(m: &mut Module, name: &str, address: usize, data: usize) -> Self {
        let mut input = |port: &str, bits| m.input(&format!("{name}_write_{port}_i"), bits);
        Self { enable: input("en", 1), address: input("address", address), data: input("data", data) }
    }

    /// The memory that this port writes, as deep as its address reaches, and what it reads at `address`.
    fn memory(&self, m: &mut Module, name: &str, style: RamStyle, address: &Expr) -> Expr {
        let inputs = [
            ("write_en_i", &self.enable),
            ("write_address_i", &self.address),
            ("write_data_i", &self.data),
            ("read_address_i", address),
        ];
        m.instance(name, &ram(1 << self.address.width(), self.data.width(), style), &inputs, &["read_data_o"]).remove(0)
    }
}
