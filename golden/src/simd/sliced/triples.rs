//! A pass as a tree of triples: what is tabulated, and what an output adds.
//!
//! A triple of bits `a b c` differs from weights `p` in `sum + 2 carry` places, with `sum = a^b^c ^ p0^p1^p2` and
//! `carry = maj(a^p0, b^p1, c^p2)`. Sums have weight 1 as inputs have, so three of them are a triple again. The carry of a
//! triple is one of eight, by its pattern of weights, which all outputs share: a *group* of the table.
//!
//! ```text
//! group 4 k + 0, 1, 2   the triples of cell k              weight 2
//!       4 k + 3         the sums of these triples          weight 2
//!       64 .. 69        the sums of cells 0 .. 15          weight 2
//!       69, 70          their sums, and that of cell 15    weight 2
//!       71, 72          the two sums that are left         weight 1
//! ```

/// Inputs of a cell, three triples.
pub(super) const CELL: usize = 9;
/// Cells of a pass.
pub(super) const PASS: usize = 16;
/// Groups of weight 2, the first ones.
pub(super) const CARRIES: usize = 4 * PASS + PASS / 3 + SUMS;
/// Groups of weight 1, the last ones.
pub(super) const SUMS: usize = 2;
/// All groups.
pub(super) const GROUPS: usize = CARRIES + SUMS;

/// Bits of the tree: the signs of many pixels, or the weights of one output.
pub(super) trait Triples {
    /// A bit, or a register of them.
    type Bits: Copy;
    /// An input of the pass.
    fn input(&self, index: usize) -> Self::Bits;
    /// `a ^ b ^ c`.
    fn sum(&self, triple: [Self::Bits; 3]) -> Self::Bits;
    /// Takes the triple of a group.
    fn carry(&mut self, group: usize, triple: [Self::Bits; 3]);

    /// Walks the tree; gives the sums that are left.
    #[inline(always)]
    fn walk(&mut self) -> [Self::Bits; SUMS] {
        let mut cells = [self.input(0); PASS];
        for (cell, left) in cells.iter_mut().enumerate() {
            let mut sums = [*left; 3];
            for (triple, sum) in sums.iter_mut().enumerate() {
                let first = cell * CELL + 3 * triple;
                *sum =
                    self.triple(4 * cell + triple, [self.input(first), self.input(first + 1), self.input(first + 2)]);
            }
            *left = self.triple(4 * cell + 3, sums);
        }
        let mut left = [cells[PASS - 1]; PASS / 3 + 1];
        for (triple, left) in left.iter_mut().enumerate().take(PASS / 3) {
            *left = self.triple(4 * PASS + triple, [cells[3 * triple], cells[3 * triple + 1], cells[3 * triple + 2]]);
        }
        let group = 4 * PASS + PASS / 3;
        [self.triple(group, [left[0], left[1], left[2]]), self.triple(group + 1, [left[3], left[4], left[5]])]
    }

    /// Takes a triple; gives its sum.
    #[inline(always)]
    fn triple(&mut self, group: usize, triple: [Self::Bits; 3]) -> Self::Bits {
        self.carry(group, triple);
        self.sum(triple)
    }
}
