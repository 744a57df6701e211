//! The top: units, lanes, the delays between them, the buses.

mod array;
mod memory;
mod spatial;
mod taps;
mod upsampler;

pub(crate) use array::READ;
pub(crate) use memory::spill_queue;

use super::{
    control, head_unit, line_buffer, pass_planner, pixel_reader, pixel_writer, step_counter, strip_counter, tail_unit,
};
use crate::EngineConfig;
use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::rtl::{Expr, Module, index_bits};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Named outputs of the units.
pub(super) struct Nets(BTreeMap<String, Expr>);

impl Nets {
    /// Output `port` (without its suffix) of `unit`.
    pub(super) fn get(&self, unit: &str, port: &str) -> Expr {
        let name = format!("{unit}_{port}");
        self.0.get(&name).unwrap_or_else(|| panic!("no unit drives `{name}`")).clone()
    }
}

/// The accelerator.
pub fn accelerator(config: &EngineConfig) -> Rc<Module> {
    let g = &Geometry::new(config);
    let mut m = Module::new(
        "accelerator",
        format!(
            "Binarized super-resolution, x{}: LR pixels in, SR pixels out, {}, one frame a packet.\n\
             {} lanes x {} pixel(s) over {} channels, strips of {} pixels, up to {} binary stages, stream of {} bits.\n\
             AXI4-Lite control, {}.",
            g.scale,
            if g.colours > 1 { "red, green and blue bytes" } else { "a byte each" },
            g.lanes,
            g.pixels,
            g.channels,
            g.width,
            g.stages,
            g.stream_bits,
            if g.memory {
                "pictures in memory over an AXI4 master"
            } else {
                "AXI4-Stream pixels, raster order, TLAST on the last beat of a frame"
            }
        ),
    );
    m.clocked_by("aclk", "core_rst_n");
    m.input("aclk", 1);
    m.input("aresetn", 1);
    let mut top = Top { m: &mut m, g, nets: Nets(BTreeMap::new()) };
    top.promise_forward_nets();
    top.control();
    if g.memory {
        memory::input(&mut top)
    } else {
        top.input()
    }
    top.schedule();
    top.head();
    array::array(&mut top);
    top.tail();
    if g.memory {
        memory::masters(&mut top)
    }
    taps::taps(&mut top);
    Rc::new(m)
}

/// The top while it is put together.
pub(super) struct Top<'a> {
    m: &'a mut Module,
    g: &'a Geometry,
    nets: Nets,
}

/// Nets that a unit reads before the unit that drives them is placed: `(name, bits)`.
fn forward_nets(g: &Geometry) -> Vec<(&'static str, usize)> {
    let mut nets = if g.memory { memory::forward_nets(g) } else { STREAM_NETS.to_vec() };
    nets.extend([
        ("frame_ended", 1),
        ("input_waits", 1),
        ("output_waits", 1),
        ("oldest_row", if g.memory { g.step_bits() } else { COORDINATE_BITS }),
        ("pixel_address", index_bits(g.input_rows) + index_bits(g.input_row())),
        ("units_done", 1),
        ("accept", 1),
        ("shadow_free", 1),
        ("loaded", 1),
        ("request", 1),
        ("head_hold", 1),
        ("write_pass", g.pass_bits()),
    ]);
    nets.extend((!g.upsampler).then_some(("stream_word", g.stream_word())));
    nets
}

/// Nets of an engine with streams alone.
const STREAM_NETS: [(&str, usize); 3] = [("beat", 1), ("early_last", 1), ("missing_last", 1)];

