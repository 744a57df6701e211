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
    words: R::Register,
    below: R::Register,
    bit: R::Register,
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
            words: registers.splat(always),
            below: registers.splat(below.cast_unsigned()),
            bit: registers.splat(1),
            registers,
        }
    }
}

impl<R: Registers> Signs<R> {
    /// Adds the signs of the next segment.
    #[inline(always)]
    pub(super) fn push(&mut self, x: R::Register) {
        self.words = self.registers.or_where_greater(self.words, self.bit, x, self.below);
        self.bit = self.registers.add(self.bit, self.bit);
    }

    /// The words, with 0 wherever `inside` is 0.
    #[inline(always)]
    pub(super) fn words(&self, inside: R::Register) -> R::Register {
        self.registers.and(self.words, inside)
    }
}
