//! AXI4-Lite: the registers, the loader of parameter records, the start and end of a frame.

mod bus;
mod frame;
mod loader;

use crate::geometry::{COORDINATE_BITS, Geometry};
use crate::registers::{self, Access, Register};
use crate::rtl::{Expr, Module, cat, choose, lit};
use std::rc::Rc;

pub(crate) use loader::{Target, record_words, targets};

/// Bits of a register's byte offset.
const ADDRESS_BITS: usize = 12;

/// Settings that the units read: name, register, bits.
fn settings(g: &Geometry) -> [(&'static str, Register, usize); 8] {
    [
        ("width", registers::WIDTH, COORDINATE_BITS),
        ("height", registers::HEIGHT, COORDINATE_BITS),
        ("stages", registers::STAGES, 8),
        ("pixel_shift", registers::PIXEL_SHIFT, g.pixel_shift_bits()),
        ("pixel_mean", registers::PIXEL_MEAN, g.mean_bits()),
        ("head_shift", registers::HEAD_SHIFT, 5),
        ("tail_shift", registers::TAIL_SHIFT, 5),
        ("long_skip", registers::LONG_SKIP, 1),
    ]
}

/// The same of further colours.
fn colour_settings(g: &Geometry) -> [(&'static str, Register, usize); 2] {
    [("green_mean", registers::GREEN_MEAN, g.mean_bits()), ("blue_mean", registers::BLUE_MEAN, g.mean_bits())]
}

/// Addresses, sizes and strides in memory: register, and the low bits that are always 0.
fn memory_settings() -> [(&'static str, Register, usize); 8] {
    let (beat, burst) = (3, 7);
    [
        ("input_address", registers::INPUT_ADDRESS, beat),
        ("input_stride", registers::INPUT_STRIDE, beat),
        ("output_address", registers::OUTPUT_ADDRESS, beat),
        ("output_stride", registers::OUTPUT_STRIDE, beat),
        ("spill_address", registers::SPILL_ADDRESS, burst),
        ("spill_size", registers::SPILL_SIZE, burst),
        ("sums_address", registers::SUMS_ADDRESS, burst),
        ("sums_size", registers::SUMS_SIZE, burst),
    ]
}

/// Control and status.
pub(super) fn control(g: &Geometry) -> Rc<Module> {
    let mut m = Module::clocked(
        "control",
        "AXI4-Lite control and status, and the loader of parameter records. Writes that the map does not allow, that\n\
         come while a frame runs, or that do not carry four whole bytes are answered SLVERR and change nothing.",
    );
    let bus = bus::write_channel(&mut m);
    let busy = m.promise("busy", 1);
    let idle = m.wire("idle", &!&busy);
    let mut values: Vec<(Register, Expr)> = vec![];
    let of_colours = colour_settings(g).into_iter().filter(|_| g.colours > 1);
    for (name, register, bits) in settings(g).into_iter().chain(of_colours) {
        let q = m.register(&format!("{name}_q"), bits, 0);
        let written = &(&bus.write & &idle) & &bus.selects(&register);
        m.drive_when(&q, &written, &bus.data.slice(0, bits));
        m.output(&format!("{name}_o"), &q.q);
        values.push((register, q.q));
    }
    if g.memory {
        values.extend(memory_values(&mut m, &bus, &idle));
    }
    let frame = frame::frame(&mut m, g, &bus, &values);
    m.fulfil(&busy, &frame.busy);
    values.extend(loader::loader(&mut m, g, &bus, &idle));
    values.extend(frame.status);
    let constants = [
        (registers::ID, u64::from(registers::ID_VALUE)),
        (registers::VERSION, u64::from(registers::VERSION_VALUE)),
        (registers::MAX_WIDTH, g.max_width() as u64),
        (registers::MAX_STAGES, g.stages as u64),
        (registers::CHANNELS, g.channels as u64),
        (registers::STREAM_BITS, g.stream_bits as u64),
        (registers::SCALE, g.scale as u64),
        (registers::INTERFACE, u64::from(g.memory) | u64::from(g.colours > 1) << 1),
        (registers::STRIP_WIDTH, g.width as u64),
    ];
    values.extend(constants.map(|(register, value)| (register, lit(value, 32))));
    let present = registers::of_engine(g.memory, g.colours);
    let allowed = present.iter().filter(|r| r.access != Access::ReadOnly);
    let allowed = allowed.map(|r| choose(&bus.selects(r), &allowed_while(r, &idle), &lit(0, 1)));
    let allowed = allowed.reduce(|a, b| &a | &b).expect("some registers can be written");
    bus::write_response(&mut m, &bus, &allowed);
    bus::read_channel(&mut m, g, &values);
    Rc::new(m)
}

/// The registers of the side of memory; the units get beats.
fn memory_values(m: &mut Module, bus: &bus::Write, idle: &Expr) -> Vec<(Register, Expr)> {
    let mut values = vec![];
    for (name, register, zeros) in memory_settings() {
        let bits = register.bits as usize - zeros;
        let q = m.register(&format!("{name}_q"), bits, 0);
        let written = &(&bus.write & idle) & &bus.selects(&register);
        m.drive_when(&q, &written, &bus.data.slice(zeros, bits));
        let low = |count: usize| if count == 0 { q.q.clone() } else { cat(&[q.q.clone(), lit(0, count)]) };
        m.output(&format!("{name}_o"), &low(zeros - 3));
        values.push((register, low(zeros)));
    }
    values
}

/// Only CONTROL is written while a frame runs.
fn allowed_while(register: &Register, idle: &Expr) -> Expr {
    if register.offset == registers::CONTROL.offset { lit(1, 1) } else { idle.clone() }
}
