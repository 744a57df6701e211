//! The next stage's signs, `s = (x >= t_c)`, gathered bit by bit into sign words.
//!
//! Lanes are compared by `x > t - 1`, for which every threshold has a value but one: where `t - 1` is below 16 bits the sign is
//! always 1.

use super::registers::Registers;

/// Thresholds of all channels.
#[derive(Clone, Debug)]
pub(super) struct Thresholds(Vec<Threshold>);

#[derive(Clone, Copy, Debug)]
struct Threshold {
    /// `t - 1`, as far as it fits.
    below: i16,
    /// All ones where the sign is always 1.
    always: u16,
}

/// Signs of a channel as they are gathered.
pub(super) struct Signs<R: Registers> {
    /// Parts of the words, so that the next segment's does not wait for this one's.
    words: [R::Register; 4],
    below: R::Register,
    always: R::Register,
    registers: R,
}

impl Thresholds {
    /// Lays thresholds of at most 16 stream bits out.
    pub(super) fn new(thresholds: &[i32]) -> Self {
        let threshold = |&t: &i32| match i16::try_from(t - 1) {
            Ok(below) => Threshold { below, always: 0 },
            Err(_) => Threshold { below: i16::MIN, always: u16::MAX },
        };
        Self(thresholds.iter().map(threshold).collect())
    }

    /// Starts a channel's words.
    #[inline(always)]
    pub(super) fn start<R: Registers>(&self, registers: R, channel: usize) -> Signs<R> {
        let Threshold { below, always } = self.0[channel];
        Signs {
            words: [registers.splat(0); 4],
            below: registers.splat(below.cast_unsigned()),
            always: registers.splat(always),
            registers,
        }
    }
}

impl<R: Registers> Signs<R> {
    /// Adds the signs of a segment, once.
    #[inline(always)]
    pub(super) fn add(&mut self, segment: usize, x: R::Register) {
        let words = &mut self.words[segment % 4];
        *words = self.registers.mark_greater(*words, 1 << segment, x, self.below);
    }

    /// The words, with 0 wherever `inside` is 0.
    #[inline(always)]
    pub(super) fn words(&self, inside: R::Register) -> R::Register {
        let (r, [a, b, c, d]) = (self.registers, self.words);
        let words = r.or(r.or(r.or(a, b), r.or(c, d)), self.always);
        r.and(words, inside)
    }
}
