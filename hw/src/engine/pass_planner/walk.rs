//! The registers of the walk and how they move: pass to pass, stage to stage, step to step.

use super::{FIND_HALF, IDLE, OFFER, SCAN};
use crate::engine::step_counter::STEP_BITS;
use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, Scope, choose, index_bits, lit};

/// A register: present and next value.
type State = (Expr, Expr);

/// A stage's place in a step.
pub(super) struct Place<T> {
    pub stage: T,
    /// Row of this stage, two's complement.
    pub row: T,
    /// `row mod 3`.
    pub ring: T,
    /// First word of the row's slot and pass in the stream store.
    pub base: T,
    /// First word of the boundary that the stage reads in the sign store.
    pub boundary: T,
    /// Record of the pass's first lane.
    pub record: T,
    /// Word of the row that holds column 0 at this stage.
    pub word: T,
    /// `stage mod G`.
    pub skew: T,
}

impl<T> Place<T> {
    fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Place<U> {
        Place {
            stage: f(&self.stage),
            row: f(&self.row),
            ring: f(&self.ring),
            base: f(&self.base),
            boundary: f(&self.boundary),
            record: f(&self.record),
            word: f(&self.word),
            skew: f(&self.skew),
        }
    }

    fn fields(&self) -> [&T; 8] {
        [&self.stage, &self.row, &self.ring, &self.base, &self.boundary, &self.record, &self.word, &self.skew]
    }
}

/// All registers of the walk.
pub(super) struct Walk {
    pub state: State,
    pub step: State,
    pub pass: State,
    /// Chain whose turn it is, where there are two.
    pub chain: Option<State>,
    /// Where each chain is.
    places: Vec<Place<State>>,
    /// Row, ring slot and base of each chain's first stage in this step.
    firsts: Vec<[State; 3]>,
    /// The rest of the second chain's first stage: stage, boundary, record, word, skew.
    origin: Option<[State; 5]>,
}

/// What happens in this cycle.
pub(super) struct Moves {
    pub start: Expr,
    pub taken: Expr,
    pub found: Expr,
    /// The walk to the second chain is there.
    pub half_reached: Option<Expr>,
    pub leave: Expr,
    pub last_stage: Expr,
    pub last_step: Expr,
}

impl Walk {
    pub(super) fn declare(m: &mut Module, g: &Geometry) -> Self {
        let place = |m: &mut Module, prefix: String| {
            let widths = widths(g);
            Place {
                stage: m.state(&format!("{prefix}stage"), widths.stage, 1),
                row: m.state(&format!("{prefix}row"), widths.row, 0),
                ring: m.state(&format!("{prefix}ring"), widths.ring, 0),
                base: m.state(&format!("{prefix}base"), widths.base, 0),
                boundary: m.state(&format!("{prefix}boundary"), widths.boundary, 0),
                record: m.state(&format!("{prefix}record"), widths.record, 0),
                word: m.state(&format!("{prefix}word"), widths.word, 0),
                skew: m.state(&format!("{prefix}skew"), widths.skew, 0),
            }
        };
        Self {
            state: m.state("state", 2, IDLE),
            step: m.state("step", STEP_BITS, 0),
            pass: m.state("pass", g.pass_bits(), 0),
            chain: (g.chains == 2).then(|| m.state("chain", 1, 0)),
            places: (0..g.chains).map(|c| place(m, format!("chain{c}_"))).collect(),
            firsts: (0..g.chains).map(|c| first(m, g, c)).collect(),
            origin: (g.chains == 2).then(|| origin(m, g)),
        }
    }

