//! The head's weights: read a few lanes a cycle while the group before is in use, and handed over one product later a cycle.

use super::control::Control;
use super::conv;
use crate::blocks::{RamStyle, ram};
use crate::geometry::{Geometry, HEAD_ADDEND_BITS, HEAD_WEIGHT_BITS};
use crate::rtl::{Expr, Module, cat, index_bits, lit};

/// Depth up to which a memory is smaller in LUTs.
const SHALLOW: usize = 32;
/// Cycles from a tap of product 0 to its addend's.
const ADDEND_LATE: usize = 1;

/// Lanes that one record holds and one cycle loads: all are loaded in the `2 G` cycles of a group and colour.
pub(crate) fn lanes_a_record(g: &Geometry) -> usize {
    let least = g.head_lanes.div_ceil(2 * g.pixels);
    (least..=g.head_lanes).find(|lanes| g.head_lanes.is_multiple_of(*lanes)).expect("all lanes divide themselves")
}

/// Records: of each group those of one colour after the other.
pub(in crate::engine) fn records(g: &Geometry) -> usize {
    g.channels / lanes_a_record(g) * g.colours
}

/// Bits of a record: for each of its lanes nine weights, the addend, the threshold.
pub(in crate::engine) fn record_bits(g: &Geometry) -> usize {
    lanes_a_record(g) * channel_bits(g)
}

fn channel_bits(g: &Geometry) -> usize {
    9 * HEAD_WEIGHT_BITS + HEAD_ADDEND_BITS + g.threshold_bits()
}

/// What the lanes take over: a bus for each lane of a record, and for each set of lanes when it is loaded.
pub(super) struct Weights {
    /// `[lane of the record]`: nine weights, each a cycle after the one before.
    pub weights: Vec<Expr>,
    pub addends: Vec<Expr>,
    pub thresholds: Vec<Expr>,
    /// `[set of lanes]`: a bit for each weight, for the addend, for the threshold.
    pub load: Vec<Expr>,
    /// The same bits, of all lanes: the loaded values are taken over.
    pub swap: Expr,
}

/// Cycles by which the threshold is later than the weight of product 0: `x0` is compared with it.
fn threshold_late(g: &Geometry) -> usize {
    conv::latency(g) - 2
}

/// The weights that are loaded.
pub(super) fn weights(m: &mut Module, g: &Geometry, control: &Control) -> Weights {
    let (lanes, records) = (lanes_a_record(g), records(g));
    let bits = index_bits(records);
    let (record_q, record) = m.state("weight_record", bits, 0);
    m.comb(|s| {
        s.set(&record, &record_q);
        s.when(&control.loads, |s| {
            s.when_else(
                &record_q.is(records as u64 - 1),
                |s| s.set(&record, &lit(0, bits)),
                |s| s.set(&record, &record_q.plus(1)),
            );
        });
        s.when(&control.begins, |s| s.set(&record, &lit(0, bits)));
    });
    let rows = memories(m, g, &record_q);
    let mut weights = vec![vec![]; lanes];
    for k in 0..9 {
        for (lane, weights) in weights.iter_mut().enumerate() {
            let at = (lane * 3 + k % 3) * HEAD_WEIGHT_BITS;
            let weight = rows[k / 3].slice(at, HEAD_WEIGHT_BITS);
            weights.push(m.delay_by(&format!("weight{lane}_{k}_q"), &weight, k % 3));
        }
    }
    let weights = weights.iter().map(|all| cat(&all.iter().rev().cloned().collect::<Vec<_>>())).collect();
    let (mut addends, mut thresholds) = (vec![], vec![]);
    for lane in 0..lanes {
        let at = lane * (HEAD_ADDEND_BITS + g.threshold_bits());
        addends.push(rows[3].slice(at, HEAD_ADDEND_BITS));
        let threshold = rows[3].slice(at + HEAD_ADDEND_BITS, g.threshold_bits());
        thresholds.push(m.delay_by(&format!("threshold{lane}_q"), &threshold, threshold_late(g) - ADDEND_LATE));
    }
    let load = (0..g.head_lanes / lanes)
        .map(|set| {
            let here = &control.loads & &control.beat.is(set as u64);
            skewed(m, g, &format!("load{set}"), &here)
        })
        .collect();
    let swap = skewed(m, g, "swap", &control.weights_begin);
    Weights { weights, addends, thresholds, load, swap }
}

/// `when`, a cycle later, for each weight, the addend, the threshold.
fn skewed(m: &mut Module, g: &Geometry, name: &str, when: &Expr) -> Expr {
    let mut late = vec![m.delay(&format!("{name}_late_0"), when)];
    for k in 1..9 {
        late.push(m.delay(&format!("{name}_late_{k}"), &late[k - 1]));
    }
    let threshold = m.delay_by(&format!("{name}_threshold"), &late[8], threshold_late(g) - 8);
    late.push(late[ADDEND_LATE].clone());
    late.push(threshold);
    late.reverse();
    m.wire(&format!("{name}_skewed"), &cat(&late))
}

/// A memory a row of the kernel, and one for addends and thresholds; each is read when its first product is made.
fn memories(m: &mut Module, g: &Geometry, record: &Expr) -> Vec<Expr> {
    let (lanes, records) = (lanes_a_record(g), records(g));
    let enable = m.input("weight_write_en_i", 1);
    let address = m.input("weight_write_address_i", index_bits(records));
    let data = m.input("weight_write_data_i", record_bits(g));
    let (row, rest) = (3 * HEAD_WEIGHT_BITS, HEAD_ADDEND_BITS + g.threshold_bits());
    let style = if records <= SHALLOW { RamStyle::Distributed } else { RamStyle::Block };
    let (mut read, mut made) = (record.clone(), vec![]);
    let parts = [("row0", 0, row, 0), ("row1", row, row, 3), ("row2", 2 * row, row, 3), ("rest", 3 * row, rest, 0)];
    for (name, offset, bits, later) in parts {
        read = match name {
            "rest" => m.delay("rest_record", record),
            _ => m.delay_by(&format!("{name}_record"), &read, later),
        };
        let own: Vec<Expr> = (0..lanes).rev().map(|lane| data.slice(lane * channel_bits(g) + offset, bits)).collect();
        let ports = [
            ("write_en_i", &enable),
            ("write_address_i", &address),
            ("write_data_i", &cat(&own)),
            ("read_address_i", &read),
        ];
        made.extend(m.instance(name, &ram(records, lanes * bits, style), &ports, &["read_data_o"]));
    }
    made
}
