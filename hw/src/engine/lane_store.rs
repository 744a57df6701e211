//! The parameters of all lanes: memories and the loader that fills the lanes' shadow copies, a lane a cycle.

use crate::blocks::{RamStyle, ram};
use crate::geometry::{Geometry, MUL_BITS};
use crate::rtl::{Expr, Module, cat, choose, lit, slit};
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

/// Cycles by which a slot reaches the readers of a lane's parameters after the weights' reader:
/// correction, affine, threshold.
pub(super) fn group_delays(g: &Geometry) -> [usize; 3] {
    [g.popcount_stages - 1, g.popcount_stages + 1, g.popcount_stages + 5]
}

/// Memories and loader. A load takes `P` cycles; each group trails the weights as far as its reader does.
pub(super) fn lane_store(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "lane_store",
        format!(
            "Parameters of the lanes, one record a stage and output channel: sign weights, tap sums, affine, threshold.\n\
             After start_i it fills the shadow registers of the {} lanes, a lane a cycle. The tap sums become the\n\
             border corrections of the coming row: the sums of the missing rows, and with them those of a missing left\n\
             column, of a missing right one, and of both, over the rows that are present.",
            g.lanes
        ),
    );
    let start = m.input("start_i", 1);
    let record = m.input("record_i", g.lane_record_bits());
    let top = m.input("missing_top_i", 1);
    let bottom = m.input("missing_bottom_i", 1);
    let write_enable = m.input("write_en_i", 4);
    let write_address = m.input("write_address_i", g.lane_record_bits());
    let (active, address, lane) = sequence(&mut m, g, &start, &record);
    let rows = m.register_free("missing_rows_q", 2, false);
    m.drive_when(&rows, &start, &cat(&[bottom, top]));
    let [correction, affine, threshold] = group_delays(g);
    let bits = record_bits(g);
    let groups = [
        Group { name: "weight", bits: bits[0], delay: 0 },
        Group { name: "correction", bits: bits[1], delay: correction - 1 },
        Group { name: "affine", bits: bits[2], delay: affine },
        Group { name: "threshold", bits: bits[3], delay: threshold },
    ];
    for (k, group) in groups.iter().enumerate() {
        m.section(&format!("{}: {} cycle(s) behind the weights.", group.name, group.delay));
        let name = group.name;
        let fields = [rows.q.clone(), active.clone(), lane.clone(), address.clone()];
        let fields = if name == "correction" { &fields[..] } else { &fields[1..] };
        let control = m.wire(&format!("{name}_control"), &cat(fields));
        let control = m.delay_reset_by(&format!("{name}_control"), &control, group.delay);
        let control = m.wire(&format!("{name}_now"), &control);
        let data = m.input(&format!("{name}_write_data_i"), group.bits);
        let memory = ram(g.lane_records(), group.bits, RamStyle::Block);
        let read = m.instance(
            &format!("{name}_memory"),
            &memory,
            &[
                ("write_en_i", &write_enable.slice(k, 1)),
                ("write_address_i", &write_address),
                ("write_data_i", &data),
                ("read_address_i", &control.slice(0, g.lane_record_bits())),
            ],
            &["read_data_o"],
        );
        let lane_at = g.lane_record_bits();
        let now = control.slice(lane_at, control.width() - lane_at);
        let now = m.delay_reset(&format!("{name}_read_q"), &now);
        emit_group(&mut m, g, name, &now, &read[0]);
    }
    Rc::new(m)
}

/// Address and lane of the running load; `loaded_o` says that the last one is complete.
fn sequence(m: &mut Module, g: &Geometry, start: &Expr, record: &Expr) -> (Expr, Expr, Expr) {
    let (active_q, active) = m.state("active", 1, 0);
    let (loaded_q, loaded) = m.state("loaded", 1, 0);
    let (lane_q, lane) = m.state("lane", g.lane_bits(), 0);
    let (address_q, address) = m.state("address", g.lane_record_bits(), 0);
    let last = m.wire("last_lane", &lane_q.is(g.lanes as u64 - 1));
    m.comb(|s| {
        for (d, q) in [(&active, &active_q), (&loaded, &loaded_q), (&lane, &lane_q), (&address, &address_q)] {
            s.set(d, q);
        }
        s.when(&active_q, |s| {
            s.set(&lane, &lane_q.plus(1));
            s.set(&address, &address_q.plus(1));
            s.when(&last, |s| {
                s.set(&active, &lit(0, 1));
                s.set(&loaded, &lit(1, 1));
            });
        });
        s.when(start, |s| {
            s.set(&active, &lit(1, 1));
            s.set(&loaded, &lit(0, 1));
            s.set(&lane, &lit(0, g.lane_bits()));
            s.set(&address, record);
        });
    });
    m.output("loaded_o", &loaded_q);
    (active_q, address_q, lane_q)
}

