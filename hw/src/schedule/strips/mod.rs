//! The cycles of a frame in strips, with memory that stalls nobody.
//!
//! As for whole rows, this is the engine's control register by register; the units of the side of memory are in it, and
//! memory itself as [`Ddr`] describes it.

mod bus;
mod edge;
mod head;
mod lines;
mod passes;
mod rows;
mod spill;
mod steps;
mod sums;
mod tail;

use super::{Frame, Prediction};
use crate::{Ddr, EngineConfig, Geometry, Regions};
use bus::{Bus, Queue};
use edge::LeftEdge;
use head::Head;
use lines::Lines;
use passes::Passes;
use rows::Rows;
use spill::{Fetch, Saver};
use steps::Steps;
use sums::{Restorer, SumSaver};
use tail::Tail;

/// Clients of the masters.
const SPILL: usize = 0;
const SUMS: usize = 1;
const PICTURE: usize = 2;

/// Sizes of a frame in strips.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    frame: Frame,
    /// `w`.
    strip: i64,
    /// Rows of all strips.
    rows: i64,
}

impl Sizes {
    fn new(g: &Geometry, frame: Frame) -> Self {
        let strip = g.width as i64;
        let strips = (frame.width + frame.stages + 1 + strip - 1) / strip;
        Self { frame, strip, rows: strips * frame.height }
    }

    /// Row in the picture and first column of the strip, of a row of all strips.
    fn place(&self, row: i64) -> (i64, i64) {
        (row.rem_euclid(self.frame.height), row.div_euclid(self.frame.height) * self.strip)
    }

    /// Columns `from..to` of the picture, counted from position 0, of the strip at `base` in stage `stage`.
    fn positions(&self, base: i64, stage: i64) -> (i64, i64) {
        let left = base - stage;
        ((-left).max(0), self.strip.min(self.frame.width - left))
    }
}

pub(super) struct Engine<'a> {
    g: &'a Geometry,
    sizes: Sizes,
    steps: Steps,
    passes: Passes,
    head: Head,
    tail: Tail,
    rows: Rows,
    bus: Bus,
    queues: [Queue; 3],
    fetches: [Fetch; 2],
    saver: Saver,
    edge: LeftEdge,
    sum_saver: SumSaver,
    restorer: Restorer,
    lines: Lines,
    /// Cycles in which something waited for memory's reads and writes.
    stalls: [u64; 2],
}

/// The prediction for a frame in strips.
pub(super) fn predict(config: &EngineConfig, g: &Geometry, frame: Frame, ddr: Ddr) -> Prediction {
    let regions = Regions::new(config, frame.stages as usize, frame.width as usize, frame.height as usize);
    let beats = |bytes: usize| (bytes / 8) as i64;
    let sizes = Sizes::new(g, frame);
    let depth = crate::engine::spill_queue(g) as i64;
    let reserve = (crate::engine::SPILL_LAG * g.most_spill_beats()) as i64;
    let engine = Engine {
        g,
        sizes,
        steps: Steps::default(),
        passes: Passes::new(g, &sizes),
        head: Head::new(g),
        tail: Tail::new(g),
        rows: Rows::new(beats(regions.input_stride)),
        bus: Bus::new(ddr),
        queues: [Queue::new(depth - reserve), Queue::new(30), Queue::new(30)],
        fetches: [Fetch::new(beats(regions.spill)), Fetch::new(beats(regions.sums))],
        saver: Saver::new(g, beats(regions.spill)),
        edge: LeftEdge::default(),
        sum_saver: SumSaver::new(beats(regions.sums)),
        restorer: Restorer::default(),
        lines: Lines::new(beats(regions.output_stride)),
        stalls: [0; 2],
    };
    engine.run()
}

impl Engine<'_> {
    /// Counts cycles from the start to the response of the last write.
    fn run(mut self) -> Prediction {
        let mut cycles = 1;
        loop {
            cycles += 1;
            if self.cycle(cycles) {
                break;
            }
        }
        Prediction {
            cycles,
            results: self.passes.results,
            edge_slots: self.passes.edge_slots,
            stalls: self.stalls,
            traffic: self.bus.traffic,
        }
    }

    /// One cycle; true if it is the frame's last.
    fn cycle(&mut self, now: u64) -> bool {
        let (g, sizes) = (self.g, self.sizes);
        // What the units show in this cycle, from their registers alone.
        let step = self.steps.step;
        let starts = self.steps.starts();
        let hold = self.passes.holds_head(step);
        let columns = self.steps.columns;
        let request = self.head.request(g, hold);
        let passes_done = self.passes.done(step);
        let idle = self.head.idle() && self.tail.idle() && self.sum_saver.idle() && self.restorer.idle();
        let commands = [0, 1, 2].map(|k| self.queues[k].command());
        let requests = [self.fetches[SPILL].request(), self.fetches[SUMS].request(), self.rows.request(g, &sizes)];
        let room = [0, 1, 2].map(|k| self.queues[k].has_room());
        let waiting = self.queues.iter().any(|queue| queue.any()) || self.lines.pushing();
        let ended = self.lines.ended() && !waiting && self.bus.writes_idle();
        let moves = self.bus.cycle(now, requests, commands);
        let any = [SPILL, SUMS].map(|k| self.fetches[k].any());
        let edge_waits = self.passes.waits_for_edge(&self.edge);
        self.stalls[0] += u64::from(edge_waits || self.steps.waits(&self.rows, &sizes));

        let edge_ready = self.edge.ready();
        let accepted = self.passes.cycle(
            g,
            &sizes,
            &passes::Inputs { step, running: self.steps.running(), request, edge_ready, spill_room: room[SPILL] },
        );
        let edge_pops = self.edge.cycle(g, any[SPILL], self.passes.offer(), accepted);
        let pushed = self.saver.cycle(g, self.passes.left());
        self.queues[SPILL].cycle(pushed.map(|address| (address, false)), moves.starts(SPILL), moves.beats(SPILL));
        self.fetches[SPILL].cycle(edge_pops, moves.granted(SPILL), moves.valid(SPILL), moves.written(SPILL));

        let sum = self.head.cycle(g, starts, hold, &columns);
        let restored = self.restorer.cycle(g, any[SUMS], starts && columns.restores, sum.is_some());
        let pushed = self.sum_saver.cycle(g, sum.filter(|_| columns.saves), room[SUMS]);
        self.queues[SUMS].cycle(pushed.map(|address| (address, false)), moves.starts(SUMS), moves.beats(SUMS));
        self.fetches[SUMS].cycle(restored, moves.granted(SUMS), moves.valid(SUMS), moves.written(SUMS));

        let taken = self.lines.takes(room[PICTURE]);
        self.stalls[1] += u64::from(self.tail.offers() && !taken);
        let pixel = self.tail.cycle(g, &columns, starts, taken);
        let pushed = self.lines.cycle(g, &sizes, pixel);
        self.queues[PICTURE].cycle(pushed, moves.starts(PICTURE), moves.beats(PICTURE));
        let (received, all) = (self.rows.received(), self.rows.all_received());
        let oldest = self.steps.oldest(g, &sizes);
        self.rows.cycle(g, &sizes, oldest, moves.granted(PICTURE), moves.valid(PICTURE));
        self.steps.cycle(g, &sizes, passes_done && idle, received, all);
        ended
    }
}
