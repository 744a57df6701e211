//! AVX-512 F and BW: registers of 512 bits.
//!
//! ```text
//! sign words  | word 0 | word 1 | ..                    | word 31 |   32 x u16, bit = segment: 512 pixels
//! stream      | x      | x      | ..                    | x       |   32 x i16 of one segment
//! widened     | dot x  | dot x  | dot x  | dot x | (next 128 bits: dot x ..)   16 pairs, low or high four of each eight lanes
//! ```

use std::arch::x86_64::*;

use crate::simd::sliced::registers::{Job, Registers};

/// A CPU with AVX-512 F and BW.
#[derive(Clone, Copy, Debug)]
pub(in crate::simd) struct Avx512(());

impl Avx512 {
    /// The proof, where the CPU has the instruction set.
    pub(in crate::simd) fn new() -> Option<Self> {
        Self::missing_feature().is_none().then_some(Self(()))
    }

    /// First part of the instruction set that this CPU lacks.
    pub(in crate::simd) fn missing_feature() -> Option<&'static str> {
        let needed =
            [("AVX512F", is_x86_feature_detected!("avx512f")), ("AVX512BW", is_x86_feature_detected!("avx512bw"))];
        needed.into_iter().find(|(_, present)| !present).map(|(feature, _)| feature)
    }
}

/// An operation on registers only.
macro_rules! operation {
    ($($name:ident($($argument:ident),*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self, $($argument: __m512i),*) -> __m512i {
                // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
                unsafe { $body }
            }
        )*
    };
}

impl Registers for Avx512 {
    type Register = __m512i;
    const LANES: usize = 32;

    #[inline(always)]
    fn run<J: Job>(self, job: J) -> J::Output {
        #[target_feature(enable = "avx512f,avx512bw")]
        #[inline(never)]
        fn compiled<J: Job>(registers: Avx512, job: J) -> J::Output {
            job.run(registers)
        }
        // SAFETY: `self` proves that the CPU has the instruction set.
        unsafe { compiled(self, job) }
    }

    operation! {
        not(a) = _mm512_xor_si512(a, _mm512_set1_epi64(-1));
        and(a, b) = _mm512_and_si512(a, b);
        or(a, b) = _mm512_or_si512(a, b);
        xor(a, b) = _mm512_xor_si512(a, b);
        xor3(a, b, c) = _mm512_ternarylogic_epi64::<0x96>(a, b, c);
        majority(a, b, c) = _mm512_ternarylogic_epi64::<0xe8>(a, b, c);
        add(a, b) = _mm512_add_epi16(a, b);
        min(a, b) = _mm512_min_epi16(a, b);
        max(a, b) = _mm512_max_epi16(a, b);
        multiply_high(a, b) = _mm512_mulhi_epi16(a, b);
        multiply_pairs32(acc, a, b) = _mm512_add_epi32(acc, _mm512_madd_epi16(a, b));
        shift_right32(a, bits) = _mm512_srav_epi32(a, bits);
        narrow(low, high) = _mm512_packs_epi32(low, high);
    }

    #[inline(always)]
    fn full_adder(self, a: __m512i, b: __m512i, c: __m512i) -> (__m512i, __m512i) {
        (self.xor3(a, b, c), self.majority(a, b, c))
    }

    #[inline(always)]
    fn mark_greater(self, acc: __m512i, bit: u16, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm512_mask_add_epi16(acc, _mm512_cmpgt_epi16_mask(a, b), acc, self.splat(bit)) }
    }

    #[inline(always)]
    fn exchange(self, a: __m512i, b: __m512i, distance: u32) -> (__m512i, __m512i) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe {
            let (up, down) = match distance {
                1 => (_mm512_slli_epi16::<1>(b), _mm512_srli_epi16::<1>(a)),
                2 => (_mm512_slli_epi16::<2>(b), _mm512_srli_epi16::<2>(a)),
                4 => (_mm512_slli_epi16::<4>(b), _mm512_srli_epi16::<4>(a)),
                _ => (_mm512_slli_epi16::<8>(b), _mm512_srli_epi16::<8>(a)),
            };
            let low = _mm512_set1_epi16(super::low_bits(distance));
            (_mm512_ternarylogic_epi64::<SELECT>(low, a, up), _mm512_ternarylogic_epi64::<SELECT>(low, down, b))
        }
    }

    #[inline(always)]
    fn look_up(self, table: &[i16; 16], classes: &[u16]) -> __m512i {
        let classes = self.load(classes);
        // SAFETY: `self` proves that the CPU has the instructions; the load reads the 32 bytes of `table`.
        unsafe {
            let table = _mm512_broadcast_i64x4(_mm256_loadu_si256(table.as_ptr().cast()));
            _mm512_permutexvar_epi16(classes, table)
        }
    }

    #[inline(always)]
    fn widen(self, a: __m512i, b: __m512i) -> (__m512i, __m512i) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { (_mm512_unpacklo_epi16(a, b), _mm512_unpackhi_epi16(a, b)) }
    }

    #[inline(always)]
    fn splat(self, value: u16) -> __m512i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm512_set1_epi16(value.cast_signed()) }
    }

    #[inline(always)]
    fn splat32(self, value: i32) -> __m512i {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { _mm512_set1_epi32(value) }
    }

    #[inline(always)]
    fn load(self, from: &[u16]) -> __m512i {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 64 bytes that are read.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_i16(self, from: &[i16]) -> __m512i {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 64 bytes that are read.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }

    #[inline(always)]
    unsafe fn load_at(self, from: &[u16], bytes: usize) -> __m512i {
        debug_assert!(bytes + 2 * Self::LANES <= 2 * from.len());
        // SAFETY: `self` proves that the CPU has the instructions; by the caller's promise the 64 bytes are in the slice.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast::<u8>().add(bytes).cast()) }
    }

    #[inline(always)]
    fn prefetch(self, from: &[i16]) {
        super::prefetch(from);
    }

    #[inline(always)]
    fn store(self, register: __m512i, to: &mut [u16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), register) }
    }

    #[inline(always)]
    fn store_i16(self, register: __m512i, to: &mut [i16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), register) }
    }
}

/// `a ? b : c` as a table of three bits.
const SELECT: i32 = 0xca;