    /// The place of the chain whose turn it is.
    pub(super) fn here(&self, m: &mut Module) -> Place<Expr> {
        let names = ["stage", "row", "ring", "base", "boundary", "record", "word", "skew"];
        let mut at = 0;
        self.places[0].map(|first| {
            let mut value = first.0.clone();
            if let Some(chain) = &self.chain {
                value = choose(&chain.0, &self.places[1].fields()[at].0, &value);
            }
            at += 1;
            m.wire(names[at - 1], &value)
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
        let next = self.next_stage(m, g, here, &moves.taken);
        let previous_row = previous_row(g, here);
        let start = start_of_walk(g);
        let rows: Vec<_> = self.firsts.iter().map(|first| next_row(g, first)).collect();
        m.comb(|s| {
            for (q, d) in self.registers() {
                s.set(d, q);
            }
            s.when(&moves.found, |s| s.set(&self.state.1, &lit(OFFER, 2)));
            s.when(&moves.taken, |s| {
                s.set(&self.pass.1, &self.pass.0.plus(1));
                self.each_chain(s, |s, place| {
                    s.set(&place.base.1, &here.base.plus(g.words as u64));
                    s.set(&place.record.1, &here.record.plus(g.lanes as u64));
                });
            });
            s.when(&moves.leave, |s| {
                s.set(&self.state.1, &lit(SCAN, 2));
                s.set(&self.pass.1, &lit(0, g.pass_bits()));
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
                self.find_half(s, here, &next, &previous_row, &start, reached);
            }
            s.when(&moves.start, |s| {
                s.set(&self.state.1, &lit(if g.chains == 2 { FIND_HALF } else { SCAN }, 2));
                s.set(&self.step.1, &lit(0, STEP_BITS));
                s.set(&self.pass.1, &lit(0, g.pass_bits()));
                if let Some(chain) = &self.chain {
                    s.set(&chain.1, &lit(0, 1));
                }
                assign(s, &self.places[0], &start);
                set_row(s, &self.firsts[0], &start);
            });
        });
    }

    /// Puts every chain on its first stage, in the row of the next step.
    fn restart(&self, s: &mut Scope, start: &Place<Expr>, rows: &[[Expr; 3]]) {
        for (k, (place, [row, ring, base])) in self.places.iter().zip(rows).enumerate() {
            let mut first = start.map(Expr::clone);
            (first.row, first.ring, first.base) = (row.clone(), ring.clone(), base.clone());
            if let Some(origin) = self.origin.as_ref().filter(|_| k == 1) {
                let [stage, boundary, record, word, skew] = origin.each_ref().map(|o| o.0.clone());
                first = Place { stage, boundary, record, word, skew, ..first };
            }
            assign(s, place, &first);
            set_row(s, &self.firsts[k], &first);
        }
    }

    /// Walks the first chain to the stage after the half: there, one row later still, the second chain starts.
    fn find_half(
        &self,
        s: &mut Scope,
        here: &Place<Expr>,
        next: &Place<Expr>,
        row: &[Expr; 3],
        start: &Place<Expr>,
        reached: &Expr,
    ) {
        let Some(origin) = &self.origin else { return };
        s.when(&self.state.0.is(FIND_HALF), |s| {
            assign(s, &self.places[0], next);
            s.when(reached, |s| {
                s.set(&self.state.1, &lit(SCAN, 2));
                let mut first = here.map(Expr::clone);
                [first.row, first.ring, first.base] = row.clone();
                assign(s, &self.places[1], &first);
                set_row(s, &self.firsts[1], &first);
                let fixed = [&here.stage, &here.boundary, &here.record, &here.word, &here.skew];
                for (register, value) in origin.iter().zip(fixed) {
                    s.set(&register.1, value);
                }
                assign(s, &self.places[0], start);
            });
        });
    }

    fn registers(&self) -> Vec<&State> {
        let mut all = vec![&self.state, &self.step, &self.pass];
        all.extend(self.chain.as_ref());
        for place in &self.places {
            all.extend(place.fields());
        }
        all.extend(self.firsts.iter().flatten());
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
    fn next_stage(&self, m: &mut Module, g: &Geometry, here: &Place<Expr>, taken: &Expr) -> Place<Expr> {
        let row_base = m.wire("row_base", &(&here.base - &pass_offset(g, &self.pass.0)));
        let [row, ring, base] = previous_row(g, &Place { base: row_base, ..here.map(Expr::clone) });
        let wraps = here.skew.is(g.pixels as u64 - 1);
        let lanes = choose(taken, &here.record.plus(g.lanes as u64), &here.record.plus(g.channels as u64));
        Place {
            stage: here.stage.plus(1),
            row,
            ring,
            base,
            boundary: here.boundary.plus(g.words as u64),
            record: lanes,
            word: choose(&wraps, &after(&here.word, g.words as u64 - 1, 1), &here.word),
            skew: choose(&wraps, &lit(0, here.skew.width()), &here.skew.plus(1)),
        }
    }
}

fn first(m: &mut Module, g: &Geometry, chain: usize) -> [State; 3] {
    let widths = widths(g);
    [("row", widths.row), ("ring", widths.ring), ("base", widths.base)]
        .map(|(name, bits)| m.state(&format!("first{chain}_{name}"), bits, 0))
}

fn origin(m: &mut Module, g: &Geometry) -> [State; 5] {
    let w = widths(g);
    [("stage", w.stage), ("boundary", w.boundary), ("record", w.record), ("word", w.word), ("skew", w.skew)]
        .map(|(name, bits)| m.state(&format!("origin_{name}"), bits, 0))
}

/// Row, ring slot and base of the next row.
fn next_row(g: &Geometry, [row, ring, base]: &[State; 3]) -> [Expr; 3] {
    let row_words = (g.passes * g.words) as u64;
    let top = (g.stream_rows as u64 - 1) * row_words;
    [row.0.plus(1), after(&ring.0, 2, 1), after(&base.0, top, row_words)]
}

fn set_row(s: &mut Scope, [row, ring, base]: &[State; 3], place: &Place<Expr>) {
    s.set(&row.1, &place.row);
    s.set(&ring.1, &place.ring);
    s.set(&base.1, &place.base);
}

fn widths(g: &Geometry) -> Place<usize> {
    Place {
        stage: 8,
        row: STEP_BITS,
        ring: index_bits(3),
        base: g.stream_address_bits(),
        boundary: g.sign_address_bits(),
        record: g.lane_record_bits(),
        word: g.word_bits(),
        skew: index_bits(g.pixels),
    }
}

/// Stage 1 before the first step: row -2.
fn start_of_walk(g: &Geometry) -> Place<Expr> {
    let row_words = (g.passes * g.words) as u64;
    let widths = widths(g);
    let values = [
        1,
        (1 << STEP_BITS) - 2,
        1,
        (g.stream_rows as u64 - 2) * row_words,
        0,
        0,
        ((1 / g.pixels) % g.words) as u64,
        1 % g.pixels as u64,
    ];
    let mut at = 0;
    widths.map(|width| {
        at += 1;
        lit(values[at - 1], *width)
    })
}

/// Row, ring slot and base of the row before.
fn previous_row(g: &Geometry, at: &Place<Expr>) -> [Expr; 3] {
    let row_words = (g.passes * g.words) as u64;
    let top = (g.stream_rows as u64 - 1) * row_words;
    let ring = choose(&at.ring.is(0), &lit(2, at.ring.width()), &at.ring.minus(1));
    let base = choose(&at.base.is(0), &lit(top, at.base.width()), &at.base.minus(row_words));
    [at.row.minus(1), ring, base]
}

/// `q + step`, from `top` back to 0.
fn after(q: &Expr, top: u64, step: u64) -> Expr {
    choose(&q.is(top), &lit(0, q.width()), &q.plus(step))
}

/// `pass * words`.
fn pass_offset(g: &Geometry, pass: &Expr) -> Expr {
    let bits = g.stream_address_bits();
    let at = |k: usize| lit((k * g.words) as u64, bits);
    (1..g.passes).fold(at(0), |sum, k| choose(&pass.is(k as u64), &at(k), &sum))
}

fn assign(s: &mut Scope, place: &Place<State>, value: &Place<Expr>) {
    for (register, value) in place.fields().into_iter().zip(value.fields()) {
        s.set(&register.1, value);
    }
}
