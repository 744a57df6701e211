//! The parameters of all lanes: memories and the loader that fills the lanes' shadow copies, some lanes a cycle.

use super::border_sums::border_sums;
use crate::blocks::{RamStyle, ram};
use crate::geometry::{BRANCH_SLOPE_BITS, Geometry, MUL_BITS};
use crate::rtl::{Expr, Module, cat, index_bits, lit};
use std::rc::Rc;

/// A group of parameters that one pipeline stage of the lanes reads.
struct Group {
    name: &'static str,
    bits: usize,
    /// Cycles by which its loading trails that of the weights.
    delay: usize,
}

/// Widths of a lane's records: sign weights, tap sums, affine, threshold.
pub(super) fn record_bits(g: &Geometry) -> [usize; 4] {
    [g.taps, 8 * g.tap_sum_bits(), MUL_BITS + g.addend_bits(), g.threshold_bits()]
}

/// Width of a lane's record of a branch: slope, offset.
pub(super) fn branch_record_bits(g: &Geometry) -> usize {
    BRANCH_SLOPE_BITS + g.branch_addend_bits()
}

/// Cycles by which a slot reaches the readers of a lane's parameters after the weights' reader.
pub(super) struct GroupDelays {
    pub(super) correction: usize,
    pub(super) affine: usize,
    pub(super) branch: usize,
    pub(super) threshold: usize,
}

/// The delays of an engine; `branch` is used where there is one.
pub(super) fn group_delays(g: &Geometry) -> GroupDelays {
    let affine = g.popcount_stages + 1;
    let skip = affine + 3;
    GroupDelays {
        correction: g.popcount_stages - 1,
        affine,
        branch: skip + g.factor_cycles(),
        threshold: skip + g.factor_cycles() + g.branch_cycles() + 3,
    }
}

/// Memories and loader. A load takes `P / load_lanes` cycles; each group trails the weights as far as its reader does.
///
/// Record `r` lies in bank `r mod load_lanes`, so that neighbouring lanes load together; bits of `*_data_o` are those
/// banks, the first lowest, and bits of `*_load_o` the turns of the load, one for the lanes that it fills.
pub(super) fn lane_store(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "lane_store",
        format!(
            "Parameters of the lanes, one record a stage and output channel: sign weights, tap sums, affine, {}.\n\
             After start_i it fills the shadow registers of the {} lanes, {} a cycle, each from its bank. The tap sums\n\
             become the border corrections of the coming row.",
            if g.branch { "threshold, branch" } else { "threshold" },
            g.lanes,
            g.load_lanes
        ),
    );
    let start = m.input("start_i", 1);
    let record = m.input("record_i", g.lane_record_bits());
    let top = m.input("missing_top_i", 1);
    let bottom = m.input("missing_bottom_i", 1);
    let write_enable = m.input("write_en_i", if g.branch { 5 } else { 4 });
    let write_address = m.input("write_address_i", g.lane_record_bits());
    let (active, address, turn) = sequence(&mut m, g, &start, &record);
    let rows = m.register_free("missing_rows_q", 2, false);
    m.drive_when(&rows, &start, &cat(&[bottom, top]));
    let delays = group_delays(g);
    let bits = record_bits(g);
    let mut groups = vec![
        Group { name: "weight", bits: bits[0], delay: 0 },
        Group { name: "correction", bits: bits[1], delay: delays.correction - 1 },
        Group { name: "affine", bits: bits[2], delay: delays.affine },
        Group { name: "threshold", bits: bits[3], delay: delays.threshold },
    ];
    groups.extend(g.branch.then(|| Group { name: "branch", bits: branch_record_bits(g), delay: delays.branch }));
    for (k, group) in groups.iter().enumerate() {
        m.section(&format!("{}: {} cycle(s) behind the weights.", group.name, group.delay));
        let name = group.name;
        let fields = [rows.q.clone(), active.clone(), turn.clone(), address.clone()];
        let fields = if name == "correction" { &fields[..] } else { &fields[1..] };
        let control = m.wire(&format!("{name}_control"), &cat(fields));
        let control = m.delay_reset_by(&format!("{name}_control"), &control, group.delay);
        let control = m.wire(&format!("{name}_now"), &control);
        let write = Write { enable: write_enable.slice(k, 1), address: write_address.clone() };
        let records = banks(&mut m, g, group, &write, &control.slice(0, address.width()));
        let now = control.slice(address.width(), control.width() - address.width());
        let now = m.delay_reset(&format!("{name}_read_q"), &now);
        emit_group(&mut m, g, name, &now, &records);
    }
    Rc::new(m)
}

/// A write of a record from the bus.
struct Write {
    enable: Expr,
    address: Expr,
}

/// The memories of a group, each with the records of one of the lanes that load together, and what they read.
fn banks(m: &mut Module, g: &Geometry, group: &Group, write: &Write, read_address: &Expr) -> Vec<Expr> {
    let memory = ram(g.lane_records() / g.load_lanes, group.bits, RamStyle::Block);
    let data = m.input(&format!("{}_write_data_i", group.name), group.bits);
    let select = g.load_lanes.trailing_zeros() as usize;
    let address = in_bank(g, &write.address);
    (0..g.load_lanes)
        .map(|bank| {
            let here = |bits| write.address.slice(0, bits).is(bank as u64);
            let enable = if select == 0 { write.enable.clone() } else { &write.enable & &here(select) };
            let inputs = [
                ("write_en_i", &enable),
                ("write_address_i", &address),
                ("write_data_i", &data),
                ("read_address_i", read_address),
            ];
            m.instance(&format!("{}_bank{bank}", group.name), &memory, &inputs, &["read_data_o"]).remove(0)
        })
        .collect()
}

