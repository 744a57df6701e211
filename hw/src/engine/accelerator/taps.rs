//! Taps for comparison: what is written to the stream and what the tail reads. Synthesis drops them.

use super::Top;
use crate::geometry::COORDINATE_BITS;

/// Names the nets that a simulator reads.
pub(super) fn taps(top: &mut Top) {
    let stream = [
        ("tap_valid", "net", "stream_write_en"),
        ("tap_stage", "late", "stage"),
        ("tap_row", "late", "row"),
        ("tap_data", "net", "stream_write_data"),
    ];
    // What the tail reads is made by the long skip, or by an upsampler.
    let sums = if top.g.upsampler {
        [("sums", "valid"), ("late", "row"), ("late", "column"), ("net", "stream_write_data"), ("sums", "group")]
    } else {
        [("head", "sum_valid"), ("steps", "skip_row"), ("head", "sum_column"), ("head", "sum"), ("head", "sum_group")]
    };
    let [valid, row, column, data, group] = sums;
    let named = [("sum_valid", valid), ("sum_row", row), ("sum_column", column), ("sum_data", data)];
    for (name, unit, net) in stream.into_iter().chain(named.map(|(name, (unit, net))| (name, unit, net))) {
        let value = top.nets.get(unit, net);
        top.m.tap(name, &value);
    }
    let column = top.nets.get("late", "column");
    if column.width() > COORDINATE_BITS {
        top.m.drops("tap_column", &column.slice(COORDINATE_BITS, column.width() - COORDINATE_BITS));
    }
    top.m.tap("tap_column", &column.slice(0, COORDINATE_BITS));
    for (name, unit, net, bits) in [("tap_pass", "late", "pass", 8), ("sum_pass", group.0, group.1, 16)] {
        let value = top.nets.get(unit, net).extend(bits);
        top.m.tap(name, &value);
    }
}