/// Registers a record and says which lane takes it. `now` is `{missing rows, active, lane}` beside the record.
fn emit_group(m: &mut Module, g: &Geometry, name: &str, now: &Expr, record: &Expr) {
    let lane = now.slice(0, g.lane_bits());
    let active = now.bit(g.lane_bits());
    let data = m.delay(&format!("{name}_record_q"), record);
    let chosen: Vec<_> = (0..g.lanes).rev().map(|k| &active & &lane.is(k as u64)).collect();
    let chosen = m.wire(&format!("{name}_chosen"), &cat(&chosen));
    let load = m.delay_reset(&format!("{name}_load_q"), &chosen);
    match name {
        "correction" => {
            let rows = m.delay("correction_rows_q", &now.slice(g.lane_bits() + 1, 2));
            let packed = correction(m, g, &data, &rows);
            let load = m.delay_reset_by("correction_load_late_q", &load, 2);
            m.output("correction_load_o", &load);
            m.output("correction_data_o", &packed);
        }
        "affine" => {
            m.output("affine_load_o", &load);
            m.output("mul_data_o", &data.slice(0, MUL_BITS).signed());
            m.output("add_data_o", &data.slice(MUL_BITS, g.addend_bits()).signed());
        }
        "threshold" => {
            m.output("threshold_load_o", &load);
            m.output("threshold_data_o", &data.signed());
        }
        _ => {
            m.output("weight_load_o", &load);
            m.output("weight_data_o", &data);
            parities(m, g, &load, &data);
        }
    }
}

/// Parities of the weights, two cycles behind them.
fn parities(m: &mut Module, g: &Geometry, load: &Expr, weights: &Expr) {
    let popcount = g.popcount();
    let Some(unit) = popcount.weight_parity() else { return };
    let made = m.instance_outputs("parity", &unit, &[("wgt_i", weights)]);
    let load = m.delay_reset_by("parity_load_q", load, 2);
    m.output("parity_load_o", &load);
    for ((time, _), (_, parity)) in popcount.weight_parities().iter().zip(&made) {
        m.output(&format!("parity{time}_data_o"), parity);
    }
}

/// `{both, right, left, none}` of a lane, by the columns that are missing, two cycles later; `missing` is
/// `{bottom, top}`. The centre tap is never missing and has no sum.
fn correction(m: &mut Module, g: &Geometry, sums: &Expr, missing: &Expr) -> Expr {
    let (bits, tap) = (g.correction_bits(), g.tap_sum_bits());
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
    let taps: Vec<Vec<Expr>> = (0..3).map(|ky| (0..3).map(|kx| at(m, ky, kx)).collect()).collect();
    let add = |parts: [&Expr; 3]| &(parts[0] + parts[1]) + parts[2];
    let row = |m: &mut Module, ky: usize| {
        let sum = add([&taps[ky][0], &taps[ky][1], &taps[ky][2]]);
        m.wire(&format!("row_sum_{ky}"), &choose(&missing.bit(ky / 2), &sum, &zero))
    };
    let (upper, lower) = (row(m, 0), row(m, 2));
    let rows = m.wire("rows_sum", &(&upper + &lower));
    let column = |m: &mut Module, name: &str, kx: usize| {
        let top = choose(&missing.bit(0), &zero, &taps[0][kx]);
        let bottom = choose(&missing.bit(1), &zero, &taps[2][kx]);
        m.wire(name, &add([&top, &taps[1][kx], &bottom]))
    };
    let (left, right) = (column(m, "left_sum", 0), column(m, "right_sum", 2));
    let [rows, left, right] =
        [("rows", rows), ("left", left), ("right", right)].map(|(name, sum)| m.delay(&format!("{name}_sum_q"), &sum));
    let both = &(&rows + &left) + &right;
    m.delay("correction_q", &cat(&[both, &rows + &right, &rows + &left, rows]))
}
