//! AVX2: registers of 256 bits.
//!
//! ```text
//! sign words  | word 0 | word 1 | ..     | word 15 |   16 x u16, bit = segment: 256 pixels
//! stream      | x      | x      | ..     | x       |   16 x i16 of one segment
//! widened     | dot x  | dot x  | dot x  | dot x  | (next 128 bits)   8 pairs, low or high four of each eight lanes
//! ```

use std::arch::x86_64::*;

use crate::simd::sliced::registers::{Job, Registers};

/// A CPU with AVX2.
#[derive(Clone, Copy, Debug)]
pub(in crate::simd) struct Avx2(());

impl Avx2 {
    /// The proof, where the CPU has the instruction set.
    pub(in crate::simd) fn new() -> Option<Self> {
        Self::missing_feature().is_none().then_some(Self(()))
    }

    /// First part of the instruction set that this CPU lacks.
    pub(in crate::simd) fn missing_feature() -> Option<&'static str> {
        (!is_x86_feature_detected!("avx2")).then_some("AVX2")
    }
}

/// An operation on registers only.
macro_rules! operation {
    ($($name:ident($($argument:ident),*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self, $($argument: __m256i),*) -> __m256i {
                // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
                unsafe { $body }
            }
        )*
    };
}

/// Two addends of one weight as `a` and `a ^ b`, which is what a full adder works with.
#[derive(Clone, Copy)]
struct Pair {
    a: __m256i,
    differ: __m256i,
}

impl Avx2 {
    #[inline(always)]
    fn pair(self, a: __m256i, b: __m256i) -> Pair {
        Pair { a, differ: self.xor(a, b) }
    }

    /// `z + p`: the sum, and the carry, `sum ^ (any two of the three differ)`.
    #[inline(always)]
    fn add_pair(self, z: __m256i, p: Pair) -> (__m256i, __m256i) {
        let sum = self.xor(z, p.differ);
        (sum, self.xor(sum, self.or(p.differ, self.xor(z, p.a))))
    }

    /// `z + p + q`: the sum, and the two carries as a pair. With `u` and `v` the differences of the pairs and `m`, `n` whether
    /// any two differ, the carries are `m ^ sum_p` and `n ^ sum_q`; as `sum_p ^ sum_q = v` and `v` implies `n`, they differ by
    /// `m ^ (n & !v)`. These are eight operations where two full adders take ten.
    #[inline(always)]
    fn add_pairs(self, z: __m256i, p: Pair, q: Pair) -> (__m256i, Pair) {
        let sum_p = self.xor(z, p.differ);
        let m = self.or(p.differ, self.xor(z, p.a));
        let sum_q = self.xor(sum_p, q.differ);
        let alone = self.and_not(self.xor(sum_p, q.a), q.differ);
        (sum_q, Pair { a: self.xor(m, sum_p), differ: self.xor(m, alone) })
    }

    /// `a & !b`.
    #[inline(always)]
    fn and_not(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm256_andnot_si256(b, a) }
    }
}

impl Registers for Avx2 {
    type Register = __m256i;
    const LANES: usize = 16;

    #[inline(always)]
    fn run<J: Job>(self, job: J) -> J::Output {
        #[target_feature(enable = "avx2")]
        #[inline(never)]
        fn compiled<J: Job>(registers: Avx2, job: J) -> J::Output {
            job.run(registers)
        }
        // SAFETY: `self` proves that the CPU has the instruction set.
        unsafe { compiled(self, job) }
    }

    operation! {
        not(a) = _mm256_xor_si256(a, _mm256_set1_epi64x(-1));
        and(a, b) = _mm256_and_si256(a, b);
        or(a, b) = _mm256_or_si256(a, b);
        xor(a, b) = _mm256_xor_si256(a, b);
        xor3(a, b, c) = _mm256_xor_si256(_mm256_xor_si256(a, b), c);
        add(a, b) = _mm256_add_epi16(a, b);
        min(a, b) = _mm256_min_epi16(a, b);
        max(a, b) = _mm256_max_epi16(a, b);
        multiply_high(a, b) = _mm256_mulhi_epi16(a, b);
        multiply_pairs32(acc, a, b) = _mm256_add_epi32(acc, _mm256_madd_epi16(a, b));
        shift_right32(a, bits) = _mm256_srav_epi32(a, bits);
        narrow(low, high) = _mm256_packs_epi32(low, high);
    }

    #[inline(always)]
    fn majority(self, a: __m256i, b: __m256i, c: __m256i) -> __m256i {
        self.full_adder(a, b, c).1
    }

