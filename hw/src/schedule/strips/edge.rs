//! `left_edge`.

use crate::Geometry;
use crate::engine::EDGE_TAKEN;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Recall,
    Middle,
    Lower,
    Stream,
    Ready,
}

/// What the planner shows of the pass that it offers.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    pub offers: bool,
    pub restores: bool,
    pub first_pass: bool,
    pub top: bool,
    pub has_next: bool,
}

#[derive(Default)]
pub(super) struct LeftEdge {
    state: State,
    settle: i64,
    turn: i64,
}

impl LeftEdge {
    pub(super) fn ready(&self) -> bool {
        self.state == State::Ready
    }

    /// True if a beat is taken.
    pub(super) fn cycle(&mut self, g: &Geometry, any: bool, offer: Offer, accepted: bool) -> bool {
        let (signs, stream) = g.spill_beats();
        let takes = any && matches!(self.state, State::Middle | State::Lower | State::Stream);
        let ends = |beats: usize| takes && self.turn == beats as i64 - 1;
        let after_own = if offer.has_next { State::Lower } else { State::Stream };
        let settled = self.settle == 0;
        let next = match self.state {
            State::Idle if offer.offers && offer.restores && settled => {
                Some(if offer.first_pass { State::Recall } else { State::Stream })
            }
            State::Recall => Some(if offer.top { State::Middle } else { after_own }),
            State::Middle if ends(signs) => Some(after_own),
            State::Lower if ends(signs) => Some(State::Stream),
            State::Stream if ends(stream) => Some(State::Ready),
            State::Ready if accepted => Some(State::Idle),
            _ => None,
        };
        self.settle = (self.settle - 1).max(0);
        if self.state == State::Ready && accepted {
            self.settle = EDGE_TAKEN as i64 - 1;
        }
        self.turn = if next.is_some() { 0 } else { self.turn + i64::from(takes) };
        self.state = next.unwrap_or(self.state);
        takes
    }
}
