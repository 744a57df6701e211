//! The side of memory: rows in, lines out, what strips leave for one another, and the master behind all of them.

use super::Top;
use crate::engine::memory::{
    BURST, left_edge as left_edge_unit, line_writer, read_master, row_reader, spill_fetch, spill_saver, sum_restorer,
    sum_saver, write_master, write_queue,
};
use crate::engine::pass_runner::SPILL_LAG;
use crate::geometry::{COLUMN_BITS, Geometry};
use crate::rtl::{Expr, cat, choose, lit};

/// Clients of both masters, the first of them first: the spill of the stages, that of the tail, pictures.
const CLIENTS: usize = 3;
const SPILL: usize = 0;
const SUMS: usize = 1;
const PICTURE: usize = 2;

/// Beats of the write queues of the tail's spill and of the lines, two of them in reserve: a beat may be under way when
/// there is no more room.
const QUEUE: [usize; 2] = [32, 2];

/// Queues that hear of responses: what they wrote is read again.
const READ_AGAIN: usize = 2;

/// Nets that `control` reads.
pub(super) const CONTROL_NETS: [&str; 3] = ["masters_idle", "memory_error", "overrun"];

/// What `strip_counter` tells the head unit.
pub(super) const HEAD_PORTS: [&str; 9] = [
    "head_line",
    "head_origin",
    "head_column",
    "head_words",
    "skip_line",
    "skip_origin",
    "skip_column",
    "skip_words",
    "skip_word",
];

/// Nets that are read before they are driven.
pub(super) fn forward_nets(_: &Geometry) -> Vec<(&'static str, usize)> {
    vec![
        ("masters_idle", 1),
        ("memory_error", 1),
        ("overrun", 1),
        ("read_grant", CLIENTS),
        ("read_valid", CLIENTS),
        ("read_data", 64),
        ("written", READ_AGAIN),
        ("written_length", 4),
        ("take_beat", CLIENTS),
        ("take_command", CLIENTS),
        ("spill_room", 1),
        ("spill_data", 64),
        ("spill_any", 1),
        ("sums_data", 64),
        ("sums_any", 1),
    ]
}

/// Beats of the write queue of the stages' spill: a burst that closes, and all that passes may leave before the next
/// can be held back.
pub(crate) fn spill_queue(g: &Geometry) -> usize {
    (BURST + (SPILL_LAG + 1) * g.most_spill_beats()).next_power_of_two()
}

fn of_client(top: &Top, net: &str, client: usize) -> Expr {
    top.nets.get("net", net).slice(client, 1)
}

/// The reader of rows.
pub(super) fn input(top: &mut Top) {
    let (grant, valid) = (of_client(top, "read_grant", PICTURE), of_client(top, "read_valid", PICTURE));
    top.place(
        "reader",
        &row_reader(top.g),
        &[
            ("start", "control", "start"),
            ("width", "control", "width"),
            ("height", "control", "height"),
            ("stages", "control", "stages"),
            ("address", "control", "input_address"),
            ("stride", "control", "input_stride"),
            ("oldest_row", "net", "oldest_row"),
            ("read_address", "net", "pixel_address"),
            ("data", "net", "read_data"),
        ],
        &[("grant", &grant), ("valid", &valid)],
    );
}

/// Unpacks what the strip before left.
pub(super) fn left_edge(top: &mut Top) {
    top.place(
        "left_edge",
        &left_edge_unit(top.g),
        &[
            ("offers", "planner", "offers"),
            ("restores", "planner", "restores"),
            ("stage", "planner", "stage"),
            ("pass", "planner", "pass"),
            ("missing_top", "planner", "missing_top"),
            ("has_next_row", "planner", "has_next_row"),
            ("accept", "net", "accept"),
            ("data", "net", "spill_data"),
            ("any", "net", "spill_any"),
        ],
        &[],
    );
    fetch(top, "spill", SPILL, "left_edge");
}

