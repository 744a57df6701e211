//! Signs of values against the mean of their 3x3 neighbourhood: `s = (n * x >= sum)`, both of 16 bits.

use std::arch::x86_64::*;

use super::{
    GROUPS, Popcount,
    lanes::load16,
    map::{Pixel, Size, Word},
};

/// Most stream bits: nine values sum up within 16 bits.
pub(super) const MOST_BITS: u32 = 12;

/// Signs of the rows `first ..`.
pub(super) struct MeanRows<'a> {
    pub(super) size: Size,
    pub(super) stream: &'a [Pixel],
    pub(super) first: usize,
    /// Signs of these rows, margins included.
    pub(super) next: &'a mut [Word],
}

impl MeanRows<'_> {
    /// Writes the signs.
    pub(super) fn run(self, _: Popcount) {
        // SAFETY: a `Popcount` proves that the CPU has the instruction sets.
        unsafe { self.run_here() }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn run_here(self) {
        let Self { size, stream, first, next } = self;
        for (y, next) in (first..size.height).zip(next.chunks_exact_mut(size.stride())) {
            let rows = y.saturating_sub(1)..(y + 2).min(size.height);
            for (x, next) in next[1..][..size.width].iter_mut().enumerate() {
                let columns = x.saturating_sub(1)..(x + 2).min(size.width);
                let n = _mm512_set1_epi16((rows.len() * columns.len()) as i16);
                for g in 0..GROUPS {
                    let mut sum = _mm512_setzero_si512();
                    for row in rows.clone() {
                        for pixel in &stream[row * size.pitch()..][columns.clone()] {
                            sum = _mm512_add_epi16(sum, load16(&pixel[g]));
                        }
                    }
                    let product = _mm512_mullo_epi16(load16(&stream[y * size.pitch() + x][g]), n);
                    next[g] = _mm512_cmple_epi16_mask(sum, product).cast_signed();
                }
            }
        }
    }
}
