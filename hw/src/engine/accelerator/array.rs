//! The array: slots, stores, window, lanes, and the way of a slot from its read to its write.

use super::{Top, memory, spatial, upsampler};
use crate::engine::{anchor, centre, lane_array, lane_store, pass_runner, sign_store, stream_store, window};
use crate::rtl::{Expr, cat, choose, lit};

/// Cycles from a slot to its word at the window.
pub(crate) const READ: usize = 2;
/// Cycles before the write in which the lanes take the head's word.
const MERGE: usize = 2;

/// Places runner, stores, window and lanes.
pub(super) fn array(top: &mut Top) {
    if top.g.memory {
        memory::left_edge(top);
    }
    runner(top);
    parameters(top);
    stores(top);
    arrive(top);
    if top.g.spatial {
        spatial::factors(top);
    }
    lanes(top);
    write_back(top);
}

fn runner(top: &mut Top) {
    let idle_stage = lit(0, 8);
    let chains = if top.g.chains == 2 { vec!["chain", "opens_chain"] } else { vec![] };
    let chains: Vec<_> = chains.iter().map(|name| (*name, top.nets.get("planner", name))).collect();
    let mut more = vec![("edge_stage", &idle_stage)];
    more.extend(chains.iter().map(|(name, value)| (*name, value)));
    let mut wires = vec![
        ("width", "control", "width"),
        ("stages", "control", "stages"),
        ("valid", "planner", "valid"),
        ("step", "planner", "step"),
        ("running", "steps", "running"),
        ("current_step", "steps", "step"),
        ("word", "planner", "word"),
        ("stage", "planner", "stage"),
        ("pass", "planner", "pass"),
        ("row", "planner", "row"),
        ("ring", "planner", "ring"),
        ("stream_base", "planner", "stream_base"),
        ("boundary", "planner", "boundary"),
        ("missing_top", "planner", "missing_top"),
        ("missing_bottom", "planner", "missing_bottom"),
        ("load_start", "planner", "load_start"),
        ("edge_request", "net", "request"),
        ("edge_stream_read", "head", "stream_read"),
        ("edge_stream_write", "head", "stream_write"),
        ("edge_sign_write", "head", "sign_write"),
        ("edge_ring", "head", "ring"),
        ("edge_pass", "head", "pass"),
        ("edge_column", "head", "column"),
        ("edge_keeps_signs", "head", "keeps_signs"),
        ("edge_row", "steps", "head_row"),
    ];
    if top.g.memory {
        wires.extend(["slots", "column", "primes", "restores", "spills"].map(|port| (port, "planner", port)));
        wires.extend([("edge_ready", "left_edge", "ready"), ("spill_room", "net", "spill_room")]);
    } else {
        wires.push(("skew", "planner", "skew"));
    }
    top.place("runner", &pass_runner::pass_runner(top.g), &wires, &more);
    hold_head(top);
    for net in ["accept", "shadow_free"] {
        let value = top.nets.get("runner", net);
        top.keep(net, &value);
    }
}

/// The head writes row `T` over the signs of row `T - 3`, which the first stage reads in the same step: it waits until
/// the last slot of that stage.
fn hold_head(top: &mut Top) {
    let net = |unit: &str, name: &str| top.nets.get(unit, name);
    let now = &net("planner", "step").eq(&net("steps", "step")) & &!&net("planner", "idle");
    let ahead = &now & &net("planner", "stage").is(1);
    let reads = &!&net("runner", "idle") & &net("runner", "running_stage").is(1);
    top.keep("head_hold", &(&ahead | &reads));
}

fn parameters(top: &mut Top) {
    let control = |name: &str| top.nets.get("control", name);
    let branch = top.g.branch.then_some("branch");
    let groups = branch.into_iter().chain(["threshold", "affine", "correction", "weight"]);
    let enables = cat(&groups.map(|group| control(&format!("{group}_write"))).collect::<Vec<_>>());
    let address = control("record_address").slice(0, top.g.lane_record_bits());
    let mut wires = vec![
        ("start", "planner", "load_start"),
        ("record", "planner", "record"),
        ("missing_top", "planner", "missing_top"),
        ("missing_bottom", "planner", "missing_bottom"),
        ("weight_write_data", "control", "weight_record"),
        ("correction_write_data", "control", "correction_record"),
        ("affine_write_data", "control", "affine_record"),
        ("threshold_write_data", "control", "threshold_record"),
    ];
    wires.extend(top.g.branch.then_some(("branch_write_data", "control", "branch_record")));
    top.place(
        "lane_store",
        &lane_store::lane_store(top.g),
        &wires,
        &[("write_en", &enables), ("write_address", &address)],
    );
    let loaded = top.nets.get("lane_store", "loaded");
    top.keep("loaded", &loaded);
}

