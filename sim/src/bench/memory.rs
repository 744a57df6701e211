//! An AXI4 memory: pictures, the spill of an engine in strips, and what surrounds them.

use std::collections::VecDeque;

use bsr_hw::{Ddr, Regions};
use ndarray::{Array2, ArrayView2};

use super::{
    Sending, Stall, Violation,
    stall::{Place, Staller},
};
use crate::ffi::{Inputs, Outputs};

/// Address of the first byte.
const BASE: usize = 0x1000_0000;
/// Bytes around every region, which nobody may write.
const GUARD: usize = 4096;
/// What memory holds before anyone writes.
const BLANK: u8 = 0xa5;
/// With it, lines cross the boundaries of bursts at other columns than the picture's.
pub(super) const OFFSET: usize = 8;
/// Bytes of a beat.
const BEAT: usize = 8;
/// Bytes of the longest burst; the engine's end at its multiples, and so never cross a 4 KiB boundary.
const BURST: usize = 128;
/// Most bytes that bandwidth saves up for.
const CREDIT: f64 = BURST as f64;

/// Addresses and sizes of a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) spill: usize,
    pub(super) sums: usize,
    pub(super) regions: Regions,
    input_bytes: usize,
    end: usize,
}

impl Layout {
    /// `offset` bytes, up to [`OFFSET`], lie between a page and the SR picture.
    pub(super) fn new(regions: Regions, height: usize, scale: usize, offset: usize) -> Self {
        let mut next = BASE;
        let mut place = |bytes: usize| {
            let at = next + GUARD;
            next = (at + bytes).next_multiple_of(GUARD);
            at
        };
        let input_bytes = regions.input_stride * height;
        let input = place(input_bytes);
        let output = place(regions.output_stride * height * scale + OFFSET) + offset;
        let spill = place(regions.spill);
        let sums = place(regions.sums);
        Self { input, output, spill, sums, regions, input_bytes, end: next + GUARD }
    }
}

#[derive(Clone, Copy, Debug)]
struct Read {
    address: usize,
    left: usize,
    ready: u64,
}

#[derive(Clone, Debug, Default)]
struct Write {
    address: usize,
    length: usize,
    beats: Vec<(u64, u8)>,
    /// WLAST has come.
    ended: bool,
    /// When the response may come; none while beats are missing.
    answer: Option<u64>,
}

/// The agent at the engine's master.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    bytes: Vec<u8>,
    layout: Layout,
    ddr: Ddr,
    refused: [Option<u64>; 2],
    /// Bursts that were read and written.
    answered: [u64; 2],
    credit: f64,
    reads: VecDeque<Read>,
    writes: VecDeque<Write>,
    /// Address, read data, write address, write data, response.
    stallers: [Staller; 5],
    place: Place,
    offering_read: bool,
    offering_answer: bool,
    before: Outputs,
    waited: [bool; 3],
    /// Bytes read and written.
    pub(super) traffic: [u64; 2],
    pub(super) violations: Vec<Violation>,
}

/// More are not kept: one fault can break a rule every cycle.
const MOST: usize = 100;

impl Memory {
    /// Memory of no use, for engines without a master.
    pub(super) fn none() -> Self {
        let regions = Regions { input_stride: 0, output_stride: 0, spill: 0, sums: 0 };
        Self::new(Layout::new(regions, 0, 1, 0), Sending::default())
    }

    pub(super) fn new(layout: Layout, sending: Sending) -> Self {
        let Stall { source, sink } = sending.stall;
        let patterns = [source, source, sink, sink, sink];
        let mut stream = 2;
        Self {
            bytes: vec![BLANK; layout.end - BASE],
            layout,
            ddr: sending.memory.ddr,
            refused: sending.memory.refused,
            answered: [0; 2],
            credit: CREDIT,
            reads: VecDeque::new(),
            writes: VecDeque::new(),
            stallers: patterns.map(|pattern| {
                stream += 1;
                Staller::new(pattern, sending.seed, stream)
            }),
            place: Place { beat: 0, row: 16, frame: 256 },
            offering_read: false,
            offering_answer: false,
            before: Outputs::default(),
            waited: [false; 3],
            traffic: [0; 2],
            violations: vec![],
        }
    }

