//! The AXI4-Lite channels.

use super::ADDRESS_BITS;
use crate::geometry::Geometry;
use crate::registers::{self, Access, Register};
use crate::rtl::{Expr, Module, choose, lit};

const OKAY: u64 = 0;
const SLVERR: u64 = 2;

/// A write that is being carried out.
pub(super) struct Write {
    /// One cycle a write of four whole bytes.
    pub write: Expr,
    any: Expr,
    pub address: Expr,
    pub data: Expr,
    whole: Expr,
}

impl Write {
    /// Whether the write is to `register`.
    pub(super) fn selects(&self, register: &Register) -> Expr {
        self.address.is(u64::from(register.offset))
    }
}

/// Takes address and data in either order; a write is carried out when both are in and the last answer is taken.
pub(super) fn write_channel(m: &mut Module) -> Write {
    let address = m.input("awaddr_i", ADDRESS_BITS);
    let address_valid = m.input("awvalid_i", 1);
    let data = m.input("wdata_i", 32);
    let strobe = m.input("wstrb_i", 4);
    let data_valid = m.input("wvalid_i", 1);
    let (address_held_q, address_held) = m.state("address_held", 1, 0);
    let (data_held_q, data_held) = m.state("data_held", 1, 0);
    let response_ready = m.input("bready_i", 1);
    let (response_q, response) = m.state("response_valid", 1, 0);
    let answered = m.wire("answered", &(&!&response_q | &response_ready));
    let write = m.wire("write", &(&(&address_held_q & &data_held_q) & &answered));
    let take_address = m.wire("take_address", &(&address_valid & &!&address_held_q));
    let take_data = m.wire("take_data", &(&data_valid & &!&data_held_q));
    m.comb(|s| {
        s.set(&address_held, &(&(&address_held_q & &!&write) | &take_address));
        s.set(&data_held, &(&(&data_held_q & &!&write) | &take_data));
        s.set(&response, &(&(&response_q & &!&response_ready) | &write));
    });
    let kept = |m: &mut Module, name: &str, take: &Expr, value: &Expr| {
        let register = m.register_free(name, value.width(), false);
        m.drive_when(&register, take, value);
        register.q
    };
    let address = kept(m, "address_q", &take_address, &address);
    let data = kept(m, "data_q", &take_data, &data);
    let whole = kept(m, "whole_q", &take_data, &strobe.is(0xf));
    m.output("awready_o", &!&address_held_q);
    m.output("wready_o", &!&data_held_q);
    m.output("bvalid_o", &response_q);
    Write { write: m.wire("write_whole", &(&write & &whole)), any: write, address, data, whole }
}

/// Answers OKAY to a whole write that is allowed, else SLVERR.
pub(super) fn write_response(m: &mut Module, bus: &Write, allowed: &Expr) {
    let okay = m.wire("write_allowed", &(&bus.whole & allowed));
    let q = m.register("response_q", 2, OKAY);
    m.drive_when(&q, &bus.any, &choose(&okay, &lit(OKAY, 2), &lit(SLVERR, 2)));
    m.output("bresp_o", &q.q);
}

/// Answers a read in the cycle after its address.
pub(super) fn read_channel(m: &mut Module, g: &Geometry, values: &[(Register, Expr)]) {
    let address = m.input("araddr_i", ADDRESS_BITS);
    let address_valid = m.input("arvalid_i", 1);
    let ready = m.input("rready_i", 1);
    let (held_q, held) = m.state("read_valid", 1, 0);
    let take = m.wire("take_read", &(&address_valid & &!&held_q));
    m.comb(|s| s.set(&held, &(&(&held_q & &!&ready) | &take)));
    let is = |register: &Register| address.is(u64::from(register.offset));
    let mut data = lit(0, 32);
    for (register, value) in values {
        data = choose(&is(register), &value.extend(32), &data);
    }
    let data = m.wire("read_value", &data);
    let present = registers::of_engine(g.memory, g.colours);
    let mapped = present.iter().map(is).reduce(|a, b| &a | &b).expect("the map is not empty");
    let mapped = m.wire("read_mapped", &mapped);
    let data_q = m.register("read_data_q", 32, 0);
    m.drive_when(&data_q, &take, &data);
    let response_q = m.register("read_response_q", 2, OKAY);
    m.drive_when(&response_q, &take, &choose(&mapped, &lit(OKAY, 2), &lit(SLVERR, 2)));
    m.output("arready_o", &!&held_q);
    m.output("rvalid_o", &held_q);
    m.output("rdata_o", &data_q.q);
    m.output("rresp_o", &response_q.q);
    let given = |r: &Register| r.access == Access::WriteOnly || values.iter().any(|v| v.0.offset == r.offset);
    debug_assert!(present.iter().all(given));
}