    /// Where `b` and `c` agree the carry is `b`, else it is `a`.
    #[inline(always)]
    fn full_adder(self, a: __m256i, b: __m256i, c: __m256i) -> (__m256i, __m256i) {
        let differ = self.xor(b, c);
        (self.xor(differ, a), self.xor(b, self.and(differ, self.xor(a, b))))
    }

    #[inline(always)]
    fn mark_greater(self, acc: __m256i, bit: u16, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm256_or_si256(acc, _mm256_and_si256(_mm256_cmpgt_epi16(a, b), self.splat(bit))) }
    }

    #[inline(always)]
    fn add_octet(self, [two, four, eight]: [__m256i; 3], addends: [__m256i; 8]) -> ([__m256i; 3], __m256i) {
        let [a, b, c, d, e, f, g, h] = addends;
        let (two, four_a) = self.add_pairs(two, self.pair(a, b), self.pair(c, d));
        let (two, four_b) = self.add_pairs(two, self.pair(e, f), self.pair(g, h));
        let (four, eight_a) = self.add_pairs(four, four_a, four_b);
        let (eight, sixteen) = self.add_pair(eight, eight_a);
        ([two, four, eight], sixteen)
    }

    #[inline(always)]
    fn exchange(self, a: __m256i, b: __m256i, distance: u32) -> (__m256i, __m256i) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe {
            let low = _mm256_set1_epi16(super::low_bits(distance));
            let down = match distance {
                1 => _mm256_srli_epi16::<1>(a),
                2 => _mm256_srli_epi16::<2>(a),
                4 => _mm256_srli_epi16::<4>(a),
                _ => _mm256_srli_epi16::<8>(a),
            };
            let differ = _mm256_and_si256(_mm256_xor_si256(down, b), low);
            let up = match distance {
                1 => _mm256_slli_epi16::<1>(differ),
                2 => _mm256_slli_epi16::<2>(differ),
                4 => _mm256_slli_epi16::<4>(differ),
                _ => _mm256_slli_epi16::<8>(differ),
            };
            (_mm256_xor_si256(a, up), _mm256_xor_si256(b, differ))
        }
    }

    /// Low and high bytes are looked up apart: a `pshufb` has sixteen entries of 8 bits.
    #[inline(always)]
    fn look_up(self, table: &[i16; 16], classes: &[u16]) -> __m256i {
        let classes = self.load(classes);
        let low = table.map(|entry| entry.to_le_bytes()[0]);
        let high = table.map(|entry| entry.to_le_bytes()[1]);
        // SAFETY: `self` proves that the CPU has the instructions; the loads read the 16 bytes of each table.
        unsafe {
            let low = _mm256_broadcastsi128_si256(_mm_loadu_si128(low.as_ptr().cast()));
            let high = _mm256_broadcastsi128_si256(_mm_loadu_si128(high.as_ptr().cast()));
            let even = _mm256_and_si256(_mm256_shuffle_epi8(low, classes), _mm256_set1_epi16(0xff));
            _mm256_or_si256(even, _mm256_slli_epi16::<8>(_mm256_shuffle_epi8(high, classes)))
        }
    }

    #[inline(always)]
    fn widen(self, a: __m256i, b: __m256i) -> (__m256i, __m256i) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)) }
    }

    #[inline(always)]
    fn splat(self, value: u16) -> __m256i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm256_set1_epi16(value.cast_signed()) }
    }

    #[inline(always)]
    fn splat32(self, value: i32) -> __m256i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm256_set1_epi32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[u16]) -> __m256i {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 32 bytes that are read.
        unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_i16(self, from: &[i16]) -> __m256i {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 32 bytes that are read.
        unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
    }

    #[inline(always)]
    unsafe fn load_at(self, from: &[u16], bytes: usize) -> __m256i {
        debug_assert!(bytes + 2 * Self::LANES <= 2 * from.len());
        // SAFETY: `self` proves that the CPU has the instructions; by the caller's promise the 32 bytes are in the slice.
        unsafe { _mm256_loadu_si256(from.as_ptr().cast::<u8>().add(bytes).cast()) }
    }

    #[inline(always)]
    fn prefetch(self, from: &[i16]) {
        super::prefetch(from);
    }

    #[inline(always)]
    fn store(self, register: __m256i, to: &mut [u16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), register) }
    }

    #[inline(always)]
    fn store_i16(self, register: __m256i, to: &mut [i16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), register) }
    }
}