/// The address within its bank of a record.
fn in_bank(g: &Geometry, record: &Expr) -> Expr {
    let select = g.load_lanes.trailing_zeros() as usize;
    if record.width() > select { record.slice(select, record.width() - select) } else { lit(0, 1) }
}

/// Address and turn of the running load; `loaded_o` says that the last one is complete.
fn sequence(m: &mut Module, g: &Geometry, start: &Expr, record: &Expr) -> (Expr, Expr, Expr) {
    let first = in_bank(g, record);
    if g.load_lanes > 1 {
        m.drops("record", &record.slice(0, g.load_lanes.trailing_zeros() as usize));
    }
    let turn_bits = index_bits(g.load_cycles());
    let (active_q, active) = m.state("active", 1, 0);
    let (loaded_q, loaded) = m.state("loaded", 1, 0);
    let (turn_q, turn) = m.state("turn", turn_bits, 0);
    let (address_q, address) = m.state("address", first.width(), 0);
    let last = m.wire("last_turn", &turn_q.is(g.load_cycles() as u64 - 1));
    m.comb(|s| {
        for (d, q) in [(&active, &active_q), (&loaded, &loaded_q), (&turn, &turn_q), (&address, &address_q)] {
            s.set(d, q);
        }
        s.when(&active_q, |s| {
            s.set(&turn, &turn_q.plus(1));
            s.set(&address, &address_q.plus(1));
            s.when(&last, |s| {
                s.set(&active, &lit(0, 1));
                s.set(&loaded, &lit(1, 1));
            });
        });
        s.when(start, |s| {
            s.set(&active, &lit(1, 1));
            s.set(&loaded, &lit(0, 1));
            s.set(&turn, &lit(0, turn_bits));
            s.set(&address, &first);
        });
    });
    m.output("loaded_o", &loaded_q);
    (active_q, address_q, turn_q)
}

/// Registers the records of all banks and says which lanes take them. `now` is `{missing rows, active, turn}` beside
/// the records.
fn emit_group(m: &mut Module, g: &Geometry, name: &str, now: &Expr, records: &[Expr]) {
    let turn_bits = index_bits(g.load_cycles());
    let (turn, active) = (now.slice(0, turn_bits), now.bit(turn_bits));
    let register = |m: &mut Module, (bank, record)| m.delay(&format!("{name}_record{bank}_q"), record);
    let records: Vec<_> = records.iter().enumerate().map(|of| register(m, of)).collect();
    let chosen: Vec<_> = (0..g.load_cycles()).rev().map(|k| &active & &turn.is(k as u64)).collect();
    let chosen = m.wire(&format!("{name}_chosen"), &cat(&chosen));
    let load = m.delay_reset(&format!("{name}_load_q"), &chosen);
    match name {
        "correction" => {
            let rows = m.delay("correction_rows_q", &now.slice(turn_bits + 1, 2));
            let unit = border_sums(g);
            let one = |(bank, sums): (usize, &Expr)| {
                let inputs = [("tap_sums_i", sums), ("missing_i", &rows)];
                m.instance(&format!("sums{bank}"), &unit, &inputs, &["correction_o"]).remove(0)
            };
            let corrections: Vec<_> = records.iter().enumerate().map(one).collect();
            let load = m.delay_reset_by("correction_load_late_q", &load, 2);
            m.output("correction_load_o", &load);
            m.output("correction_data_o", &side_by_side(&corrections));
        }
        "affine" => emit_pair(m, "affine", &load, &records, [("mul", MUL_BITS), ("add", g.addend_bits())]),
        "branch" => {
            let parts = [("slope", BRANCH_SLOPE_BITS), ("offset", g.branch_addend_bits())];
            emit_pair(m, "branch", &load, &records, parts);
        }
        "threshold" => {
            m.output("threshold_load_o", &load);
            m.output("threshold_data_o", &side_by_side(&records));
        }
        _ => {
            m.output("weight_load_o", &load);
            m.output("weight_data_o", &side_by_side(&records));
            parities(m, g, &load, &records);
        }
    }
}

/// Says which lanes take the two parts of a group's records, the first lowest.
fn emit_pair(m: &mut Module, name: &str, load: &Expr, records: &[Expr], [low, high]: [(&str, usize); 2]) {
    m.output(&format!("{name}_load_o"), load);
    for ((part, bits), at) in [(low, 0), (high, low.1)] {
        let banks: Vec<_> = records.iter().map(|record| record.slice(at, bits)).collect();
        m.output(&format!("{part}_data_o"), &side_by_side(&banks));
    }
}

/// Parities of the weights, two cycles behind them.
fn parities(m: &mut Module, g: &Geometry, load: &Expr, weights: &[Expr]) {
    let popcount = g.popcount();
    let Some(unit) = popcount.weight_parity() else { return };
    let one = |(bank, weights): (usize, &Expr)| {
        let outputs = m.instance_outputs(&format!("parity{bank}"), &unit, &[("wgt_i", weights)]);
        outputs.into_iter().map(|(_, parity)| parity).collect::<Vec<_>>()
    };
    let made: Vec<_> = weights.iter().enumerate().map(one).collect();
    let load = m.delay_reset_by("parity_load_q", load, 2);
    m.output("parity_load_o", &load);
    for (k, (time, _)) in popcount.weight_parities().iter().enumerate() {
        let banks: Vec<_> = made.iter().map(|parities| parities[k].clone()).collect();
        m.output(&format!("parity{time}_data_o"), &side_by_side(&banks));
    }
}

/// The banks' values as one vector, the first lowest.
fn side_by_side(banks: &[Expr]) -> Expr {
    match banks {
        [one] => one.clone(),
        _ => cat(&banks.iter().rev().cloned().collect::<Vec<_>>()),
    }
}
