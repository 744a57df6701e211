//! The weighted sum of a pass's channels, for every pixel of a word: chains of multipliers, a lane a link.

use super::{Port, Word, lane_address_bits, pass_address_bits};
use crate::blocks::{RamStyle, multiply_chain};
use crate::geometry::{ACCUMULATOR_BITS, FACTOR_WEIGHT_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, index_bits};

/// Takes the word of all lanes and what it is; gives the sums of its pixels beside what it is, `lanes + 2` cycles later.
pub(super) fn sums(m: &mut Module, g: &Geometry) -> (Word, Vec<Expr>) {
    let y = m.input("y_i", g.stream_word());
    let (stage_bits, pass_bits) = (index_bits(g.stages), pass_address_bits(g));
    let valid = m.input("valid_i", 1);
    let fields = [
        ("head", 1),
        ("first", 1),
        ("pass", g.pass_bits()),
        ("stage", stage_bits),
        ("address", g.sign_address_bits()),
        ("ring", 2),
    ]
    .map(|(name, bits)| (name, m.input(&format!("{name}_i"), bits)));
    m.section("Weights: those of lane k are read k cycles after those of lane 0.");
    let write = Port::new(m, "weight", stage_bits + pass_bits + lane_address_bits(g), FACTOR_WEIGHT_BITS);
    let (pass, stage) = (&fields[2].1, &fields[3].1);
    let mut address = if pass_bits == 0 { stage.clone() } else { cat(&[stage.clone(), pass.slice(0, pass_bits)]) };
    let mut weights = vec![];
    for lane in 0..g.lanes {
        if lane > 0 {
            address = m.delay(&format!("address{lane}_q"), &address);
        }
        weights.push(weight(m, g, lane, &write, &address));
    }
    m.section("Sums.");
    weights.reverse();
    let weights = m.wire("weights", &cat(&weights));
    let late = late_values(m, g, &y);
    let chain = multiply_chain(g.lanes, FACTOR_WEIGHT_BITS, g.stream_bits);
    let sums = (0..g.pixels)
        .map(|pixel| {
            let of_pixel = |lane: &Expr| lane.slice(pixel * g.stream_bits, g.stream_bits);
            let values: Vec<_> = late.iter().rev().map(of_pixel).collect();
            let inputs = [("a_i", &weights), ("b_i", &cat(&values))];
            let sum = m.instance(&format!("chain{pixel}"), &chain, &inputs, &["sum_o"]).remove(0);
            narrowed(m, pixel, &sum)
        })
        .collect();
    let valid = m.delay_reset_by("valid_late", &valid, g.lanes + 2);
    let packed = m.wire("word_fields", &cat(&fields.iter().rev().map(|(_, field)| field.clone()).collect::<Vec<_>>()));
    let packed = m.delay_by("word_fields_late", &packed, g.lanes + 2);
    let mut at = 0;
    let [head, first, pass, stage, address, ring] = fields.map(|(name, field)| {
        at += field.width();
        m.wire(name, &packed.slice(at - field.width(), field.width()))
    });
    (Word { valid, head, first, pass, stage, address, ring }, sums)
}

/// The weight of a lane for the stage and pass at `address`.
fn weight(m: &mut Module, g: &Geometry, lane: usize, write: &Port, address: &Expr) -> Expr {
    let bits = lane_address_bits(g);
    let enable =
        if bits == 0 { write.enable.clone() } else { &write.enable & &write.address.slice(0, bits).is(lane as u64) };
    let write = Port { enable, address: write.address.slice(bits, address.width()), data: write.data.clone() };
    write.memory(m, &format!("weights{lane}"), RamStyle::Immediate, address)
}

/// Values of all pixels of each lane, those of lane `k` `k` cycles late.
fn late_values(m: &mut Module, g: &Geometry, y: &Expr) -> Vec<Expr> {
    let (bits, own) = (g.stream_bits, g.pixels * g.stream_bits);
    let lanes = (0..g.lanes).rev().flat_map(|lane| (0..g.pixels).rev().map(move |pixel| pixel * g.lanes + lane));
    let mut rest = m.wire("by_lane", &cat(&lanes.map(|at| y.slice(at * bits, bits)).collect::<Vec<_>>()));
    (0..g.lanes)
        .map(|lane| {
            let values = m.wire(&format!("y{lane}"), &rest.slice(0, own));
            if lane + 1 < g.lanes {
                let others = rest.slice(own, rest.width() - own);
                rest = m.delay(&format!("from_lane{}_q", lane + 1), &others);
            }
            values
        })
        .collect()
}

/// The sum in the accumulator's bits, which lowering proves enough.
fn narrowed(m: &mut Module, pixel: usize, sum: &Expr) -> Expr {
    let bits = sum.width();
    if bits <= ACCUMULATOR_BITS {
        return m.wire(&format!("sum{pixel}"), &sum.extend(ACCUMULATOR_BITS));
    }
    m.drops(&format!("sum{pixel}"), &sum.slice(ACCUMULATOR_BITS, bits - ACCUMULATOR_BITS));
    m.wire(&format!("sum{pixel}"), &sum.slice(0, ACCUMULATOR_BITS).signed())
}
