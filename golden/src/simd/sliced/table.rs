//! The table of a pass: the carries of each triple for the eight patterns of weights, and the sums that are left for an even
//! and an odd number of weights that are 1.

use super::{
    registers::{Job, Registers},
    triples::{CARRIES, GROUPS, SUMS, Triples},
};

/// Entries of a group, one a pattern of weights; a sum has two.
pub(super) const PATTERNS: usize = 8;
/// Registers of a table.
pub(super) const ENTRIES: usize = GROUPS * PATTERNS;

/// A table as it is filled.
pub(super) struct Table<'a, R> {
    pub(super) registers: R,
    pub(super) signs: &'a [u16],
    /// Where the words of each input start in `signs`, for word 0.
    pub(super) sources: &'a [usize],
    /// First word of the block.
    pub(super) word: usize,
    /// [`ENTRIES`] registers.
    pub(super) entries: &'a mut [u16],
}

impl<Same: Registers> Job for Table<'_, Same> {
    type Output = ();

    /// Fills the table.
    #[inline(always)]
    fn run<R: Registers>(mut self, _: R) {
        let sums: [Same::Register; SUMS] = self.walk();
        for (group, sum) in sums.into_iter().enumerate() {
            let (registers, group) = (self.registers, self.group(CARRIES + group));
            registers.store(sum, &mut group[..Same::LANES]);
            registers.store(registers.not(sum), &mut group[Same::LANES..][..Same::LANES]);
        }
    }
}

impl<R: Registers> Table<'_, R> {
    /// The entries of a group.
    #[inline(always)]
    fn group(&mut self, group: usize) -> &mut [u16] {
        &mut self.entries[group * PATTERNS * R::LANES..][..PATTERNS * R::LANES]
    }
}

impl<R: Registers> Triples for Table<'_, R> {
    type Bits = R::Register;

    #[inline(always)]
    fn input(&self, index: usize) -> R::Register {
        self.registers.load(&self.signs[self.sources[index] + self.word..])
    }

    #[inline(always)]
    fn sum(&self, [a, b, c]: [R::Register; 3]) -> R::Register {
        self.registers.xor3(a, b, c)
    }

    /// `maj(a^p0, b^p1, c^p2)` for each pattern `p`; that of `!p` is the complement of that of `p`.
    #[inline(always)]
    fn carry(&mut self, group: usize, [a, b, c]: [R::Register; 3]) {
        let r = self.registers;
        let (not_a, not_b) = (r.not(a), r.not(b));
        let first =
            [r.majority(a, b, c), r.majority(not_a, b, c), r.majority(a, not_b, c), r.majority(not_a, not_b, c)];
        let group = self.group(group);
        for (pattern, carry) in first.into_iter().enumerate() {
            r.store(carry, &mut group[pattern * R::LANES..][..R::LANES]);
            r.store(r.not(carry), &mut group[(PATTERNS - 1 - pattern) * R::LANES..][..R::LANES]);
        }
    }
}