/// A region of memory as a queue, read by `reader`.
fn fetch(top: &mut Top, name: &str, client: usize, reader: &str) {
    let (grant, valid) = (of_client(top, "read_grant", client), of_client(top, "read_valid", client));
    let written = of_client(top, "written", client);
    let (address, size) = (format!("{name}_address"), format!("{name}_size"));
    let unit = format!("{name}_fetch");
    top.place(
        &unit,
        &spill_fetch(),
        &[
            ("start", "control", "start"),
            ("address", "control", &address),
            ("size", "control", &size),
            ("written_length", "net", "written_length"),
            ("data", "net", "read_data"),
            ("pop", reader, "pop"),
        ],
        &[("grant", &grant), ("valid", &valid), ("written", &written)],
    );
    for net in ["data", "any"] {
        let value = top.nets.get(&unit, net);
        top.keep(&format!("{name}_{net}"), &value);
    }
}

/// Saves what a pass leaves: `leaves` is when, and whether it is a row's first pass; `missing` the rows outside.
pub(super) fn save(top: &mut Top, leaves: &[Expr; 2], missing: [&Expr; 2]) {
    let mut column = top.nets.get("centre", "leaving");
    if top.g.spatial {
        // A word's factors come before its stream.
        let factor = top.nets.get("factor_centre", "leaving");
        let factor = top.m.delay_by("factor_leaving", &factor, top.g.stream_lag() - top.g.factor_lag());
        column = cat(&[factor, column]);
    }
    top.place(
        "spill_saver",
        &spill_saver(top.g),
        &[
            ("start", "control", "start"),
            ("address", "control", "spill_address"),
            ("size", "control", "spill_size"),
            ("signs", "window", "leaving"),
        ],
        &[
            ("stream", &column),
            ("save", &leaves[0]),
            ("first_pass", &leaves[1]),
            ("missing_top", missing[0]),
            ("missing_bottom", missing[1]),
        ],
    );
    let depth = spill_queue(top.g);
    let reserve = SPILL_LAG * top.g.most_spill_beats();
    queue(top, "spill", SPILL, [depth, reserve], "spill_saver", &[lit(0xff, 8), lit(0, 1)]);
    let room = top.nets.get("spill_queue", "room");
    top.keep("spill_room", &room);
}

/// A write queue of `[depth, reserve]` that `writer` fills; `more` is `[strobe, last]` where the writer has none of its own.
fn queue(top: &mut Top, name: &str, client: usize, size: [usize; 2], writer: &str, more: &[Expr; 2]) {
    let (beat, command) = (of_client(top, "take_beat", client), of_client(top, "take_command", client));
    let [strobe, last] = more;
    let [depth, reserve] = size;
    top.place(
        &format!("{name}_queue"),
        &write_queue(depth, reserve),
        &[("push", writer, "push"), ("data", writer, "data"), ("address", writer, "beat_address")],
        &[("strobe", strobe), ("last", last), ("take_beat", &beat), ("take_command", &command)],
    );
}

