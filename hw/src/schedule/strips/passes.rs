//! `pass_planner`, `lane_store`, `pass_runner`.

use super::Sizes;
use super::edge::{LeftEdge, Offer};
use super::spill::Left;
use crate::Geometry;
use crate::engine::stream_taken;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Planner {
    FindHalf,
    Scan,
    Offer,
    Idle,
}

/// The extent of a pass.
#[derive(Clone, Copy)]
struct Extent {
    slots: i64,
    primes: bool,
    restores: bool,
    spills: bool,
    row: i64,
}

/// What the units around show.
pub(super) struct Inputs {
    pub step: i64,
    pub running: bool,
    pub request: bool,
    pub edge_ready: bool,
    pub spill_room: bool,
}

pub(super) struct Passes {
    height: i64,
    stages: i64,
    half: i64,
    chains: usize,
    planner: Planner,
    step: i64,
    chain: usize,
    /// Stage of each chain.
    stage: [i64; 2],
    pass: i64,
    load_started: bool,
    loading: bool,
    loaded: bool,
    turn: i64,
    run: bool,
    prime: bool,
    first: bool,
    left: i64,
    running_stage: i64,
    running_pass: i64,
    running_chain: usize,
    running: Extent,
    age: [i64; 2],
    take_age: i64,
    leave_age: i64,
    signs_age: i64,
    shadow_free: bool,
    last_row_seen: bool,
    /// What the planner's registers show of the offer.
    shown: Offer,
    offer: Offer,
    leaves: Option<Left>,
    /// Slots with a result.
    pub results: u64,
    /// Slots of the head unit.
    pub edge_slots: u64,
}

/// Ages are compared with small numbers only.
const OLD: i64 = 1 << 20;

impl Passes {
    pub(super) fn new(g: &Geometry, sizes: &Sizes) -> Self {
        let half = ((sizes.frame.stages + 1) / 2).max(2);
        let nothing = Offer { offers: false, restores: false, first_pass: true, top: false, has_next: false };
        Self {
            height: sizes.frame.height,
            stages: sizes.frame.stages,
            half,
            chains: g.chains,
            planner: if g.chains == 2 { Planner::FindHalf } else { Planner::Scan },
            step: 0,
            chain: 0,
            stage: [1, half + 1],
            pass: 0,
            load_started: false,
            loading: false,
            loaded: false,
            turn: 0,
            run: false,
            prime: false,
            first: false,
            left: 0,
            running_stage: 0,
            running_pass: 0,
            running_chain: 0,
            running: Extent { slots: 0, primes: false, restores: false, spills: false, row: 0 },
            age: [OLD; 2],
            take_age: OLD,
            leave_age: OLD,
            signs_age: OLD,
            shadow_free: true,
            last_row_seen: false,
            shown: nothing,
            offer: nothing,
            leaves: None,
            results: 0,
            edge_slots: 0,
        }
    }

    /// Whether the passes of `step` are over.
    pub(super) fn done(&self, step: i64) -> bool {
        (self.planner == Planner::Idle || self.step != step) && !self.run
    }

    /// Whether the first stage still has slots in `step`: `hold_head` of the array.
    pub(super) fn holds_head(&self, step: i64) -> bool {
        let ahead = self.step == step && self.planner != Planner::Idle && self.stage[self.chain] == 1;
        ahead || (self.run && self.running_stage == 1)
    }

    /// Whether the planner's registers show a pass whose left neighbours are not here.
    pub(super) fn waits_for_edge(&self, edge: &LeftEdge) -> bool {
        self.shown.restores && !edge.ready()
    }

    /// What `left_edge` saw in this cycle.
    pub(super) fn offer(&self) -> Offer {
        self.offer
    }

    /// What the pass left that had its last slot in this cycle.
    pub(super) fn left(&self) -> Option<Left> {
        self.leaves
    }

    /// Row of all strips of the stage at hand.
    fn row(&self) -> i64 {
        self.step - 1 - self.stage[self.chain] - self.chain as i64
    }

    fn extent(&self, g: &Geometry, sizes: &Sizes) -> Extent {
        let stage = self.stage[self.chain];
        let (row, base) = sizes.place(self.row());
        let (from, to) = sizes.positions(base, stage);
        let pixels = g.pixels as i64;
        let first = base == 0;
        Extent {
            slots: (to - 1).div_euclid(pixels) - from / pixels,
            primes: first && stage % pixels == 0,
            restores: !first,
            spills: base - stage + sizes.strip < sizes.frame.width,
            row,
        }
    }

