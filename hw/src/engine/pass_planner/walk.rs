//! The registers of the walk and how they move: pass to pass, stage to stage, step to step.

use super::place::{Place, Row, State, assign, assign_row, first_place, next_row, pass_offset, previous_row};
use super::{FIND_HALF, IDLE, OFFER, SCAN};
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, Scope, choose, index_bits, lit};

/// All registers of the walk.
pub(super) struct Walk {
    pub state: State,
    pub step: State,
    pub pass: State,
    /// With several phases, how often the last stage has swept its row.
    pub phase: Option<State>,
    /// Chain whose turn it is, where there are two.
    pub chain: Option<State>,
    /// Where each chain is.
    places: Vec<Place<State>>,
    /// The row of each chain's first stage in this step.
    firsts: Vec<Row<State>>,
    /// The rest of the second chain's first stage: stage, boundary, record, word, skew.
    origin: Option<[State; 5]>,
    height: Expr,
}

/// What happens in this cycle.
pub(super) struct Moves {
    pub start: Expr,
    pub taken: Expr,
    /// With several phases: the last stage begins its next sweep over the row.
    pub sweeps_again: Option<Expr>,
    pub found: Expr,
    /// The walk to the second chain is there.
    pub half_reached: Option<Expr>,
    pub leave: Expr,
    pub last_stage: Expr,
    pub last_step: Expr,
}

impl Walk {
    /// `height` is that of the picture.
    pub(super) fn declare(m: &mut Module, g: &Geometry, height: &Expr) -> Self {
        Self {
            state: m.state("state", 2, IDLE),
            step: m.state("step", g.step_bits(), 0),
            pass: m.state("pass", g.pass_bits(), 0),
            phase: (g.phases() > 1).then(|| m.state("phase", index_bits(g.phases()), 0)),
            chain: (g.chains == 2).then(|| m.state("chain", 1, 0)),
            places: (0..g.chains).map(|c| Place::declare(m, g, &format!("chain{c}_"))).collect(),
            firsts: (0..g.chains).map(|c| Row::declare(m, g, &format!("first{c}_"))).collect(),
            origin: (g.chains == 2).then(|| {
                let names = Place::<usize>::FIXED;
                let widths = Place::widths(g);
                let mut bits = widths.fixed().into_iter();
                names.map(|name| m.state(&format!("origin_{name}"), *bits.next().expect("a width a name"), 0))
            }),
            height: height.clone(),
        }
    }

    /// The place of the chain whose turn it is.
    pub(super) fn here(&self, m: &mut Module) -> Place<Expr> {
        let second = self.places.get(1).map(|place| place.fields());
        let mut at = 0;
        self.places[0].map(|name, first| {
            let mut value = first.0.clone();
            if let Some((chain, second)) = self.chain.as_ref().zip(second.as_ref()) {
                value = choose(&chain.0, &second[at].0, &value);
            }
            at += 1;
            m.wire(name, &value)
        })
    }

    /// `ceil(stages / 2) + 1`, at least 3: the stage after the first chain's last. Its signs are read before the first
    /// chain's last stage writes over them, so that stage must not be the first of its chain.
    pub(super) fn after_half(&self, m: &mut Module, stages: &Expr) -> Option<Expr> {
        self.chain.as_ref()?;
        let rounded = m.wire("stages_rounded", &stages.plus(1));
        m.drops("stages_rounded", &rounded.bit(0));
        let next = m.wire("half_and_one", &rounded.slice(1, 7).extend(8).plus(1));
        let least = lit(3, 8);
        Some(m.wire("after_half", &choose(&next.lt(&least), &least, &next)))
    }

    /// Whether the first chain's register is at `stage`.
    pub(super) fn first_chain_at(&self, stage: &Expr) -> Expr {
        self.places[0].stage.0.eq(stage)
    }

    /// Whether the stage at hand is the first of the second chain: it reads what the other chain wrote.
    pub(super) fn opens_chain(&self, here: &Place<Expr>) -> Option<Expr> {
        let (chain, origin) = self.chain.as_ref().zip(self.origin.as_ref())?;
        Some(&chain.0 & &here.stage.eq(&origin[0].0))
    }