impl Top<'_> {
    fn promise_forward_nets(&mut self) {
        for (name, bits) in forward_nets(self.g) {
            let net = self.m.promise(name, bits);
            self.nets.0.insert(format!("net_{name}"), net);
        }
    }

    /// Drives a net that was promised.
    pub(super) fn keep(&mut self, name: &str, value: &Expr) {
        let net = self.nets.get("net", name);
        self.m.fulfil(&net, value);
    }

    /// Places a unit. Inputs are `(port, unit, output)` from other units, then `(port, expression)`; outputs go to
    /// the nets. The core's reset also drops a frame.
    pub(super) fn place(
        &mut self,
        unit: &str,
        module: &Rc<Module>,
        wires: &[(&str, &str, &str)],
        more: &[(&str, &Expr)],
    ) {
        let reset = if matches!(unit, "control" | "output" | "read_master" | "write_master") {
            "aresetn"
        } else {
            "core_rst_n"
        };
        let mut inputs = vec![("clk_i".to_owned(), Expr::flag("aclk"))];
        if module.has_input("rst_ni") {
            inputs.push(("rst_ni".to_owned(), Expr::flag(reset)));
        }
        inputs.extend(wires.iter().map(|(port, from, net)| (format!("{port}_i"), self.nets.get(from, net))));
        inputs.extend(more.iter().map(|(port, e)| (format!("{port}_i"), (*e).clone())));
        let inputs: Vec<_> = inputs.iter().map(|(port, e)| (port.as_str(), e)).collect();
        for (port, wire) in self.m.instance_outputs(unit, module, &inputs) {
            self.nets.0.insert(format!("{unit}_{port}"), wire);
        }
    }

    fn control(&mut self) {
        let mut buses: Vec<(String, Expr)> = vec![];
        for (port, bits) in [
            ("awaddr", 12),
            ("awvalid", 1),
            ("wdata", 32),
            ("wstrb", 4),
            ("wvalid", 1),
            ("bready", 1),
            ("araddr", 12),
            ("arvalid", 1),
            ("rready", 1),
        ] {
            buses.push((port.into(), self.m.input(&format!("s_axil_{port}"), bits)));
        }
        let buses: Vec<_> = buses.iter().map(|(p, e)| (p.as_str(), e)).collect();
        let kind = if self.g.memory { memory::CONTROL_NETS } else { STREAM_NETS.map(|(name, _)| name) };
        let nets = kind.into_iter().chain(["input_waits", "output_waits", "frame_ended"]);
        let nets: Vec<_> = nets.map(|n| (n, "net", n)).collect();
        self.place("control", &control::control(self.g), &nets, &buses);
        for port in ["awready", "wready", "bresp", "bvalid", "arready", "rdata", "rresp", "rvalid"] {
            let value = self.nets.get("control", port);
            self.m.output(&format!("s_axil_{port}"), &value);
        }
        let clear = self.nets.get("control", "clear");
        self.m.wire("core_rst_n", &(&Expr::flag("aresetn") & &!&clear));
    }

    fn input(&mut self) {
        let data = self.m.input("s_axis_tdata", 8);
        let valid = self.m.input("s_axis_tvalid", 1);
        let last = self.m.input("s_axis_tlast", 1);
        self.place(
            "reader",
            &pixel_reader::pixel_reader(self.g),
            &[
                ("start", "control", "start"),
                ("width", "control", "width"),
                ("height", "control", "height"),
                ("oldest_row", "net", "oldest_row"),
                ("read_address", "net", "pixel_address"),
            ],
            &[("tdata", &data), ("tvalid", &valid), ("tlast", &last)],
        );
        let ready = self.nets.get("reader", "tready");
        self.m.output("s_axis_tready", &ready);
        for net in ["beat", "early_last", "missing_last"] {
            let value = self.nets.get("reader", net);
            self.keep(net, &value);
        }
        self.keep("input_waits", &(&ready & &!&valid));
    }

    /// Steps, the plan of the passes, and the slots of the pass that runs.
    fn schedule(&mut self) {
        let mut wires = vec![
            ("start", "control", "start"),
            ("height", "control", "height"),
            ("stages", "control", "stages"),
            ("rows_received", "reader", "rows_received"),
            ("units_done", "net", "units_done"),
        ];
        let steps = if self.g.memory {
            wires.extend([("width", "control", "width"), ("all_received", "reader", "all_received")]);
            strip_counter::strip_counter(self.g)
        } else {
            step_counter::step_counter(self.g)
        };
        self.place("steps", &steps, &wires, &[]);
        let oldest = self.nets.get("steps", "oldest_input_row");
        self.keep("oldest_row", &oldest);
        let mut wires = vec![
            ("start", "control", "start"),
            ("accept", "net", "accept"),
            ("shadow_free", "net", "shadow_free"),
            ("loaded", "net", "loaded"),
            ("height", "control", "height"),
            ("stages", "control", "stages"),
        ];
        wires.extend(self.g.memory.then_some(("width", "control", "width")));
        self.place("planner", &pass_planner::pass_planner(self.g), &wires, &[]);
    }

    fn head(&mut self) {
        let g = self.g;
        let record = self.nets.get("control", "record_address");
        let address = record.slice(0, index_bits(head_unit::records(g)));
        let mut wires = vec![
            ("start", "steps", "start"),
            ("width", "control", "width"),
            ("height", "control", "height"),
            ("head_row", "steps", "head_row"),
            ("skip_row", "steps", "skip_row"),
            ("head_base", "steps", "head_base"),
            ("skip_base", "steps", "skip_base"),
            ("head_ring", "steps", "head_ring"),
            ("hold", "net", "head_hold"),
            ("pixel", "reader", "pixel"),
            ("pixel_shift", "control", "pixel_shift"),
            ("pixel_mean", "control", "pixel_mean"),
            ("shift", "control", "head_shift"),
            ("long_skip", "control", "long_skip"),
            ("weight_write_en", "control", "head_write"),
            ("weight_write_data", "control", "head_record"),
        ];
        wires.extend((!g.upsampler).then_some(("stream", "net", "stream_word")));
        if g.colours > 1 {
            wires.extend(["green_mean", "blue_mean"].map(|port| (port, "control", port)));
        }
        if g.memory {
            wires.extend(memory::HEAD_PORTS.map(|port| (port, "steps", port)));
        } else {
            wires.extend(["head_active", "skip_active"].map(|port| (port, "steps", port)));
            wires.push(("last_word", "planner", "last_word"));
            wires.extend((g.pixels > 1).then_some(("last_skew", "planner", "last_skew")));
        }
        self.place("head", &head_unit::head_unit(g), &wires, &[("weight_write_address", &address)]);
        let pixel = self.nets.get("head", "pixel_address");
        self.keep("pixel_address", &pixel);
        let request = self.nets.get("head", "request");
        self.keep("request", &request);
    }

    fn tail(&mut self) {
        let g = self.g;
        let record = self.nets.get("control", "record_address");
        let weight = record.slice(0, tail_unit::weight_address_bits(g));
        let addend = record.slice(0, tail_unit::addend_address_bits(g));
        let room = self.m.promise("room", 1);
        let mut wires = vec![
            ("start", "steps", "start"),
            ("active", "steps", "tail_active"),
            ("row", "steps", "tail_row"),
            ("width", if g.memory { "steps" } else { "control" }, if g.memory { "tail_columns" } else { "width" }),
            ("height", "control", "height"),
            ("shift", "control", "tail_shift"),
            ("weight_write_en", "control", "tail_write"),
            ("weight_write_data", "control", "tail_record"),
            ("addend_write_en", "control", "addend_write"),
            ("addend_write_data", "control", "addend_record"),
        ];
        if g.memory {
            let ports = [("left_inside", "tail_left"), ("right_inside", "tail_right"), ("store_row", "tail_store")];
            wires.extend(ports.map(|(port, net)| (port, "steps", net)));
        }
        let sums = match (g.memory, g.upsampler) {
            (true, _) => memory::sums(self),
            (_, true) => upsampler::sums(self),
            _ => self.sums(),
        };
        let mut more = vec![("room", &room), ("weight_write_address", &weight), ("addend_write_address", &addend)];
        more.extend(sums.iter().map(|(port, value)| (*port, value)));
        self.place("tail", &tail_unit::tail_unit(g), &wires, &more);
        if g.memory {
            memory::output(self, &room)
        } else {
            self.output(&room)
        }
        let mut idle = &self.nets.get("head", "idle") & &self.nets.get("tail", "idle");
        if g.memory {
            idle = &idle & &(&self.nets.get("sum_saver", "idle") & &self.nets.get("sum_restorer", "idle"));
        }
        let ahead = self.nets.get("planner", "step").ne(&self.nets.get("steps", "step"));
        let passes = &(&ahead | &self.nets.get("planner", "idle")) & &self.nets.get("runner", "idle");
        self.keep("units_done", &(&idle & &passes));
    }

    /// What the long skip writes into the tail's store.
    fn sums(&self) -> Vec<(&'static str, Expr)> {
        let head = |net: &str| self.nets.get("head", net);
        vec![
            ("sum_valid", head("sum_valid")),
            ("sum_row", self.nets.get("steps", "skip_row").slice(0, 2)),
            ("sum_group", head("sum_group")),
            ("sum_column", head("sum_column").slice(0, self.g.sum_column_bits())),
            ("sum", head("sum")),
        ]
    }

    /// The tail's pixels through the line buffer; `width` is that of the row that begins.
    pub(super) fn buffer(&mut self, room: &Expr, taken: &Expr, width: &Expr) {
        let width = width.slice(0, line_buffer::width_bits(self.g));
        self.place(
            "lines",
            &line_buffer::line_buffer(self.g),
            &[
                ("row_begins", "tail", "row_begins"),
                ("row_done", "tail", "row_done"),
                ("picture_ends", "tail", "picture_ends"),
                ("write_en", "tail", "write_en"),
                ("write_line", "tail", "write_line"),
                ("write_column", "tail", "write_column"),
                ("write_data", "tail", "pixel"),
            ],
            &[("width", &width), ("taken", taken)],
        );
        let has_room = self.nets.get("lines", "room");
        self.m.fulfil(room, &has_room);
    }

    fn output(&mut self, room: &Expr) {
        let taken = self.m.promise("taken", 1);
        let width = self.nets.get("control", "width");
        self.buffer(room, &taken, &width);
        let ready = self.m.input("m_axis_tready", 1);
        self.place(
            "output",
            &pixel_writer::output_register(),
            &[("valid", "lines", "valid"), ("data", "lines", "data"), ("last", "lines", "last")],
            &[("tready", &ready)],
        );
        let free = self.nets.get("output", "free");
        self.m.fulfil(&taken, &free);
        for port in ["tdata", "tvalid", "tlast"] {
            let value = self.nets.get("output", port);
            self.m.output(&format!("m_axis_{port}"), &value);
        }
        let valid = self.nets.get("output", "tvalid");
        let ended = &(&valid & &ready) & &self.nets.get("output", "tlast");
        self.keep("frame_ended", &ended);
        self.keep("output_waits", &(&valid & &!&ready));
    }
}
