//! Stall patterns: when the source has no beat, when the sink is not ready.

use std::{fmt, str::FromStr};

use super::random::Random;

/// When one side of a stream holds back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Never.
    #[default]
    None,
    /// Three cycles of every four.
    ThreeOfFour,
    /// Every other cycle.
    Alternate,
    /// Each cycle with probability 0.1.
    P10,
    /// Each cycle with probability 0.9.
    P90,
    /// In runs of 1 to 64 cycles, with as long runs between them.
    Bursts,
    /// 16 cycles before the last and before the first beat of every row.
    RowEnds,
    /// Once, for 10,000 cycles, in the middle of the frame.
    Freeze,
}

/// Cycles of [`Pattern::Freeze`].
pub const FREEZE: u64 = 10_000;

const ROW_END: u64 = 16;

impl Pattern {
    /// Every pattern, [`Pattern::None`] first.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::ThreeOfFour,
        Self::Alternate,
        Self::P10,
        Self::P90,
        Self::Bursts,
        Self::RowEnds,
        Self::Freeze,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ThreeOfFour => "3of4",
            Self::Alternate => "alternate",
            Self::P10 => "p10",
            Self::P90 => "p90",
            Self::Bursts => "bursts",
            Self::RowEnds => "row-ends",
            Self::Freeze => "freeze",
        }
    }
}

/// The patterns of both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stall {
    /// The side that gives LR pixels.
    pub source: Pattern,
    /// The side that takes SR pixels.
    pub sink: Pattern,
}

impl Stall {
    /// No stalls.
    pub const NONE: Self = Self { source: Pattern::None, sink: Pattern::None };

    /// Two patterns chosen by the seed.
    pub fn random(seed: u64) -> Self {
        let mut random = Random::new(seed, 2);
        let mut choose = || Pattern::ALL[random.below(Pattern::ALL.len() as u64) as usize];
        Self { source: choose(), sink: choose() }
    }

    /// Reads what the command line takes: `none`, `random`, one pattern for both sides, or `source=p10,sink=bursts`.
    ///
    /// # Errors
    /// [`UnknownPattern`] names the part that is not a pattern.
    pub fn parse(text: &str, seed: u64) -> Result<Self, UnknownPattern> {
        if text == "random" {
            return Ok(Self::random(seed));
        }
        if let Ok(both) = text.parse() {
            return Ok(Self { source: both, sink: both });
        }
        let mut stall = Self::NONE;
        for part in text.split(',') {
            match part.split_once('=') {
                Some(("source", pattern)) => stall.source = pattern.parse()?,
                Some(("sink", pattern)) => stall.sink = pattern.parse()?,
                _ => return Err(UnknownPattern(part.into())),
            }
        }
        Ok(stall)
    }
}

impl fmt::Display for Stall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "source={},sink={}", self.source.name(), self.sink.name())
    }
}

/// Text that names no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a stall pattern")]
pub struct UnknownPattern(pub String);

impl FromStr for Pattern {
    type Err = UnknownPattern;

    fn from_str(text: &str) -> Result<Self, UnknownPattern> {
        Self::ALL.into_iter().find(|pattern| pattern.name() == text).ok_or_else(|| UnknownPattern(text.into()))
    }
}

/// Where a stream is: what a pattern may depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Beats that were transferred in this frame.
    pub(crate) beat: u64,
    /// Beats of a row.
    pub(crate) row: u64,
    /// Beats of the frame.
    pub(crate) frame: u64,
}

/// A pattern at work.
#[derive(Clone, Debug)]
pub(crate) struct Staller {
    pattern: Pattern,
    random: Random,
    cycle: u64,
    /// Cycles left of a burst, of the pause after it, or of a stall at a row's end.
    left: u64,
    holding: bool,
    /// The beat for which the last row end or freeze was held.
    held_at: Option<u64>,
}

impl Staller {
    pub(crate) fn new(pattern: Pattern, seed: u64, stream: u64) -> Self {
        Self { pattern, random: Random::new(seed, stream), cycle: 0, left: 0, holding: false, held_at: None }
    }