    /// Moves all registers.
    pub(super) fn advance(&self, m: &mut Module, g: &Geometry, here: &Place<Expr>, moves: &Moves) {
        let row_base = m.wire("row_base", &(&here.at.base - &pass_offset(g, &self.pass.0)));
        let next = self.next_stage(g, here, &row_base, &moves.taken);
        let earlier = previous_row(g, &self.height, &here.at);
        let start = first_place(m, g, &self.height);
        let rows: Vec<_> = self.firsts.iter().map(|first| next_row(g, &self.height, first)).collect();
        m.comb(|s| {
            for (q, d) in self.registers() {
                s.set(d, q);
            }
            s.when(&moves.found, |s| s.set(&self.state.1, &lit(OFFER, 2)));
            s.when(&moves.taken, |s| {
                s.set(&self.pass.1, &self.pass.0.plus(1));
                self.each_chain(s, |s, place| {
                    s.set(&place.at.base.1, &here.at.base.plus(g.words as u64));
                    s.set(&place.record.1, &here.record.plus(g.lanes as u64));
                });
            });
            if let Some((phase, again)) = self.phase.as_ref().zip(moves.sweeps_again.as_ref()) {
                s.when(again, |s| {
                    s.set(&self.pass.1, &lit(0, g.pass_bits()));
                    s.set(&phase.1, &phase.0.plus(1));
                    self.each_chain(s, |s, place| s.set(&place.at.base.1, &row_base));
                });
            }
            s.when(&moves.leave, |s| {
                s.set(&self.state.1, &lit(SCAN, 2));
                s.set(&self.pass.1, &lit(0, g.pass_bits()));
                if let Some(phase) = &self.phase {
                    s.set(&phase.1, &lit(0, phase.0.width()));
                }
                self.each_chain(s, |s, place| assign(s, place, &next));
                if let Some(chain) = &self.chain {
                    s.set(&chain.1, &!&chain.0);
                }
                s.when(&moves.last_stage, |s| {
                    s.set(&self.step.1, &self.step.0.plus(1));
                    self.restart(s, &start, &rows);
                    s.when(&moves.last_step, |s| s.set(&self.state.1, &lit(IDLE, 2)));
                });
            });
            if let Some(reached) = &moves.half_reached {
                self.find_half(s, here, &next, &earlier, &start, reached);
            }
            s.when(&moves.start, |s| {
                s.set(&self.state.1, &lit(if g.chains == 2 { FIND_HALF } else { SCAN }, 2));
                s.set(&self.step.1, &lit(0, g.step_bits()));
                s.set(&self.pass.1, &lit(0, g.pass_bits()));
                if let Some(chain) = &self.chain {
                    s.set(&chain.1, &lit(0, 1));
                }
                assign(s, &self.places[0], &start);
                assign_row(s, &self.firsts[0], &start.at);
            });
        });
    }

    /// Puts every chain on its first stage, in the row of the next step.
    fn restart(&self, s: &mut Scope, start: &Place<Expr>, rows: &[Row<Expr>]) {
        for (k, (place, row)) in self.places.iter().zip(rows).enumerate() {
            let mut first = Place { at: row.clone(), ..start.clone() };
            if let Some(origin) = self.origin.as_ref().filter(|_| k == 1) {
                let [stage, boundary, record, word, skew] = origin.each_ref().map(|o| o.0.clone());
                first = Place { stage, boundary, record, word, skew, ..first };
            }
            assign(s, place, &first);
            assign_row(s, &self.firsts[k], &first.at);
        }
    }

    /// Walks the first chain to the stage after the half: there, one row later still, the second chain starts.
    fn find_half(
        &self,
        s: &mut Scope,
        here: &Place<Expr>,
        next: &Place<Expr>,
        row: &Row<Expr>,
        start: &Place<Expr>,
        reached: &Expr,
    ) {
        let Some(origin) = &self.origin else { return };
        s.when(&self.state.0.is(FIND_HALF), |s| {
            assign(s, &self.places[0], next);
            s.when(reached, |s| {
                s.set(&self.state.1, &lit(SCAN, 2));
                let first = Place { at: row.clone(), ..here.clone() };
                assign(s, &self.places[1], &first);
                assign_row(s, &self.firsts[1], &first.at);
                for (register, value) in origin.iter().zip(here.fixed()) {
                    s.set(&register.1, value);
                }
                assign(s, &self.places[0], start);
            });
        });
    }

    fn registers(&self) -> Vec<&State> {
        let mut all = vec![&self.state, &self.step, &self.pass];
        all.extend(self.phase.as_ref());
        all.extend(self.chain.as_ref());
        for place in &self.places {
            all.extend(place.fields());
        }
        all.extend(self.firsts.iter().flat_map(Row::fields));
        all.extend(self.origin.iter().flatten());
        all
    }

    /// Does `body` on the chain whose turn it is.
    fn each_chain(&self, s: &mut Scope, mut body: impl FnMut(&mut Scope, &Place<State>)) {
        match &self.chain {
            None => body(s, &self.places[0]),
            Some(chain) => {
                for (k, place) in self.places.iter().enumerate() {
                    s.when(&chain.0.is(k as u64), |s| body(s, place));
                }
            }
        }
    }

    /// The place of the stage that follows in the same chain. One that is left after its last pass has `P` lanes to
    /// go, one that is skipped has all `C`.
    fn next_stage(&self, g: &Geometry, here: &Place<Expr>, row_base: &Expr, taken: &Expr) -> Place<Expr> {
        let mut at = previous_row(g, &self.height, &Row { base: row_base.clone(), ..here.at.clone() });
        at.left = at.left.map(|left| left.minus(1));
        let wraps = here.skew.is(g.pixels as u64 - 1);
        let lanes = choose(taken, &here.record.plus(g.lanes as u64), &here.record.plus(g.channels as u64));
        Place {
            stage: here.stage.plus(1),
            at,
            boundary: here.boundary.plus(g.words as u64),
            record: lanes,
            word: choose(&wraps, &super::place::after(&here.word, g.words as u64 - 1, 1), &here.word),
            skew: choose(&wraps, &lit(0, here.skew.width()), &here.skew.plus(1)),
        }
    }
}
