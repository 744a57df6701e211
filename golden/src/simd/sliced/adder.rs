//! Carry-save addition of a pass to a count that is kept as bit planes.
//!
//! ```text
//! plane 0 | 1 | 2 | ...      plane k: the bits of weight 2^k of LANES * 16 counts
//! ```
//!
//! A full adder turns three planes of one weight into one of that weight and one of twice it. A pass brings two planes of
//! weight 1, whose carry joins the 71 of weight 2: nine octets, each of which leaves one plane of weight 16.

use super::{
    cells::Choices,
    registers::Registers,
    table::{ENTRIES, PATTERNS},
    triples::CARRIES,
};

/// Fewest planes of a count that [`Count::add_pass`] works on.
pub(super) const FEWEST_PLANES: usize = 10;

/// Planes of a count.
pub(super) struct Count<R: Registers, const PLANES: usize> {
    pub(super) planes: [R::Register; PLANES],
    registers: R,
}

impl<R: Registers, const PLANES: usize> Count<R, PLANES> {
    /// Zero everywhere.
    #[inline(always)]
    pub(super) fn zero(registers: R) -> Self {
        Self { planes: [registers.splat(0); PLANES], registers }
    }

    /// Reads planes that [`store`](Self::store) wrote.
    #[inline(always)]
    pub(super) fn load(registers: R, from: &[u16]) -> Self {
        let mut count = Self::zero(registers);
        for (plane, from) in count.planes.iter_mut().zip(from.chunks_exact(R::LANES)) {
            *plane = registers.load(from);
        }
        count
    }

    /// Writes all planes.
    #[inline(always)]
    pub(super) fn store(&self, to: &mut [u16]) {
        for (plane, to) in self.planes.iter().zip(to.chunks_exact_mut(R::LANES)) {
            self.registers.store(*plane, to);
        }
    }

    /// Adds what an output chose of a pass's table. The counts must stay below `2^PLANES`.
    #[inline(always)]
    pub(super) fn add_pass(&mut self, table: &[u16], choices: &Choices) {
        let addends = Addends { registers: self.registers, table: &table[..ENTRIES * R::LANES], choices };
        let two = self.full_add(0, addends.at(CARRIES), addends.at(CARRIES + 1));
        let thirty_two_a = self.add_octets(addends.octet(0), addends.octet(8));
        let thirty_two_b = self.add_octets(addends.octet(16), addends.octet(24));
        let sixty_four_a = self.full_add(5, thirty_two_a, thirty_two_b);
        let thirty_two_a = self.add_octets(addends.octet(32), addends.octet(40));
        let thirty_two_b = self.add_octets(addends.octet(48), addends.octet(56));
        let sixty_four_b = self.full_add(5, thirty_two_a, thirty_two_b);
        let mut last = addends.octet(64);
        last[7] = two;
        let sixteen = self.add_octet(last);
        let thirty_two = self.half_add(4, sixteen);
        let sixty_four_c = self.half_add(5, thirty_two);
        let carry_a = self.full_add(6, sixty_four_a, sixty_four_b);
        let carry_b = self.half_add(6, sixty_four_c);
        let mut carry = self.full_add(7, carry_a, carry_b);
        for plane in 8..PLANES {
            carry = self.half_add(plane, carry);
        }
    }

    /// Adds sixteen planes of weight 2; gives a plane of weight 32.
    #[inline(always)]
    fn add_octets(&mut self, a: [R::Register; 8], b: [R::Register; 8]) -> R::Register {
        let (a, b) = (self.add_octet(a), self.add_octet(b));
        self.full_add(4, a, b)
    }

    /// Adds eight planes of weight 2; gives a plane of weight 16.
    #[inline(always)]
    fn add_octet(&mut self, addends: [R::Register; 8]) -> R::Register {
        let (sums, carry) = self.registers.add_octet([self.planes[1], self.planes[2], self.planes[3]], addends);
        [self.planes[1], self.planes[2], self.planes[3]] = sums;
        carry
    }

    /// Adds two planes to a plane; gives the carry.
    #[inline(always)]
    fn full_add(&mut self, plane: usize, a: R::Register, b: R::Register) -> R::Register {
        let (sum, carry) = self.registers.full_adder(self.planes[plane], a, b);
        self.planes[plane] = sum;
        carry
    }

    /// Adds one plane to a plane; gives the carry.
    #[inline(always)]
    fn half_add(&mut self, plane: usize, a: R::Register) -> R::Register {
        let before = self.planes[plane];
        self.planes[plane] = self.registers.xor(before, a);
        self.registers.and(before, a)
    }
}

/// What an output adds in a pass.
struct Addends<'a, R> {
    registers: R,
    /// A whole table.
    table: &'a [u16],
    choices: &'a Choices,
}

impl<R: Registers> Addends<'_, R> {
    /// The chosen entry of a group.
    #[inline(always)]
    fn at(&self, group: usize) -> R::Register {
        let bytes = 2 * PATTERNS * R::LANES * group + self.choices.pattern_times_8(group) * R::LANES / 4;
        // SAFETY: a pattern is below `PATTERNS` and a group below `GROUPS`, so that the entry is one of the table's `ENTRIES`.
        unsafe { self.registers.load_at(self.table, bytes) }
    }

    /// The chosen entries of eight groups.
    #[inline(always)]
    fn octet(&self, first: usize) -> [R::Register; 8] {
        let a = [self.at(first), self.at(first + 1), self.at(first + 2), self.at(first + 3)];
        [a[0], a[1], a[2], a[3], self.at(first + 4), self.at(first + 5), self.at(first + 6), self.at(first + 7)]
    }
}