    /// Bytes at a physical address.
    fn at(&mut self, address: usize, length: usize) -> Option<&mut [u8]> {
        let from = address.checked_sub(BASE)?;
        self.bytes.get_mut(from..from + length)
    }

    pub(super) fn store_picture(&mut self, lr: ArrayView2<u8>) {
        let Layout { input, regions, .. } = self.layout;
        for (row, pixels) in lr.rows().into_iter().enumerate() {
            let line = self.at(input + row * regions.input_stride, pixels.len()).expect("laid out for this picture");
            pixels.iter().zip(line).for_each(|(pixel, byte)| *byte = *pixel);
        }
    }

    pub(super) fn load_picture(&mut self, height: usize, width: usize) -> Array2<u8> {
        let Layout { output, regions, .. } = self.layout;
        let stride = regions.output_stride;
        let line = |memory: &mut Self, row: usize, column: usize| {
            memory.at(output + row * stride + column, 1).map_or(0, |byte| byte[0])
        };
        Array2::from_shape_fn((height, width), |(row, column)| line(self, row, column))
    }

    /// Bytes outside the picture and the regions of the spill that are not as they were.
    pub(super) fn strays(&mut self, height: usize, width: usize) -> usize {
        let Layout { output, spill, sums, regions, .. } = self.layout;
        let mut copy = self.bytes.clone();
        let mut clear = |address: usize, length: usize| copy[address - BASE..][..length].fill(BLANK);
        clear(self.layout.input, self.layout.input_bytes);
        (0..height).for_each(|row| clear(output + row * regions.output_stride, width));
        clear(spill, regions.spill);
        clear(sums, regions.sums);
        copy.iter().filter(|byte| **byte != BLANK).count()
    }

    pub(super) fn drive(&mut self, pins: &mut Inputs, cycle: u64) {
        let place = self.place;
        let holds: Vec<bool> = self.stallers.iter_mut().map(|staller| staller.holds(place)).collect();
        if let Some(rate) = self.ddr.bytes_per_cycle {
            self.credit = (self.credit + rate).min(CREDIT);
        }
        let paid = self.ddr.bytes_per_cycle.is_none() || self.credit >= BEAT as f64;
        pins.m_arready = u8::from(!holds[0]);
        let read = self.reads.front().copied().filter(|read| read.ready <= cycle);
        self.offering_read = read.is_some() && (self.offering_read || (!holds[1] && paid));
        pins.m_rvalid = u8::from(self.offering_read);
        if let Some(read) = read.filter(|_| self.offering_read) {
            let beat = self.at(read.address, BEAT).and_then(|bytes| <[u8; BEAT]>::try_from(&*bytes).ok());
            pins.m_rdata = beat.map_or(0, u64::from_le_bytes);
            pins.m_rlast = u8::from(read.left == 1);
            pins.m_rresp = self.response(0);
        }
        pins.m_awready = u8::from(!holds[2]);
        pins.m_wready = u8::from(!holds[3] && paid);
        let due = self.writes.front().and_then(|write| write.answer).is_some_and(|at| at <= cycle);
        self.offering_answer = due && (self.offering_answer || !holds[4]);
        pins.m_bvalid = u8::from(self.offering_answer);
        pins.m_bresp = self.response(1);
    }

    /// OKAY, or SLVERR for the burst that is refused.
    fn response(&self, channel: usize) -> u8 {
        if self.refused[channel] == Some(self.answered[channel]) { 2 } else { 0 }
    }

    /// Follows the transfers of a cycle; true if there was one.
    pub(super) fn sample(&mut self, pins: &Inputs, out: &Outputs, cycle: u64) -> bool {
        self.watch(pins, out, cycle);
        let mut moved = false;
        if pins.m_arready & out.m_arvalid == 1 {
            let (address, left) = (out.m_araddr as usize, usize::from(out.m_arlen) + 1);
            self.check_burst(address, left, cycle);
            self.reads.push_back(Read { address, left, ready: cycle + self.ddr.read_latency });
            moved = true;
        }
        if pins.m_rvalid & out.m_rready == 1 {
            let read = self.reads.front_mut().expect("only a burst that waits is offered");
            (read.address, read.left) = (read.address + BEAT, read.left - 1);
            if read.left == 0 {
                self.reads.pop_front();
                self.answered[0] += 1;
            }
            self.offering_read = false;
            self.pay(0);
            moved = true;
        }
        if pins.m_awready & out.m_awvalid == 1 {
            let (address, length) = (out.m_awaddr as usize, usize::from(out.m_awlen) + 1);
            self.check_burst(address, length, cycle);
            match self.writes.iter_mut().find(|write| write.length == 0) {
                Some(write) => (write.address, write.length) = (address, length),
                None => self.writes.push_back(Write { address, length, ..Write::default() }),
            }
            self.complete(cycle);
            moved = true;
        }
        if pins.m_wready & out.m_wvalid == 1 {
            self.take_beat(out, cycle);
            self.pay(1);
            moved = true;
        }
        if pins.m_bvalid & out.m_bready == 1 {
            self.answer(cycle);
            self.offering_answer = false;
            moved = true;
        }
        moved
    }

