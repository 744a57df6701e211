//! The colour that is issued: a group of channels takes all pixels of a word in one, then in the next.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, Scope, index_bits, lit};

/// The index of the colour, of which an engine for luma has none.
#[derive(Clone)]
pub(super) struct Colour {
    state: Option<(Expr, Expr)>,
    last: u64,
}

impl Colour {
    /// Declares the register.
    pub(super) fn new(m: &mut Module, g: &Geometry) -> Self {
        let state = (g.colours > 1).then(|| m.state("colour", index_bits(g.colours), 0));
        Self { state, last: g.colours as u64 - 1 }
    }

    /// None where there is one colour.
    pub(super) fn index(&self) -> Option<&Expr> {
        self.state.as_ref().map(|(q, _)| q)
    }

    /// `when`, in the first colour.
    pub(super) fn in_first(&self, when: &Expr) -> Expr {
        self.index().map_or_else(|| when.clone(), |q| when & &q.is(0))
    }

    /// `when`, in the last colour: what is issued completes a sum.
    pub(super) fn in_last(&self, when: &Expr) -> Expr {
        self.index().map_or_else(|| when.clone(), |q| when & &q.is(self.last))
    }

    /// The next colour, when one `ends`.
    pub(super) fn step(&self, s: &mut Scope, ends: &Expr) {
        let Some((q, d)) = &self.state else { return };
        s.set(d, q);
        s.when(ends, |s| {
            s.when_else(&q.is(self.last), |s| s.set(d, &lit(0, q.width())), |s| s.set(d, &q.plus(1)));
        });
    }
}
