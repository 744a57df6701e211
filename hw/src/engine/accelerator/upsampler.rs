//! A binary upsampler at the end: the head's output in the stage before it, its own results into the tail's store.

use super::Top;
use crate::engine::anchor;
use crate::rtl::{Expr, index_bits, lit, pick};

/// Places the rows of the head's output, read in the slots of the stage before the last one.
pub(super) fn anchor(top: &mut Top) {
    let g = top.g;
    let runner = |name: &str| top.nets.get("runner", name);
    let wanted = runner("stage").plus(1).eq(&top.nets.get("control", "stages"));
    let columns = index_bits(g.width);
    let [row, column] = [runner("row").slice(0, 1), runner("column").slice(0, columns)];
    let reads = [("wanted", wanted), ("read_row", row), ("read_pass", runner("pass")), ("read_column", column)];
    let reads = reads.map(|(name, value)| (name, top.m.delay_by(&format!("anchor_{name}"), &value, g.stream_lag())));
    let written_row = top.nets.get("steps", "skip_row").slice(0, 1);
    let column = top.nets.get("head", "sum_column");
    top.m.drops("head_sum_column", &column.slice(columns, column.width() - columns));
    let written_column = column.slice(0, columns);
    let mut more = vec![("row", &written_row), ("column", &written_column)];
    more.extend(reads.iter().map(|(name, value)| (*name, value)));
    let wires = [("valid", "head", "sum_valid"), ("group", "head", "sum_group"), ("x0", "head", "sum")];
    top.place("anchor", &anchor::anchor(g), &wires, &more);
}

/// The phase of the slot's pass, when its result is there.
pub(super) fn phase(top: &mut Top) {
    let bits = index_bits(top.g.phases());
    let kept = top.m.register_free("phase_q", bits, false);
    let (accept, phase) = (top.nets.get("net", "accept"), top.nets.get("planner", "phase"));
    top.m.drive_when(&kept, &accept, &phase);
    let arrived = top.m.delay_by("phase_late", &kept.q, top.g.write_back() + 1);
    top.nets.0.insert("late_phase".into(), arrived);
}

/// What the last stage writes into the tail's store, and nowhere else: the nets `sums_valid` and `sums_group` beside those
/// of its words.
pub(super) fn sums(top: &mut Top) -> Vec<(&'static str, Expr)> {
    let g = top.g;
    let late = |name: &str| top.nets.get("late", name);
    let valid = &late("result") & &!&late("keeps_signs");
    let bits = index_bits(g.sum_groups());
    let pass = if g.passes == 1 { lit(0, bits) } else { late("pass").extend(bits) };
    let passes_before = |phase: usize| lit((phase * g.passes) as u64, bits);
    let group = match g.phases() {
        1 => pass,
        phases => &pick(&late("phase"), &(0..phases).map(passes_before).collect::<Vec<_>>()) + &pass,
    };
    let row = late("row").slice(0, 2);
    let column = late("column").slice(0, g.sum_column_bits());
    let [valid, group] = [("sums_valid", valid), ("sums_group", group)].map(|(name, value)| {
        let net = top.m.wire(name, &value);
        top.nets.0.insert(name.into(), net.clone());
        net
    });
    vec![
        ("sum_valid", valid),
        ("sum_row", row),
        ("sum_group", group),
        ("sum_column", column),
        ("sum", top.nets.get("net", "stream_write_data")),
    ]
}
