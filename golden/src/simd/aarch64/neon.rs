//! NEON: registers of 128 bits.
//!
//! ```text
//! sign words  | word 0  | word 1  | ..      | word 7  |   8 x u16, bit = segment: 128 pixels
//! stream      | x       | x       | ..      | x       |   8 x i16 of one segment
//! widened     | short x | short x | short x | short x |   4 pairs, low or high four of the eight lanes
//! ```

use std::arch::{aarch64::*, is_aarch64_feature_detected};

use crate::simd::sliced::registers::{Job, Registers};

/// A CPU with NEON.
#[derive(Clone, Copy, Debug)]
pub(in crate::simd) struct Neon(());

impl Neon {
    /// The proof, where the CPU has the instruction set.
    pub(in crate::simd) fn new() -> Option<Self> {
        Self::missing_feature().is_none().then_some(Self(()))
    }

    /// The instruction set that this CPU lacks.
    pub(in crate::simd) fn missing_feature() -> Option<&'static str> {
        (!is_aarch64_feature_detected!("neon")).then_some("NEON")
    }
}

/// An operation on registers only.
macro_rules! operation {
    ($($name:ident($($argument:ident),*) = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name(self, $($argument: uint16x8_t),*) -> uint16x8_t {
                // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
                unsafe { $body }
            }
        )*
    };
}

impl Registers for Neon {
    type Register = uint16x8_t;
    const LANES: usize = 8;

    #[inline(always)]
    fn run<J: Job>(self, job: J) -> J::Output {
        #[target_feature(enable = "neon")]
        #[inline(never)]
        fn compiled<J: Job>(registers: Neon, job: J) -> J::Output {
            job.run(registers)
        }
        // SAFETY: `self` proves that the CPU has the instruction set.
        unsafe { compiled(self, job) }
    }

    operation! {
        not(a) = vmvnq_u16(a);
        and(a, b) = vandq_u16(a, b);
        or(a, b) = vorrq_u16(a, b);
        xor(a, b) = veorq_u16(a, b);
        xor3(a, b, c) = veorq_u16(veorq_u16(a, b), c);
        majority(a, b, c) = vbslq_u16(veorq_u16(b, c), a, b);
        add(a, b) = vaddq_u16(a, b);
        min(a, b) = from_i16(vminq_s16(to_i16(a), to_i16(b)));
        max(a, b) = from_i16(vmaxq_s16(to_i16(a), to_i16(b)));
        multiply_high(a, b) = {
            let low = vmull_s16(vget_low_s16(to_i16(a)), vget_low_s16(to_i16(b)));
            let high = vmull_high_s16(to_i16(a), to_i16(b));
            from_i16(vshrn_high_n_s32::<16>(vshrn_n_s32::<16>(low), high))
        };
        multiply_pairs32(acc, a, b) = {
            let low = vmull_s16(vget_low_s16(to_i16(a)), vget_low_s16(to_i16(b)));
            let high = vmull_high_s16(to_i16(a), to_i16(b));
            from_i32(vaddq_s32(to_i32(acc), vpaddq_s32(low, high)))
        };
        shift_right32(a, bits) = from_i32(vshlq_s32(to_i32(a), vnegq_s32(to_i32(bits))));
        narrow(low, high) = from_i16(vqmovn_high_s32(vqmovn_s32(to_i32(low)), to_i32(high)));
    }

