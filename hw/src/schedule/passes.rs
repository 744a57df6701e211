//! Planner, loader and runner: `pass_planner`, `lane_store`, `pass_runner`.

use super::Frame;
use crate::Geometry;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Planner {
    FindHalf,
    Scan,
    Offer,
    Idle,
}

pub(super) struct Passes {
    planner: Planner,
    step: i64,
    chain: usize,
    /// Stage of each chain.
    stage: [i64; 2],
    pass: i64,
    phase: i64,
    load_started: bool,
    loading: bool,
    loaded: bool,
    turn: i64,
    run: bool,
    prime: bool,
    primed: bool,
    first: bool,
    left: i64,
    running_stage: i64,
    running_pass: i64,
    running_chain: usize,
    age: [i64; 2],
    shadow_free: bool,
    /// Slots with a result.
    pub results: u64,
    /// Slots of the head unit.
    pub edge_slots: u64,
}

/// Stages of the first of two chains.
fn half(f: Frame) -> i64 {
    ((f.stages + 1) / 2).max(2)
}

impl Passes {
    pub(super) fn new(g: &Geometry, f: Frame) -> Self {
        let half = half(f);
        Self {
            planner: if g.chains == 2 { Planner::FindHalf } else { Planner::Scan },
            step: 0,
            chain: 0,
            stage: [1, half + 1],
            pass: 0,
            phase: 0,
            load_started: false,
            loading: false,
            loaded: false,
            turn: 0,
            run: false,
            prime: false,
            primed: false,
            first: false,
            left: 0,
            running_stage: 0,
            running_pass: 0,
            running_chain: 0,
            age: [g.latency() as i64; 2],
            shadow_free: true,
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

    pub(super) fn cycle(&mut self, g: &Geometry, f: Frame, step: i64, running: bool, request: bool) {
        let pixels = g.pixels as i64;
        let skew = self.stage[self.chain] % pixels;
        let offers = self.planner == Planner::Offer;
        let valid = offers && self.load_started && self.loaded;
        let advance = self.run && !request;
        let finishing = advance && !self.prime && self.left == 0;
        let age_ok = self.chains_ok(g, f, finishing);
        let accept = (!self.run || finishing) && valid && running && self.step == step && (self.pass != 0 || age_ok);
        let merge =
            self.running_pass != g.passes as i64 - 1 && (pixels == 1 || (skew == 0 && (f.width - 1) % pixels == 0));
        let load_begin = offers && !self.load_started && self.shadow_free;
        let makes_result = advance && !self.prime;
        self.results += u64::from(makes_result);
        self.edge_slots += u64::from(request);
        let swapped = makes_result && self.first;
        let merged = self.primed || (finishing && merge);
        for chain in 0..2 {
            let resets = finishing && self.running_chain == chain;
            self.age[chain] = if resets { 0 } else { self.age[chain] + 1 };
        }
        self.shadow_free = swapped || (self.shadow_free && !load_begin);
        self.load(g, load_begin);
        self.move_on(advance, finishing, merge);
        if accept {
            let needs_prime = skew == 0 && !(merged && self.pass != 0);
            (self.run, self.prime, self.primed, self.first) = (true, needs_prime, false, true);
            self.left = (f.width - 1 + skew) / pixels;
            self.running_stage = self.stage[self.chain];
            self.running_pass = self.pass;
            self.running_chain = self.chain;
        }
        self.load_started = !accept && (self.load_started || load_begin);
        self.plan(g, f, accept);
    }

    /// Whether the offered stage may start: `hazard_free` of the runner.
    fn chains_ok(&self, g: &Geometry, f: Frame, finishing: bool) -> bool {
        let (ahead, d) = ((f.width - 1) / g.pixels as i64, g.latency() as i64);
        let free = |chain: usize| {
            if finishing && self.running_chain == chain { ahead > d - 2 } else { self.age[chain] + ahead >= d - 2 }
        };
        let opens = self.chain == 1 && self.stage[1] == half(f) + 1;
        free(self.chain) && (!opens || free(0))
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

    fn move_on(&mut self, advance: bool, finishing: bool, merge: bool) {
        if advance {
            if !self.prime {
                self.first = false;
                self.left -= 1;
            }
            self.prime = false;
        }
        if finishing {
            self.run = false;
            self.primed = merge;
        }
    }

    fn plan(&mut self, g: &Geometry, f: Frame, accept: bool) {
        let stage = self.stage[self.chain];
        let row = self.step - 1 - stage - self.chain as i64;
        let exists = (0..f.height).contains(&row) && stage <= f.stages;
        match self.planner {
            Planner::FindHalf => {
                self.stage[0] += 1;
                if self.stage[0] > half(f) + 1 {
                    (self.planner, self.stage[0]) = (Planner::Scan, 1);
                }
            }
            Planner::Scan if exists => self.planner = Planner::Offer,
            Planner::Scan => self.leave(g, f),
            Planner::Offer if accept => {
                self.pass += 1;
                if self.pass == g.passes as i64 {
                    self.phase += 1;
                    if stage == f.stages && self.phase < g.phases() as i64 {
                        self.pass = 0;
                    } else {
                        self.leave(g, f);
                    }
                }
            }
            _ => {}
        }
    }

    /// The next stage: of the other chain where there are two, or of the next step.
    fn leave(&mut self, g: &Geometry, f: Frame) {
        let half = half(f);
        let chains = g.chains;
        let ends = if chains == 2 { self.chain == 1 && self.stage[0] == half + 1 } else { self.stage[0] == f.stages };
        (self.planner, self.pass, self.phase) = (Planner::Scan, 0, 0);
        self.stage[self.chain] += 1;
        self.chain = (self.chain + 1) % chains;
        if ends {
            self.stage = [1, half + 1];
            self.step += 1;
            if self.step > f.height + f.stages + chains as i64 - 1 {
                self.planner = Planner::Idle;
            }
        }
    }
}
