//! Taps for comparison: what is written to the stream and what the tail reads. Synthesis drops them.

use super::Top;
use crate::geometry::COORDINATE_BITS;

/// Names the nets that a simulator reads.
pub(super) fn taps(top: &mut Top) {
    let nets = [
        ("tap_valid", "net", "stream_write_en"),
        ("tap_stage", "late", "stage"),
        ("tap_row", "late", "row"),
        ("tap_data", "net", "stream_write_data"),
        ("sum_valid", "head", "sum_valid"),
        ("sum_row", "steps", "skip_row"),
        ("sum_column", "head", "sum_column"),
        ("sum_data", "head", "sum"),
    ];
    for (name, unit, net) in nets {
        let value = top.nets.get(unit, net);
        top.m.tap(name, &value);
    }
    let column = top.nets.get("late", "column");
    if column.width() > COORDINATE_BITS {
        top.m.drops("tap_column", &column.slice(COORDINATE_BITS, column.width() - COORDINATE_BITS));
    }
    top.m.tap("tap_column", &column.slice(0, COORDINATE_BITS));
    for (name, unit, net, bits) in [("tap_pass", "late", "pass", 8), ("sum_pass", "head", "sum_group", 16)] {
        let value = top.nets.get(unit, net).extend(bits);
        top.m.tap(name, &value);
    }
}