fn stores(top: &mut Top) {
    let g = top.g;
    let ports = [
        ("stream_write_en", 1),
        ("sign_write_en", 1),
        ("stream_write_address", g.stream_address_bits()),
        ("sign_write_address", g.sign_address_bits()),
        ("write_ring", 2),
        ("stream_write_data", g.stream_word()),
        ("sign_write_data", g.lanes * g.pixels),
    ];
    for (name, bits) in ports {
        let net = top.m.promise(name, bits);
        top.nets.0.insert(format!("net_{name}"), net);
    }
    top.place(
        "signs",
        &sign_store::sign_store(g),
        &[
            ("read_address", "runner", "sign_read"),
            ("read_ring", "runner", "ring"),
            ("write_en", "net", "sign_write_en"),
            ("write_ring", "net", "write_ring"),
            ("write_pass", "net", "write_pass"),
            ("write_address", "net", "sign_write_address"),
            ("write_data", "net", "sign_write_data"),
        ],
        &[],
    );
    let read = top.nets.get("runner", "stream_read");
    let read = top.m.delay_by("stream_read_late", &read, g.stream_lag());
    top.place(
        "stream",
        &stream_store::stream_store(g),
        &[
            ("write_en", "net", "stream_write_en"),
            ("write_address", "net", "stream_write_address"),
            ("write_data", "net", "stream_write_data"),
        ],
        &[("read_address", &read)],
    );
    if !g.upsampler {
        let word = top.nets.get("stream", "stream");
        top.keep("stream_word", &word);
    }
}

/// Window and lanes.
fn lanes(top: &mut Top) {
    let g = top.g;
    let runner = |name: &str| top.nets.get("runner", name);
    let (read, first) = (runner("slot_read"), runner("slot_first"));
    let masks = ["missing_top", "missing_bottom", "missing_left", "missing_right"].map(|name| (name, runner(name)));
    let pointwise = g.pointwise.then(|| {
        let now = flag_of_stage(top, "pointwise");
        top.m.delay_by("pointwise", &now, READ)
    });
    let shift = top.m.delay_reset_by("read", &read, READ);
    let masks: Vec<_> = masks.iter().map(|(name, e)| (*name, top.m.delay_by(name, e, READ))).collect();
    let mut more: Vec<(&str, &Expr)> = masks.iter().map(|(name, e)| (*name, e)).collect();
    more.push(("shift", &shift));
    more.extend(pointwise.iter().map(|pointwise| ("pointwise", pointwise)));
    let restore = g.memory.then(|| {
        let takes = top.nets.get("runner", "takes_edge");
        top.m.delay_reset_by("restore", &takes, READ)
    });
    let mut signs = vec![("signs", "signs", "signs")];
    signs.extend(g.memory.then_some(("edge_signs", "left_edge", "signs")));
    more.extend(restore.iter().map(|restore| ("restore", restore)));
    top.place("window", &window::window(g), &signs, &more);
    let late = top.m.delay_reset_by("stream_shift", &shift, g.stream_lag());
    if g.upsampler {
        upsampler::anchor(top);
    }
    let restore_late = restore.map(|restore| top.m.delay_reset_by("stream_restore", &restore, g.stream_lag()));
    let mut stream = vec![("stream", "stream", "stream")];
    stream.extend(g.memory.then_some(("edge_stream", "left_edge", "stream")));
    let mut more = vec![("shift", &late)];
    more.extend(restore_late.iter().map(|restore| ("restore", restore)));
    stream.extend(g.upsampler.then_some(("anchor", "anchor", "anchor")));
    let centre = if g.upsampler { anchor::anchored_centre(g) } else { centre::centre(g) };
    top.place("centre", &centre, &stream, &more);
    if g.memory {
        let leaves = ["leaves_edge", "leaves_first_pass"].map(|net| top.nets.get("runner", net));
        let leaves =
            [top.m.delay_reset_by("leaves", &leaves[0], READ), top.m.delay_by("leaves_first", &leaves[1], READ)];
        memory::save(top, &leaves, [&masks[0].1, &masks[1].1]);
    }
    let swap = top.m.delay_reset_by("first", &first, READ);
    let cs = g.popcount_stages;
    let left = top.m.delay_by("border_left", &masks[2].1, cs);
    let right = top.m.delay_by("border_right", &masks[3].1, cs);
    let edge = top.nets.get("runner", "slot_edge");
    let edge = top.m.delay_reset_by("edge_merge", &edge, g.write_back() - MERGE);
    let activate = flag_of_stage(top, "activation");
    let activate = top.m.delay_by("activate", &activate, g.write_back() - MERGE);
    let ports = lane_array::store_ports(g);
    let mut wires = vec![
        ("window", "window", "window"),
        ("x", "centre", "x"),
        ("head_word", "head", "head_word"),
        ("head_signs", "head", "head_signs"),
    ];
    if g.popcount().column_parities() > 0 {
        wires.push(("parities", "window", "parities"));
    }
    wires.extend(ports.iter().map(|port| (port.as_str(), "lane_store", port.as_str())));
    wires.extend(g.spatial.then_some(("factors", "factor_centre", "x")));
    top.place(
        "lanes",
        &lane_array::lane_array(g),
        &wires,
        &[
            ("swap", &swap),
            ("missing_left", &left),
            ("missing_right", &right),
            ("activate", &activate),
            ("edge", &edge),
        ],
    );
}