/// What the long skip and the strip before write into the tail's store.
pub(super) fn sums(top: &mut Top) -> Vec<(&'static str, Expr)> {
    let g = top.g;
    let bits = g.sum_column_bits();
    let column = top.nets.get("head", "sum_column").slice(0, bits);
    let position = top.nets.get("steps", "skip_position");
    top.m.drops("skip_position", &position.slice(bits, COLUMN_BITS - bits));
    let in_strip = top.m.wire("sum_strip_column", &(&column - &position.slice(0, bits)).plus(2));
    let first = top.nets.get("steps", "sum_first");
    let column = top.m.wire("sum_store_column", &(&column - &first).plus(1));
    let starts = &top.nets.get("steps", "start") & &top.nets.get("steps", "sum_restores");
    top.place(
        "sum_restorer",
        &sum_restorer(g),
        &[("busy", "head", "sum_valid"), ("data", "net", "sums_data"), ("any", "net", "sums_any")],
        &[("start", &starts)],
    );
    fetch(top, "sums", SUMS, "sum_restorer");
    let room = top.m.promise("sums_room", 1);
    top.place(
        "sum_saver",
        &sum_saver(g),
        &[
            ("start", "control", "start"),
            ("address", "control", "sums_address"),
            ("size", "control", "sums_size"),
            ("saves", "steps", "sum_saves"),
            ("valid", "head", "sum_valid"),
            ("group", "head", "sum_group"),
            ("sum", "head", "sum"),
        ],
        &[("column", &in_strip), ("room", &room)],
    );
    queue(top, "sums", SUMS, QUEUE, "sum_saver", &[lit(0xff, 8), lit(0, 1)]);
    let has_room = top.nets.get("sums_queue", "room");
    top.m.fulfil(&room, &has_room);
    let made = top.nets.get("head", "sum_valid");
    let pick = |net: &str, own: &Expr| choose(&made, own, &top.nets.get("sum_restorer", net));
    vec![
        ("sum_valid", &made | &top.nets.get("sum_restorer", "valid")),
        ("sum_row", top.nets.get("steps", "skip_line").slice(0, 2)),
        ("sum_group", pick("group", &top.nets.get("head", "sum_group"))),
        ("sum_column", pick("column", &column)),
        ("sum", pick("sum", &top.nets.get("head", "sum"))),
    ]
}

/// The writer of lines.
pub(super) fn output(top: &mut Top, room: &Expr) {
    let taken = top.m.promise("taken", 1);
    let width = top.nets.get("steps", "tail_columns");
    top.buffer(room, &taken, &width);
    let space = top.m.promise("line_room", 1);
    top.place(
        "writer",
        &line_writer(top.g),
        &[
            ("start", "control", "start"),
            ("width", "control", "width"),
            ("height", "control", "height"),
            ("stages", "control", "stages"),
            ("address", "control", "output_address"),
            ("stride", "control", "output_stride"),
            ("valid", "lines", "valid"),
            ("data", "lines", "data"),
        ],
        &[("room", &space)],
    );
    let takes = top.nets.get("writer", "taken");
    top.m.fulfil(&taken, &takes);
    let own = [top.nets.get("writer", "strobe"), top.nets.get("writer", "last")];
    queue(top, "line", PICTURE, QUEUE, "writer", &own);
    let has_room = top.nets.get("line_queue", "room");
    top.m.fulfil(&space, &has_room);
    let waits = &top.nets.get("lines", "valid") & &!&takes;
    top.keep("output_waits", &waits);
    let waits = &top.nets.get("steps", "waits") | &top.nets.get("runner", "edge_waits");
    top.keep("input_waits", &waits);
    let last = top.nets.get("lines", "last");
    top.m.drops("lines_last", &last);
}

/// Both masters, and the end of the frame: all lines are written and answered for.
pub(super) fn masters(top: &mut Top) {
    reads(top);
    writes(top);
    let idle = &top.nets.get("read_master", "idle") & &top.nets.get("write_master", "idle");
    top.keep("masters_idle", &idle);
    let error = &top.nets.get("read_master", "error") | &top.nets.get("write_master", "error");
    top.keep("memory_error", &error);
    let overrun = &top.nets.get("spill_fetch", "overrun") | &top.nets.get("sums_fetch", "overrun");
    top.keep("overrun", &overrun);
    let (writing_q, writing) = top.m.state("writing", 1, 0);
    let start = top.nets.get("control", "start");
    let waiting = ["spill_queue", "sums_queue", "line_queue"].map(|unit| top.nets.get(unit, "any"));
    let waiting = waiting.into_iter().reduce(|a, b| a | b).expect("three queues");
    let waiting = &waiting | &top.nets.get("writer", "push");
    let quiet = &!&waiting & &top.nets.get("write_master", "idle");
    let ended = top.m.wire("frame_written", &(&(&writing_q & &top.nets.get("writer", "ended")) & &quiet));
    top.m.comb(|s| {
        s.set(&writing, &(&writing_q & &!&ended));
        s.when(&start, |s| s.set(&writing, &lit(1, 1)));
    });
    top.keep("frame_ended", &ended);
}

