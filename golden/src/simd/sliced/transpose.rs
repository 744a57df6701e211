//! Bit planes to lanes: from `planes[k]`, bit `s` of each lane, to register `s`, bit `k` of each lane.
//!
//! ```text
//!            bit of a lane                            bit of a lane
//!            0  1  2 .. 15                            0  1  2 .. 15
//! plane 0    s0 s1 s2 .. s15              segment 0   k0 k1 k2 .. k15
//! plane 1    s0 s1 s2 .. s15       ->     segment 1   k0 k1 k2 .. k15
//! ```
//!
//! A 16 x 16 bit matrix in each lane, transposed by four rounds of exchanges between registers that are 8, 4, 2, 1 apart.

use super::{geometry::SEGMENTS, registers::Registers};

/// Twice the counts of each segment, from their bit planes: plane `k` is put where weight `2^(k+1)` belongs.
#[inline(always)]
pub(super) fn doubled_counts<R: Registers, const PLANES: usize>(
    registers: R,
    planes: &[R::Register; PLANES],
) -> [R::Register; SEGMENTS] {
    let mut rows = [registers.splat(0); SEGMENTS];
    rows[1..=PLANES].copy_from_slice(planes);
    round::<R, 8>(registers, &mut rows);
    round::<R, 4>(registers, &mut rows);
    round::<R, 2>(registers, &mut rows);
    round::<R, 1>(registers, &mut rows);
    rows
}

/// Exchanges between registers that are `DISTANCE` apart.
#[inline(always)]
fn round<R: Registers, const DISTANCE: usize>(registers: R, rows: &mut [R::Register; SEGMENTS]) {
    for row in 0..SEGMENTS {
        if row & DISTANCE == 0 {
            let (low, high) = registers.exchange(rows[row], rows[row + DISTANCE], DISTANCE as u32);
            (rows[row], rows[row + DISTANCE]) = (low, high);
        }
    }
}