    fn pay(&mut self, channel: usize) {
        self.credit -= BEAT as f64;
        self.traffic[channel] += BEAT as u64;
        self.place.beat += 1;
    }

    fn take_beat(&mut self, out: &Outputs, cycle: u64) {
        if self.writes.iter().all(|write| write.ended) {
            self.writes.push_back(Write::default());
        }
        let write = self.writes.iter_mut().find(|write| !write.ended).expect("one was just added");
        write.beats.push((out.m_wdata, out.m_wstrb));
        write.ended = out.m_wlast == 1;
        self.complete(cycle);
    }

    /// Sets the time of the response of bursts that are complete; address and data come in either order.
    fn complete(&mut self, cycle: u64) {
        let at = cycle + self.ddr.write_latency;
        let whole = |write: &&mut Write| write.answer.is_none() && write.length > 0 && write.ended;
        let mut short = false;
        for write in self.writes.iter_mut().filter(whole) {
            write.answer = Some(at);
            short |= write.beats.len() != write.length;
        }
        if short || self.writes.iter().any(|write| write.length > 0 && write.beats.len() > write.length) {
            self.broken("WLAST is not with the last beat of its burst", cycle);
        }
    }

    /// A burst reaches memory with its response: whoever reads it earlier sees what was there before.
    fn answer(&mut self, cycle: u64) {
        let write = self.writes.pop_front().expect("only a burst that waits is answered");
        self.answered[1] += 1;
        for (k, (data, strobe)) in write.beats.iter().enumerate() {
            for (lane, byte) in data.to_le_bytes().into_iter().enumerate().filter(|(lane, _)| strobe >> lane & 1 == 1) {
                match self.at(write.address + k * BEAT + lane, 1) {
                    Some(at) => at[0] = byte,
                    None => self.broken("a write outside memory", cycle),
                }
            }
        }
    }

    fn check_burst(&mut self, address: usize, beats: usize, cycle: u64) {
        let last = address + beats * BEAT - 1;
        if !address.is_multiple_of(BEAT) {
            self.broken("an address that is not aligned", cycle);
        }
        if address / BURST != last / BURST {
            self.broken("a burst across a multiple of 128 bytes", cycle);
        }
        if self.at(address, beats * BEAT).is_none() {
            self.broken("a burst outside memory", cycle);
        }
    }

    /// What is offered stays as it is until it is taken.
    fn watch(&mut self, pins: &Inputs, out: &Outputs, cycle: u64) {
        let shown = |out: &Outputs| {
            [
                (out.m_arvalid, u64::from(out.m_araddr), u64::from(out.m_arlen)),
                (out.m_awvalid, u64::from(out.m_awaddr), u64::from(out.m_awlen)),
                (out.m_wvalid, out.m_wdata, u64::from(out.m_wstrb) << 1 | u64::from(out.m_wlast)),
            ]
        };
        let (before, now) = (shown(&self.before), shown(out));
        for channel in 0..3 {
            if self.waited[channel] && before[channel] != now[channel] {
                self.broken("the master changed what it offered before it was taken", cycle);
            }
        }
        let ready = [pins.m_arready, pins.m_awready, pins.m_wready];
        self.waited = std::array::from_fn(|k| now[k].0 == 1 && ready[k] == 0);
        self.before = *out;
    }

    fn broken(&mut self, rule: &'static str, cycle: u64) {
        if self.violations.len() < MOST {
            self.violations.push(Violation::Memory { what: rule, cycle });
        }
    }
}