    /// Whether this side holds back in this cycle; called once a cycle.
    pub(crate) fn holds(&mut self, place: Place) -> bool {
        let cycle = self.cycle;
        self.cycle += 1;
        match self.pattern {
            Pattern::None => false,
            Pattern::ThreeOfFour => cycle % 4 != 3,
            Pattern::Alternate => cycle.is_multiple_of(2),
            Pattern::P10 => self.random.below(10) == 0,
            Pattern::P90 => self.random.below(10) != 0,
            Pattern::Bursts => self.burst(),
            Pattern::RowEnds => {
                let column = place.beat % place.row.max(1);
                self.once_at(place.beat, column == 0 || column + 1 == place.row, ROW_END)
            }
            Pattern::Freeze => self.once_at(place.beat, place.beat == place.frame / 2, FREEZE),
        }
    }

    fn burst(&mut self) -> bool {
        if self.left == 0 {
            self.left = 1 + self.random.below(64);
            self.holding = !self.holding;
        }
        self.left -= 1;
        self.holding
    }

    /// Holds `cycles` cycles before this beat, if it is `due`.
    fn once_at(&mut self, beat: u64, due: bool, cycles: u64) -> bool {
        if due && self.held_at != Some(beat) {
            self.held_at = Some(beat);
            self.left = cycles;
        }
        let holds = self.left > 0;
        self.left = self.left.saturating_sub(1);
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of 10,000 cycles a pattern holds, no beat moving.
    fn held(pattern: Pattern) -> usize {
        let mut staller = Staller::new(pattern, 7, 0);
        let place = Place { beat: 5, row: 10, frame: 100 };
        (0..10_000).filter(|_| staller.holds(place)).count()
    }

    #[test]
    fn patterns_hold_as_often_as_they_say() {
        assert_eq!(held(Pattern::None), 0);
        assert_eq!(held(Pattern::ThreeOfFour), 7_500);
        assert_eq!(held(Pattern::Alternate), 5_000);
        assert!((900..1_100).contains(&held(Pattern::P10)));
        assert!((8_900..9_100).contains(&held(Pattern::P90)));
        assert!((4_000..6_000).contains(&held(Pattern::Bursts)));
    }

    #[test]
    fn row_ends_hold_before_the_last_and_the_first_beat_of_a_row() {
        let mut staller = Staller::new(Pattern::RowEnds, 0, 0);
        let mut cycles = |beat| {
            let place = Place { beat, row: 4, frame: 16 };
            (0..100).take_while(|_| staller.holds(place)).count() as u64
        };
        let held: Vec<u64> = (0..6).map(&mut cycles).collect();
        assert_eq!(held, [ROW_END, 0, 0, ROW_END, ROW_END, 0]);
    }

    #[test]
    fn freeze_holds_once_in_the_middle() {
        let mut staller = Staller::new(Pattern::Freeze, 0, 0);
        let mut cycles = |beat| {
            let place = Place { beat, row: 4, frame: 16 };
            (0..20_000).take_while(|_| staller.holds(place)).count() as u64
        };
        let held: Vec<u64> = (6..10).map(&mut cycles).collect();
        assert_eq!(held, [0, 0, FREEZE, 0]);
    }

    #[test]
    fn names_are_read_back() {
        let stall = Stall::parse("source=p10,sink=row-ends", 0).unwrap();
        assert_eq!(stall, Stall { source: Pattern::P10, sink: Pattern::RowEnds });
        assert_eq!(Stall::parse(&stall.to_string(), 0), Ok(stall));
        assert_eq!(Stall::parse("bursts", 0), Ok(Stall { source: Pattern::Bursts, sink: Pattern::Bursts }));
        assert_eq!(Stall::parse("sink=p11", 0), Err(UnknownPattern("p11".into())));
    }

    #[test]
    fn one_seed_always_chooses_the_same_patterns() {
        assert_eq!(Stall::parse("random", 3), Stall::parse("random", 3));
        assert!((0..20).any(|seed| Stall::random(seed) != Stall::random(0)));
    }
}
