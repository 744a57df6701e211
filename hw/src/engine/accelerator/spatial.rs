//! Spatial factors: from the words that are written to the lanes of the stage that reads them.

use super::Top;
use super::array::READ;
use crate::engine::{centre, spatial_unit};
use crate::rtl::index_bits;

/// Places the unit, and the register that brings its pixels to the centres of the windows.
pub(super) fn factors(top: &mut Top) {
    let g = top.g;
    let runner = |name: &str| top.nets.get("runner", name);
    let [read_address, ring, shift, first] = ["sign_read", "ring", "slot_read", "slot_first"].map(runner);
    let read_address = top.m.delay_by("factor_read_late", &read_address, g.factor_lag());
    let read_ring = top.m.delay_by("factor_ring_late", &ring, g.factor_lag());
    let first = top.m.delay_by("factor_first_late", &first, g.write_back());
    let late = |name: &str| top.nets.get("late", name);
    let stage = late("stage").slice(0, index_bits(g.stages));
    let record = top.nets.get("control", "record_address");
    let unit = spatial_unit::spatial_unit(g);
    let addresses = ["weight", "addend", "sigmoid"].map(|memory| {
        let port = format!("{memory}_write_address");
        let address = record.slice(0, unit.input_width(&format!("{port}_i")));
        (port, address)
    });
    let mut more =
        vec![("read_address", &read_address), ("read_ring", &read_ring), ("first", &first), ("stage", &stage)];
    more.extend(addresses.iter().map(|(port, address)| (port.as_str(), address)));
    top.place(
        "spatial",
        &unit,
        &[
            ("y", "net", "stream_write_data"),
            ("valid", "net", "sign_write_en"),
            ("head", "late", "edge"),
            ("pass", "late", "pass"),
            ("address", "late", "sign_write"),
            ("ring", "late", "ring"),
            ("weight_write_en", "control", "factor_weight_write"),
            ("weight_write_data", "control", "factor_weight_record"),
            ("addend_write_en", "control", "factor_addend_write"),
            ("addend_write_data", "control", "factor_addend_record"),
            ("sigmoid_write_en", "control", "sigmoid_write"),
            ("sigmoid_write_data", "control", "sigmoid_record"),
        ],
        &more,
    );
    let shift = top.m.delay_reset_by("factor_shift", &shift, READ + g.factor_lag());
    let mut wires = vec![("factors", "spatial", "factors")];
    let mut more = vec![("shift", &shift)];
    let restore = g.memory.then(|| {
        let takes = top.nets.get("runner", "takes_edge");
        top.m.delay_reset_by("factor_restore", &takes, READ + g.factor_lag())
    });
    wires.extend(g.memory.then_some(("edge_factors", "left_edge", "factor")));
    more.extend(restore.iter().map(|restore| ("restore", restore)));
    top.place("factor_centre", &centre::factor_centre(g), &wires, &more);
}
