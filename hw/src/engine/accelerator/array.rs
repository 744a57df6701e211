//! The array: slots, stores, window, lanes, and the way of a slot from its read to its write.

use super::Top;
use crate::engine::lane_store::group_delays;
use crate::engine::{lane, lane_store, pass_runner, sign_store, stream_store, window};
use crate::rtl::{Expr, cat, choose, lit};

/// Cycles from a slot to its word at the window.
const READ: usize = 2;

/// Places runner, stores, window and lanes.
pub(super) fn array(top: &mut Top) {
    runner(top);
    parameters(top);
    stores(top);
    let lanes = lanes(top);
    write_back(top, &lanes);
}

fn runner(top: &mut Top) {
    let idle_stage = lit(0, 8);
    let chains = if top.g.chains == 2 { vec!["chain", "opens_chain"] } else { vec![] };
    let chains: Vec<_> = chains.iter().map(|name| (*name, top.nets.get("planner", name))).collect();
    let mut more = vec![("edge_stage", &idle_stage)];
    more.extend(chains.iter().map(|(name, value)| (*name, value)));
    top.place(
        "runner",
        &pass_runner::pass_runner(top.g),
        &[
            ("width", "control", "width"),
            ("stages", "control", "stages"),
            ("valid", "planner", "valid"),
            ("step", "planner", "step"),
            ("running", "steps", "running"),
            ("current_step", "steps", "step"),
            ("skew", "planner", "skew"),
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
        ],
        &more,
    );
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
    let enables = cat(&[
        control("threshold_write"),
        control("affine_write"),
        control("correction_write"),
        control("weight_write"),
    ]);
    let address = control("record_address").slice(0, top.g.lane_record_bits());
    top.place(
        "lane_store",
        &lane_store::lane_store(top.g),
        &[
            ("start", "planner", "load_start"),
            ("record", "planner", "record"),
            ("missing_top", "planner", "missing_top"),
            ("missing_bottom", "planner", "missing_bottom"),
            ("weight_write_data", "control", "weight_record"),
            ("correction_write_data", "control", "correction_record"),
            ("affine_write_data", "control", "affine_record"),
            ("threshold_write_data", "control", "threshold_record"),
        ],
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
    top.place(
        "stream",
        &stream_store::stream_store(g),
        &[
            ("read_address", "runner", "stream_read"),
            ("write_en", "net", "stream_write_en"),
            ("write_address", "net", "stream_write_address"),
            ("write_data", "net", "stream_write_data"),
        ],
        &[],
    );
    let word = top.nets.get("stream", "stream");
    top.keep("stream_word", &word);
}

/// Outputs of the lanes: stream and signs of each.
fn lanes(top: &mut Top) -> Vec<(Expr, Expr)> {
    let g = top.g;
    let runner = |name: &str| top.nets.get("runner", name);
    let (read, first) = (runner("slot_read"), runner("slot_first"));
    let masks = ["missing_top", "missing_bottom", "missing_left", "missing_right"].map(|name| (name, runner(name)));
    let stage = runner("stage");
    let shift = top.m.delay_reset_by("read", &read, READ);
    let masks: Vec<_> = masks.iter().map(|(name, e)| (*name, top.m.delay_by(name, e, READ))).collect();
    let mut more: Vec<(&str, &Expr)> = masks.iter().map(|(name, e)| (*name, e)).collect();
    more.push(("shift", &shift));
    top.place("window", &window::window(g), &[("signs", "signs", "signs"), ("stream", "stream", "stream")], &more);
    let swaps = swaps(top, &first);
    let cs = g.popcount_stages;
    let left = top.m.delay_by("border_left", &masks[2].1, cs);
    let right = top.m.delay_by("border_right", &masks[3].1, cs);
    let x = top.nets.get("window", "x");
    let x = top.m.delay_by("x", &x, 4 + cs);
    let activate = activations(top, &stage);
    let lane = lane::lane(g);
    (0..g.lanes)
        .map(|k| {
            let store = |name: &str| top.nets.get("lane_store", name);
            let x = x_of_lane(top, &x, k);
            let loads =
                ["weight", "correction", "affine", "threshold"].map(|n| store(&format!("{n}_load")).slice(k, 1));
            let data = ["weight", "correction", "mul", "add", "threshold"].map(|n| store(&format!("{n}_data")));
            let [weight, correction, affine, threshold] = [0, 1, 2, 3].map(|i| (&loads[i], &swaps[i]));
            top.place(
                &format!("lane{k}"),
                &lane,
                &[("window", "window", "window")],
                &[
                    ("missing_left", &left),
                    ("missing_right", &right),
                    ("x", &x),
                    ("activate", &activate),
                    ("weight_load", weight.0),
                    ("weight_swap", weight.1),
                    ("weight_data", &data[0]),
                    ("correction_load", correction.0),
                    ("correction_swap", correction.1),
                    ("correction_data", &data[1]),
                    ("mul_load", affine.0),
                    ("mul_swap", affine.1),
                    ("mul_data", &data[2]),
                    ("add_load", affine.0),
                    ("add_swap", affine.1),
                    ("add_data", &data[3]),
                    ("threshold_load", threshold.0),
                    ("threshold_swap", threshold.1),
                    ("threshold_data", &data[4]),
                ],
            );
            (top.nets.get(&format!("lane{k}"), "y"), top.nets.get(&format!("lane{k}"), "sign"))
        })
        .collect()
}

/// The lane's stream values out of the word of all lanes, pixel by pixel.
fn x_of_lane(top: &Top, x: &Expr, lane: usize) -> Expr {
    let (g, b) = (top.g, top.g.stream_bits);
    let pixels = (0..g.pixels).rev().map(|pixel| x.slice((pixel * g.lanes + lane) * b, b));
    cat(&pixels.collect::<Vec<_>>())
}

/// When the lanes take over the shadow copies: weights, correction, affine, threshold.
fn swaps(top: &mut Top, first: &Expr) -> [Expr; 4] {
    let at_window = top.m.delay_reset_by("first", first, READ);
    let mut at = at_window.clone();
    let mut past = 0;
    let mut swaps = vec![at_window];
    for (name, delay) in ["correction", "affine", "threshold"].iter().zip(group_delays(top.g)) {
        at = top.m.delay_reset_by(&format!("first_{name}"), &at, delay - past);
        past = delay;
        swaps.push(at.clone());
    }
    let [weight, correction, affine, threshold] = swaps.try_into().expect("four groups");
    [weight, correction, affine, threshold]
}

/// Whether the slot's stage has an activation, where the lanes read it.
fn activations(top: &mut Top, stage: &Expr) -> Expr {
    let g = top.g;
    let store = |name: &str| top.nets.get("control", name);
    let (write, address, value) = (store("activation_write"), store("record_address"), store("activation_record"));
    let mut picked = lit(0, 1);
    for k in 0..g.stages {
        let flag = top.m.register_free(&format!("activation{k}_q"), 1, false);
        let here = &write & &address.is(k as u64);
        top.m.drive_when(&flag, &here, &value);
        picked = choose(&stage.is(k as u64 + 1), &flag.q, &picked);
    }
    let now = top.m.wire("activate_now", &picked);
    top.m.delay_by("activate", &now, 8 + g.popcount_stages)
}

/// Brings the slot's result, or the head's word, to the stores.
fn write_back(top: &mut Top, lanes: &[(Expr, Expr)]) {
    let (g, late) = (top.g, top.g.write_back());
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
    let keeps = top.nets.get("late", "keeps_signs");
    let head_writes = top.m.wire("head_writes", &(&edge & &keeps));
    top.keep("stream_write_en", &(&result | &head_writes));
    top.keep("sign_write_en", &(&(&result & &keeps) | &head_writes));
    for (net, field) in [
        ("stream_write_address", "stream_write"),
        ("sign_write_address", "sign_write"),
        ("write_ring", "ring"),
        ("write_pass", "pass"),
    ] {
        let value = top.nets.get("late", field);
        top.keep(net, &value);
    }
    let word = |part: &dyn Fn(usize, usize) -> Expr| {
        let mut parts = vec![];
        for pixel in (0..g.pixels).rev() {
            parts.extend((0..g.lanes).rev().map(|lane| part(pixel, lane)));
        }
        cat(&parts)
    };
    let b = g.stream_bits;
    let stream = word(&|pixel, lane| lanes[lane].0.slice(pixel * b, b));
    let signs = word(&|pixel, lane| lanes[lane].1.slice(pixel, 1));
    let (head_word, head_signs) = (top.nets.get("head", "head_word"), top.nets.get("head", "head_signs"));
    top.keep("stream_write_data", &choose(&edge, &head_word, &stream));
    top.keep("sign_write_data", &choose(&edge, &head_signs, &signs));
}
