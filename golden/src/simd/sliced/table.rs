//! The tables of a cell: how many of its nine inputs differ from nine weights, for every pattern of weights.
//!
//! Inputs `a b c` of a triple differ from weights `p` in `sum + 2 carry` places, `sum = a^b^c^p0^p1^p2` and
//! `carry = maj(a^p0, b^p1, c^p2)`. The three sums of a cell are added in the same way. So a cell is five bit planes of weights
//! 2, 2, 2, 2, 1, each one of a few that all outputs share:
//!
//! ```text
//! entry 0..8, 8..16, 16..24   carry of triple 0, 1, 2, for the eight patterns
//!       24..32                carry of the three sums, for the eight parities of patterns
//!       32, 33                sum of the three sums, for an even and an odd number of weights that are 1
//! ```

use super::{cells::CELL, registers::Registers};

/// Entries of a cell.
pub(super) const ENTRIES: usize = 34;
/// First entry of the triples' carries.
pub(super) const CARRIES: usize = 0;
/// First entry of the carries of the sums.
pub(super) const SUM_CARRIES: usize = 24;
/// First entry of the sums of the sums.
pub(super) const PARITIES: usize = 32;

/// Fills the tables of a pass from sign words: those of input `i` start at `sources[i] + word`.
#[inline(always)]
pub(super) fn build<R: Registers>(registers: R, signs: &[u16], sources: &[usize], word: usize, table: &mut [u16]) {
    for (sources, table) in sources.as_chunks::<CELL>().0.iter().zip(table.chunks_exact_mut(ENTRIES * R::LANES)) {
        // A loop, because a closure given to `map` is not always compiled for the instruction set.
        let mut sums = [registers.splat(0); 3];
        for (row, sum) in sums.iter_mut().enumerate() {
            let a = registers.load(&signs[sources[3 * row] + word..]);
            let b = registers.load(&signs[sources[3 * row + 1] + word..]);
            let c = registers.load(&signs[sources[3 * row + 2] + word..]);
            let carries = &mut table[(CARRIES + 8 * row) * R::LANES..][..8 * R::LANES];
            store_majorities(registers, [a, b, c], carries);
            *sum = registers.xor3(a, b, c);
        }
        store_majorities(registers, sums, &mut table[SUM_CARRIES * R::LANES..][..8 * R::LANES]);
        let parity = registers.xor3(sums[0], sums[1], sums[2]);
        let (even, odd) = table[PARITIES * R::LANES..].split_at_mut(R::LANES);
        registers.store(parity, even);
        registers.store(registers.not(parity), odd);
    }
}

/// `maj(a^p0, b^p1, c^p2)` for each pattern `p`; that of `!p` is the complement of that of `p`.
#[inline(always)]
fn store_majorities<R: Registers>(registers: R, [a, b, c]: [R::Register; 3], entries: &mut [u16]) {
    let (not_a, not_b) = (registers.not(a), registers.not(b));
    let first = [
        registers.majority(a, b, c),
        registers.majority(not_a, b, c),
        registers.majority(a, not_b, c),
        registers.majority(not_a, not_b, c),
    ];
    for (pattern, carry) in first.into_iter().enumerate() {
        registers.store(carry, &mut entries[pattern * R::LANES..][..R::LANES]);
        registers.store(registers.not(carry), &mut entries[(7 - pattern) * R::LANES..][..R::LANES]);
    }
}