/// What the units ask for, and where it comes from.
fn reads(top: &mut Top) {
    let units = ["spill_fetch", "sums_fetch", "reader"];
    let requests = units.map(|unit| top.nets.get(unit, "request"));
    let request = cat(&[requests[PICTURE].clone(), requests[SUMS].clone(), requests[SPILL].clone()]);
    let bus = [("arready", 1), ("rdata", 64), ("rresp", 2), ("rlast", 1), ("rvalid", 1)]
        .map(|(port, bits)| (port, top.m.input(&format!("m_axi_{port}"), bits)));
    let mut more: Vec<(&str, &Expr)> = bus.iter().map(|(port, value)| (*port, value)).collect();
    more.push(("request", &request));
    top.place(
        "read_master",
        &read_master(CLIENTS),
        &[
            ("halt", "control", "halt"),
            ("address0", units[SPILL], "read_address"),
            ("length0", units[SPILL], "length"),
            ("address1", units[SUMS], "read_address"),
            ("length1", units[SUMS], "length"),
            ("address2", units[PICTURE], "read_from"),
            ("length2", units[PICTURE], "length"),
        ],
        &more,
    );
    for (net, port) in [("read_grant", "grant"), ("read_valid", "valid"), ("read_data", "data")] {
        let value = top.nets.get("read_master", port);
        top.keep(net, &value);
    }
    for port in ["araddr", "arlen", "arvalid"] {
        let value = top.nets.get("read_master", port);
        top.m.output(&format!("m_axi_{port}"), &value);
    }
    top.m.output("m_axi_rready", &lit(1, 1));
    constants(top, "ar");
}

fn writes(top: &mut Top) {
    let units = ["spill_queue", "sums_queue", "line_queue"];
    let valid = units.map(|unit| top.nets.get(unit, "command_valid"));
    let valid = cat(&[valid[PICTURE].clone(), valid[SUMS].clone(), valid[SPILL].clone()]);
    let bus = [("awready", 1), ("wready", 1), ("bresp", 2), ("bvalid", 1)]
        .map(|(port, bits)| (port, top.m.input(&format!("m_axi_{port}"), bits)));
    let fields = [
        ("address", "command_address"),
        ("length", "command_length"),
        ("data", "beat_data"),
        ("strobe", "beat_strobe"),
    ];
    let offers: Vec<(String, Expr)> = units
        .iter()
        .enumerate()
        .flat_map(|(k, unit)| fields.map(|(port, net)| (format!("{port}{k}"), top.nets.get(unit, net))))
        .collect();
    let mut more: Vec<(&str, &Expr)> = bus.iter().map(|(port, value)| (*port, value)).collect();
    more.extend(offers.iter().map(|(port, value)| (port.as_str(), value)));
    more.push(("command_valid", &valid));
    top.place("write_master", &write_master(CLIENTS, READ_AGAIN), &[("halt", "control", "halt")], &more);
    for net in ["written", "written_length", "take_beat", "take_command"] {
        let value = top.nets.get("write_master", net);
        top.keep(net, &value);
    }
    for port in ["awaddr", "awlen", "awvalid", "wdata", "wstrb", "wlast", "wvalid"] {
        let value = top.nets.get("write_master", port);
        top.m.output(&format!("m_axi_{port}"), &value);
    }
    top.m.output("m_axi_bready", &lit(1, 1));
    constants(top, "aw");
}

/// Whole beats, ascending addresses, normal memory.
fn constants(top: &mut Top, channel: &str) {
    for (port, value, bits) in [("size", 3, 3), ("burst", 1, 2), ("cache", 3, 4), ("prot", 0, 3)] {
        top.m.output(&format!("m_axi_{channel}{port}"), &lit(value, bits));
    }
}