/// The bit of the slot's stage that is loaded as the target `name`.
fn flag_of_stage(top: &mut Top, name: &str) -> Expr {
    let stage = top.nets.get("runner", "stage");
    let store = |port: &str| top.nets.get("control", port);
    let (write, address) = (store(&format!("{name}_write")), store("record_address"));
    let value = store(&format!("{name}_record"));
    let mut picked = lit(0, 1);
    for k in 0..top.g.stages {
        let flag = top.m.register_free(&format!("{name}{k}_q"), 1, false);
        let here = &write & &address.is(k as u64);
        top.m.drive_when(&flag, &here, &value);
        picked = choose(&stage.is(k as u64 + 1), &flag.q, &picked);
    }
    top.m.wire(&format!("{name}_now"), &picked)
}

/// What a slot is, when its result, or the head's word, is there.
fn arrive(top: &mut Top) {
    let late = top.g.write_back();
    let runner = |name: &str| top.nets.get("runner", name);
    let fields = ["pass", "ring", "stream_write", "sign_write", "keeps_signs", "stage", "row", "column"];
    let fields: Vec<_> = fields.iter().map(|n| (*n, runner(n))).collect();
    let (result, edge) = (runner("slot_result"), runner("slot_edge"));
    let result = top.m.delay_reset_by("result", &result, late);
    let edge = top.m.delay_reset_by("edge", &edge, late);
    for (name, value) in &fields {
        let arrived = top.m.delay_by(&format!("{name}_late"), value, late);
        top.nets.0.insert(format!("late_{name}"), arrived);
    }
    top.nets.0.insert("late_result".into(), result);
    top.nets.0.insert("late_edge".into(), edge);
    if top.g.phases() > 1 {
        upsampler::phase(top);
    }
}

/// Brings the slot's result, or the head's word, to the stores.
fn write_back(top: &mut Top) {
    let [result, edge, keeps] = ["result", "edge", "keeps_signs"].map(|net| top.nets.get("late", net));
    let head_writes = top.m.wire("head_writes", &(&edge & &keeps));
    let with_signs = &(&result & &keeps) | &head_writes;
    top.keep("stream_write_en", &if top.g.upsampler { with_signs.clone() } else { &result | &head_writes });
    top.keep("sign_write_en", &with_signs);
    for (net, field) in [
        ("stream_write_address", "stream_write"),
        ("sign_write_address", "sign_write"),
        ("write_ring", "ring"),
        ("write_pass", "pass"),
    ] {
        let value = top.nets.get("late", field);
        top.keep(net, &value);
    }
    for (net, output) in [("stream_write_data", "y"), ("sign_write_data", "sign")] {
        let value = top.nets.get("lanes", output);
        top.keep(net, &value);
    }
}
