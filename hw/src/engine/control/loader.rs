//! Collects 32-bit words into records and writes them to the memory that LOAD_TARGET names.

use super::bus::Write;
use crate::engine::{head_unit, lane_store, spatial_unit, tail_unit};
use crate::geometry::{FACTOR_WEIGHT_BITS, Geometry, SIGMOID_BITS, SIGMOID_INDEX_BITS};
use crate::registers::{self, Register};
use crate::rtl::{Expr, Module, lit, value_bits};

/// A memory that records are loaded into.
pub(crate) struct Target {
    /// The value of LOAD_TARGET.
    pub number: u32,
    /// Name, as in the ports of the units.
    pub name: &'static str,
    /// Bits of a record.
    pub bits: usize,
    /// Records of a bank: each bank begins at a multiple of the next power of two. All of them, where there is one bank.
    pub bank: usize,
}

/// The memories of an engine, in the order of LOAD_TARGET.
pub(crate) fn targets(g: &Geometry) -> Vec<Target> {
    let [signs, tap_sums, affine, threshold] = lane_store::record_bits(g);
    let (lanes, stages) = (g.lane_records(), g.stages);
    let one = |number, name, bits, bank| Target { number, name, bits, bank };
    let mut all = vec![
        one(0, "weight", signs, lanes),
        one(1, "correction", tap_sums, lanes),
        one(2, "affine", affine, lanes),
        one(3, "threshold", threshold, lanes),
        one(4, "head", head_unit::record_bits(g), head_unit::records(g)),
        one(5, "tail", tail_unit::weight_record_bits(g), g.tail_rounds()),
        one(6, "addend", tail_unit::addend_record_bits(), g.line_outputs()),
        one(7, "activation", 1, stages),
    ];
    all.extend(g.branch.then(|| one(8, "branch", lane_store::branch_record_bits(g), lanes)));
    if g.spatial {
        all.extend([
            one(9, "factor_weight", FACTOR_WEIGHT_BITS, g.lanes),
            one(10, "factor_addend", spatial_unit::addend_record_bits(), stages),
            one(11, "sigmoid", SIGMOID_BITS, 1 << SIGMOID_INDEX_BITS),
        ]);
    }
    all.extend(g.pointwise.then(|| one(12, "pointwise", 1, stages)));
    all
}

/// Words of LOAD_DATA a record.
pub(crate) fn record_words(target: &Target) -> usize {
    target.bits.div_ceil(32)
}

/// The loader's registers that can be read.
pub(super) fn loader(m: &mut Module, g: &Geometry, bus: &Write, idle: &Expr) -> Vec<(Register, Expr)> {
    let targets = targets(g);
    let most = targets.iter().map(record_words).max().expect("there are targets");
    let count_bits = value_bits(most);
    let on = |register: &Register| &(&bus.write & idle) & &bus.selects(register);
    let to_target = m.wire("to_load_target", &on(&registers::LOAD_TARGET));
    let to_address = m.wire("to_load_address", &on(&registers::LOAD_ADDRESS));
    let to_data = m.wire("to_load_data", &on(&registers::LOAD_DATA));
    let target_bits = registers::LOAD_TARGET.bits as usize;
    let target = m.register("load_target_q", target_bits, 0);
    m.drive_when(&target, &to_target, &bus.data.slice(0, target_bits));
    let (address_q, address) = m.state("load_address", 16, 0);
    let (count_q, count) = m.state("load_count", count_bits, 0);
    let record = m.register_free("record_q", 32 * most, false);
    let shifted = if most == 1 {
        bus.data.clone()
    } else {
        crate::rtl::cat(&[bus.data.clone(), record.q.slice(32, 32 * (most - 1))])
    };
    m.drive_when(&record, &to_data, &shifted);
    let here = |t: &Target| target.q.is(t.number.into());
    let last = targets.iter().map(|t| &here(t) & &count_q.is(record_words(t) as u64 - 1));
    let last = last.reduce(|a, b| &a | &b).expect("there are targets");
    let complete = m.wire("record_complete", &(&to_data & &last));
    let store = m.delay_reset("record_stored_q", &complete);
    m.comb(|s| {
        s.set(&address, &address_q);
        s.set(&count, &count_q);
        s.when(&to_data, |s| s.set(&count, &count_q.plus(1)));
        s.when(&complete, |s| s.set(&count, &lit(0, count_bits)));
        s.when(&store, |s| s.set(&address, &address_q.plus(1)));
        s.when(&to_address, |s| s.set(&address, &bus.data.slice(0, 16)));
        s.when(&(&to_address | &to_target), |s| s.set(&count, &lit(0, count_bits)));
    });
    m.output("record_address_o", &address_q);
    for t in &targets {
        m.output(&format!("{}_write_o", t.name), &(&store & &here(t)));
        let from = 32 * (most - record_words(t));
        m.output(&format!("{}_record_o", t.name), &record.q.slice(from, t.bits));
    }
    vec![(registers::LOAD_TARGET, target.q), (registers::LOAD_ADDRESS, address_q)]
}
