//! AXI4-Stream agents: a source of an LR picture's bytes and a sink of an SR picture's.

use std::collections::VecDeque;

use super::stall::{Pattern, Place, Staller};
use crate::ffi::{Inputs, Outputs};

/// A beat of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InputBeat {
    /// A byte of a pixel.
    pub(super) data: u8,
    /// TLAST.
    pub(super) last: bool,
}

/// A beat of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputBeat {
    /// A byte of a pixel.
    pub data: u8,
    /// TLAST.
    pub last: bool,
    /// The cycle in which it was transferred.
    pub cycle: u64,
}

/// Offers queued beats. Once VALID it stays so, data unchanged, until the beat is taken.
#[derive(Clone, Debug)]
pub(super) struct Source {
    queue: VecDeque<InputBeat>,
    staller: Staller,
    place: Place,
    offering: bool,
    /// The cycle of the first beat that was taken in this frame.
    pub(super) first: Option<u64>,
}

impl Source {
    pub(super) fn idle() -> Self {
        Self::new(Vec::new(), 1, Pattern::None, 0)
    }

    pub(super) fn new(beats: Vec<InputBeat>, row: usize, pattern: Pattern, seed: u64) -> Self {
        let place = Place { beat: 0, row: row as u64, frame: beats.len() as u64 };
        let staller = Staller::new(pattern, seed, 0);
        Self { queue: beats.into(), staller, place, offering: false, first: None }
    }

    /// Beats that were not taken.
    pub(super) fn remaining(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn drive(&mut self, pins: &mut Inputs) {
        let holds = self.staller.holds(self.place);
        self.offering = !self.queue.is_empty() && (self.offering || !holds);
        let beat = self.queue.front().filter(|_| self.offering);
        pins.s_tvalid = u8::from(beat.is_some());
        pins.s_tdata = beat.map_or(0, |beat| beat.data);
        pins.s_tlast = beat.map_or(0, |beat| u8::from(beat.last));
    }

    /// True if a beat was taken.
    pub(super) fn sample(&mut self, pins: &Inputs, out: &Outputs, cycle: u64) -> bool {
        let taken = pins.s_tvalid == 1 && out.s_tready == 1;
        if taken {
            self.queue.pop_front();
            self.offering = false;
            self.place.beat += 1;
            self.first.get_or_insert(cycle);
        }
        taken
    }
}

/// Takes beats and keeps them.
#[derive(Clone, Debug)]
pub(super) struct Sink {
    pub(super) beats: Vec<OutputBeat>,
    staller: Staller,
    place: Place,
}

impl Sink {
    pub(super) fn idle() -> Self {
        Self::new(0, 1, Pattern::None, 0)
    }

    pub(super) fn new(frame: usize, row: usize, pattern: Pattern, seed: u64) -> Self {
        let place = Place { beat: 0, row: row as u64, frame: frame as u64 };
        Self { beats: Vec::with_capacity(frame), staller: Staller::new(pattern, seed, 1), place }
    }

    pub(super) fn drive(&mut self, pins: &mut Inputs) {
        pins.m_tready = u8::from(!self.staller.holds(self.place));
    }

    /// The beat that was taken.
    pub(super) fn sample(&mut self, pins: &Inputs, out: &Outputs, cycle: u64) -> Option<OutputBeat> {
        let taken = pins.m_tready == 1 && out.m_tvalid == 1;
        let beat = taken.then_some(OutputBeat { data: out.m_tdata, last: out.m_tlast == 1, cycle })?;
        self.place.beat += 1;
        self.beats.push(beat);
        Some(beat)
    }
}