    /// True if the offered pass is accepted.
    pub(super) fn cycle(&mut self, g: &Geometry, sizes: &Sizes, inputs: &Inputs) -> bool {
        let extent = self.extent(g, sizes);
        let offers = self.planner == Planner::Offer;
        let valid = offers && self.load_started && self.loaded;
        let advance = self.run && !inputs.request;
        let finishing = advance && !self.prime && self.left == 0;
        let age_ok = self.pass != 0 || self.chains_ok(g, &extent, finishing);
        let leaves = finishing && self.running.spills;
        let ready = (!self.run || finishing) && valid && inputs.running && self.step == inputs.step && age_ok;
        let accept = ready && self.edges_free(g, &extent, inputs, leaves);
        let load_begin = offers && !self.load_started && self.shadow_free;
        let makes_result = advance && !self.prime;
        self.results += u64::from(makes_result);
        self.edge_slots += u64::from(inputs.request);
        let swapped = makes_result && self.first;
        for chain in 0..2 {
            let resets = finishing && self.running_chain == chain;
            self.age[chain] = if resets { 0 } else { self.age[chain] + 1 };
        }
        self.take_age = if accept && extent.restores { 0 } else { self.take_age + 1 };
        self.leave_age = if leaves { 0 } else { self.leave_age + 1 };
        self.signs_age = if leaves && self.running_pass == 0 { 0 } else { self.signs_age + 1 };
        self.shadow_free = swapped || (self.shadow_free && !load_begin);
        self.leaves = leaves.then(|| Left {
            first_pass: self.running_pass == 0,
            top: self.running.row == 0,
            bottom: self.running.row + 1 == self.height,
        });
        self.show(&extent, offers);
        self.load(g, load_begin);
        if advance {
            self.first &= self.prime;
            self.left -= i64::from(!self.prime);
            self.prime = false;
        }
        self.run &= !finishing;
        if accept {
            (self.run, self.prime, self.first) = (true, extent.primes, true);
            self.left = extent.slots;
            self.running = extent;
            self.running_stage = self.stage[self.chain];
            self.running_pass = self.pass;
            self.running_chain = self.chain;
        }
        self.load_started = !accept && (self.load_started || load_begin);
        self.plan(g, sizes, accept);
        accept
    }

    /// Restore and row below are shown a cycle late.
    fn show(&mut self, extent: &Extent, offers: bool) {
        self.offer = Offer { offers, first_pass: self.pass == 0, top: extent.row == 0, ..self.shown };
        self.shown.restores = offers && extent.restores;
        self.shown.has_next = extent.row + 1 != self.height;
    }

    /// Whether the offered stage may start: `hazard_free` of the runner.
    fn chains_ok(&self, g: &Geometry, extent: &Extent, finishing: bool) -> bool {
        let (ahead, d) = ((extent.slots - 1).max(0), g.latency() as i64);
        let free = |chain: usize| {
            if finishing && self.running_chain == chain { ahead > d - 2 } else { self.age[chain] + ahead >= d - 2 }
        };
        let opens = self.chain == 1 && self.stage[1] == self.half + 1;
        free(self.chain) && (!opens || free(0))
    }

    /// `edges` of the runner.
    fn edges_free(&self, g: &Geometry, extent: &Extent, inputs: &Inputs, leaves: bool) -> bool {
        let (taken, sent) = (stream_taken(g) as i64, g.most_spill_beats() as i64);
        let take = inputs.edge_ready && self.take_age >= taken;
        let apart = self.leave_age >= sent && !leaves;
        let leaves_signs = leaves && self.running_pass == 0;
        let until_last_slot = if leaves_signs { extent.slots + 1 } else { self.signs_age + extent.slots + 2 };
        let signs_apart = self.pass != 0 || until_last_slot >= g.signs_apart() as i64;
        let spill = inputs.spill_room && (extent.slots > sent || apart) && signs_apart;
        (!extent.restores || take) && (!extent.spills || spill)
    }

    fn load(&mut self, g: &Geometry, begin: bool) {
        if self.loading {
            self.turn += 1;
            if self.turn == g.load_cycles() as i64 {
                (self.loading, self.loaded) = (false, true);
            }
        }
        if begin {
            (self.loading, self.loaded, self.turn) = (true, false, 0);
        }
    }

    fn plan(&mut self, g: &Geometry, sizes: &Sizes, accept: bool) {
        let stage = self.stage[self.chain];
        let row = self.row();
        let (_, base) = sizes.place(row);
        let exists = row >= 0 && base - stage < sizes.frame.width && stage <= self.stages;
        match self.planner {
            Planner::FindHalf => {
                self.stage[0] += 1;
                if self.stage[0] > self.half + 1 {
                    (self.planner, self.stage[0]) = (Planner::Scan, 1);
                }
            }
            Planner::Scan if exists => self.planner = Planner::Offer,
            Planner::Scan => self.leave(sizes),
            Planner::Offer if accept => {
                self.pass += 1;
                if self.pass == g.passes as i64 {
                    self.leave(sizes);
                }
            }
            _ => {}
        }
    }

    /// The next stage: of the other chain where there are two, or of the next step.
    fn leave(&mut self, sizes: &Sizes) {
        let (row, base) = sizes.place(self.row());
        let last_row = row + 1 == self.height && base - self.stages + sizes.strip >= sizes.frame.width;
        self.last_row_seen |= self.stage[self.chain] == self.stages && self.row() >= 0 && last_row;
        let at_end = if self.chains == 2 { self.half + 1 } else { self.stages };
        let ends = (self.chains == 1 || self.chain == 1) && self.stage[0] == at_end;
        (self.planner, self.pass) = (Planner::Scan, 0);
        self.stage[self.chain] += 1;
        self.chain = (self.chain + 1) % self.chains;
        if ends {
            self.stage = [1, self.half + 1];
            self.step += 1;
            if self.last_row_seen {
                self.planner = Planner::Idle;
            }
        }
    }
}