    /// Where `b` and `c` agree the carry is `b`, else it is `a`.
    #[inline(always)]
    fn full_adder(self, a: uint16x8_t, b: uint16x8_t, c: uint16x8_t) -> (uint16x8_t, uint16x8_t) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe {
            let differ = veorq_u16(b, c);
            (veorq_u16(differ, a), vbslq_u16(differ, a, b))
        }
    }

    #[inline(always)]
    fn exchange(self, a: uint16x8_t, b: uint16x8_t, distance: u32) -> (uint16x8_t, uint16x8_t) {
        let (low, up) = match distance {
            1 => (0x5555, 1),
            2 => (0x3333, 2),
            4 => (0x0f0f, 4),
            _ => (0x00ff, 8),
        };
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe {
            let low = vdupq_n_u16(low);
            let (up, down) = (vshlq_u16(b, vdupq_n_s16(up)), vshlq_u16(a, vdupq_n_s16(-up)));
            (vbslq_u16(low, a, up), vbslq_u16(low, down, b))
        }
    }

    #[inline(always)]
    fn mark_greater(self, acc: uint16x8_t, bit: u16, a: uint16x8_t, b: uint16x8_t) -> uint16x8_t {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { vorrq_u16(acc, vandq_u16(vcgtq_s16(to_i16(a), to_i16(b)), vdupq_n_u16(bit))) }
    }

    /// Both bytes of an entry are looked up, at `2 * class` and `2 * class + 1`.
    #[inline(always)]
    fn look_up(self, table: &[i16; 16], classes: &[u16]) -> uint16x8_t {
        let classes = self.load(classes);
        // SAFETY: `self` proves that the CPU has the instructions; the loads read the two halves of `table`, 16 bytes each.
        unsafe {
            let bytes = vreinterpretq_u8_u16(vmlaq_n_u16(vdupq_n_u16(0x0100), classes, 0x0202));
            let table: *const u8 = table.as_ptr().cast();
            let table = uint8x16x2_t(vld1q_u8(table), vld1q_u8(table.add(16)));
            vreinterpretq_u16_u8(vqtbl2q_u8(table, bytes))
        }
    }

    #[inline(always)]
    fn widen(self, a: uint16x8_t, b: uint16x8_t) -> (uint16x8_t, uint16x8_t) {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { (vzip1q_u16(a, b), vzip2q_u16(a, b)) }
    }

    #[inline(always)]
    fn splat(self, value: u16) -> uint16x8_t {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { vdupq_n_u16(value) }
    }

    #[inline(always)]
    fn splat32(self, value: i32) -> uint16x8_t {
        // SAFETY: `self` proves that the CPU has the instructions; they touch no memory.
        unsafe { from_i32(vdupq_n_s32(value)) }
    }

    #[inline(always)]
    fn load(self, from: &[u16]) -> uint16x8_t {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 16 bytes that are read.
        unsafe { vld1q_u16(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_i16(self, from: &[i16]) -> uint16x8_t {
        let from = &from[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 16 bytes that are read.
        unsafe { from_i16(vld1q_s16(from.as_ptr())) }
    }

    #[inline(always)]
    unsafe fn load_at(self, from: &[u16], bytes: usize) -> uint16x8_t {
        debug_assert!(bytes + 2 * Self::LANES <= 2 * from.len());
        // SAFETY: `self` proves that the CPU has the instructions; by the caller's promise the 16 bytes are in the slice, and
        // the load takes any alignment.
        unsafe { vld1q_u16(from.as_ptr().byte_add(bytes)) }
    }

    /// The CPU's own prefetcher is left alone.
    #[inline(always)]
    fn prefetch(self, _: &[i16]) {}

    #[inline(always)]
    fn store(self, register: uint16x8_t, to: &mut [u16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 16 bytes that are written.
        unsafe { vst1q_u16(to.as_mut_ptr(), register) }
    }

    #[inline(always)]
    fn store_i16(self, register: uint16x8_t, to: &mut [i16]) {
        let to = &mut to[..Self::LANES];
        // SAFETY: `self` proves that the CPU has the instructions; the slice has the 16 bytes that are written.
        unsafe { vst1q_s16(to.as_mut_ptr(), to_i16(register)) }
    }
}

/// The same bits as signed lanes.
#[target_feature(enable = "neon")]
#[inline]
fn to_i16(a: uint16x8_t) -> int16x8_t {
    vreinterpretq_s16_u16(a)
}

#[target_feature(enable = "neon")]
#[inline]
fn from_i16(a: int16x8_t) -> uint16x8_t {
    vreinterpretq_u16_s16(a)
}

/// The same bits as half as many lanes of 32 bits.
#[target_feature(enable = "neon")]
#[inline]
fn to_i32(a: uint16x8_t) -> int32x4_t {
    vreinterpretq_s32_u16(a)
}

#[target_feature(enable = "neon")]
#[inline]
fn from_i32(a: int32x4_t) -> uint16x8_t {
    vreinterpretq_u16_s32(a)
}
