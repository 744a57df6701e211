//! Carry-save addition of a pass's cells to a count that is kept as bit planes.
//!
//! ```text
//! plane 0 | 1 | 2 | ...      plane k: the bits of weight 2^k of LANES * 16 counts
//! ```
//!
//! A full adder turns three planes of one weight into one of that weight and one of twice it. Sixteen cells bring 16 planes
//! of weight 1 and 64 of weight 2. They are added in groups of four, so that few planes are alive at a time.

use super::registers::Registers;

/// Cells of a pass.
pub(super) const PASS: usize = 16;
/// Table entries that a cell adds.
pub(super) const ADDENDS: usize = 5;
/// Fewest planes of a count that [`add_pass`] works on.
pub(super) const FEWEST_PLANES: usize = 10;

/// Planes of a count.
pub(super) struct Count<R: Registers, const PLANES: usize> {
    pub(super) planes: [R::Register; PLANES],
    registers: R,
}

/// Adds one plane to a plane; gives the carry.
macro_rules! half_add {
    ($count:ident, $plane:expr, $addend:expr) => {{
        let (plane, addend) = ($count.planes[$plane], $addend);
        $count.planes[$plane] = $count.registers.xor(plane, addend);
        $count.registers.and(plane, addend)
    }};
}

/// Adds two planes to a plane; gives the carry.
macro_rules! full_add {
    ($count:ident, $plane:expr, $a:expr, $b:expr) => {{
        let (sum, carry) = $count.registers.full_adder($count.planes[$plane], $a, $b);
        $count.planes[$plane] = sum;
        carry
    }};
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

    /// Adds a pass: the table's entries at `offsets`, in bytes. The counts must stay below `2^PLANES`.
    ///
    /// # Safety
    /// A register ends inside the table at each of the offsets.
    #[inline(always)]
    pub(super) unsafe fn add_pass(&mut self, table: &[u16], offsets: &[u16; PASS * ADDENDS]) {
        let quads: &[[u16; 4 * ADDENDS]] = offsets.as_chunks().0;
        let r = self.registers;
        let c = self;
        // SAFETY: the offsets are the caller's.
        let quad = |c: &mut Self, quad: usize| unsafe { c.add_quad(table, &quads[quad]) };
        let (four_a, sixteens_a) = quad(c, 0);
        let (four_b, sixteens_b) = quad(c, 1);
        let eight_a = full_add!(c, 2, four_a, four_b);
        let (sixteen, thirty_two_a) = r.full_adder(sixteens_a[0], sixteens_a[1], sixteens_b[0]);
        let thirty_two_b = full_add!(c, 4, sixteen, sixteens_b[1]);
        let (four_a, sixteens_a) = quad(c, 2);
        let (four_b, sixteens_b) = quad(c, 3);
        let eight_b = full_add!(c, 2, four_a, four_b);
        let (sixteen_a, thirty_two_c) = r.full_adder(sixteens_a[0], sixteens_a[1], sixteens_b[0]);
        let sixteen_b = full_add!(c, 3, eight_a, eight_b);
        let (sixteen, thirty_two_d) = r.full_adder(sixteen_a, sixteens_b[1], sixteen_b);
        let thirty_two_e = half_add!(c, 4, sixteen);
        let (thirty_two, sixty_four_a) = r.full_adder(thirty_two_a, thirty_two_b, thirty_two_c);
        let (thirty_two, sixty_four_b) = r.full_adder(thirty_two, thirty_two_d, thirty_two_e);
        let sixty_four_c = half_add!(c, 5, thirty_two);
        let (sixty_four, carry_a) = r.full_adder(sixty_four_a, sixty_four_b, sixty_four_c);
        let carry_b = half_add!(c, 6, sixty_four);
        let mut carry = full_add!(c, 7, carry_a, carry_b);
        for plane in 8..PLANES {
            carry = half_add!(c, plane, carry);
        }
    }

    /// Adds four cells; leaves one plane of weight 4 and two of weight 16 to the caller.
    ///
    /// # Safety
    /// As for [`add_pass`](Self::add_pass).
    #[inline(always)]
    unsafe fn add_quad(&mut self, table: &[u16], offsets: &[u16; 4 * ADDENDS]) -> (R::Register, [R::Register; 2]) {
        let r = self.registers;
        // SAFETY: the offsets are the caller's.
        let at = |cell: usize, addend: usize| unsafe { r.load_at(table, offsets[cell * ADDENDS + addend].into()) };
        let (two_0, four_0) = r.full_adder(at(0, 0), at(0, 1), at(0, 2));
        let (two_1, four_1) = r.full_adder(at(1, 0), at(1, 1), at(1, 2));
        let (two_2, four_2) = r.full_adder(at(2, 0), at(2, 1), at(2, 2));
        let (four_a, eight_a) = r.full_adder(four_0, four_1, four_2);
        let (two_a, four_b) = r.full_adder(two_0, two_1, two_2);
        let (two_3, four_3) = r.full_adder(at(3, 0), at(3, 1), at(3, 2));
        let (two_4, four_4) = r.full_adder(at(0, 3), at(1, 3), at(2, 3));
        let (one, two_5) = r.full_adder(at(0, 4), at(1, 4), at(2, 4));
        let c = self;
        let two_6 = full_add!(c, 0, one, at(3, 4));
        let (two_7, four_5) = r.full_adder(at(3, 3), two_5, two_6);
        let (four_c, eight_b) = r.full_adder(four_3, four_4, four_5);
        let (two_b, four_d) = r.full_adder(two_3, two_4, two_7);
        let four_e = full_add!(c, 1, two_a, two_b);
        let (four_f, eight_c) = r.full_adder(four_b, four_d, four_e);
        let (four, eight_d) = r.full_adder(four_a, four_c, four_f);
        let (eight, sixteen_a) = r.full_adder(eight_a, eight_b, eight_c);
        let sixteen_b = full_add!(c, 3, eight, eight_d);
        (four, [sixteen_a, sixteen_b])
    }
}
