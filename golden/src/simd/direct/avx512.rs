//! AVX-512 with VPOPCNTDQ: eight outputs a register, four pixels a step.
//!
//! Eighteen registers hold the words of a window of 3 x 6 pixels, so that one load of weights meets four pixels. Counts of four
//! registers are shifted together to 32 x 16 bits, channel `32 g + 4 l + f` in field `f` of lane `l`: the stream's order.

use std::arch::x86_64::*;

use super::{Direct, Map, class};

/// Pixels of a step.
const STEP: usize = 4;
/// Columns of its window.
const COLUMNS: usize = STEP + 2;

/// A CPU with AVX-512 F, BW, DQ and VPOPCNTDQ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Popcount(());

impl Popcount {
    /// The proof, where the CPU has the instruction sets.
    pub(super) fn new() -> Option<Self> {
        let present = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vpopcntdq");
        present.then_some(Self(()))
    }

    /// Updates the stream and writes the next signs.
    pub(super) fn run(self, layer: &Direct, map: &mut Map) {
        // SAFETY: `self` proves that the CPU has the instruction sets.
        unsafe { run(layer, map) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vpopcntdq")]
fn run(layer: &Direct, map: &mut Map) {
    let (size, stride) = ((map.height, map.width), map.width + 2);
    for y in 0..map.height {
        let signs: [&[u64]; 3] = std::array::from_fn(|row| &map.signs[(y + row) * stride..][..stride]);
        let stream = map.stream[y * map.width * super::CHANNELS..].chunks_exact_mut(STEP * super::CHANNELS);
        let next = map.next[(y + 1) * stride + 1..][..map.width].as_chunks_mut::<STEP>().0;
        for (step, (stream, next)) in stream.zip(next).enumerate() {
            let x = step * STEP;
            let mut window = [_mm512_setzero_si512(); 3 * COLUMNS];
            for (row, signs) in signs.iter().enumerate() {
                for (column, &word) in signs[x..x + COLUMNS].iter().enumerate() {
                    window[row * COLUMNS + column] = _mm512_set1_epi64(word.cast_signed());
                }
            }
            *next = [0; STEP];
            for g in 0..2 {
                let counts = count(&layer.weight.as_chunks().0[g], &window);
                let (scale, bias) = (load(&layer.scale[32 * g..]), load(&layer.bias[32 * g..]));
                for (pixel, count) in counts.into_iter().enumerate() {
                    let base = load(&layer.base[class(y, x + pixel, size)][32 * g..]);
                    let dot = _mm512_sub_epi16(base, _mm512_slli_epi16::<6>(count));
                    let t = _mm512_adds_epi16(_mm512_mulhrs_epi16(dot, scale), bias);
                    let stream = &mut stream[pixel * super::CHANNELS + 32 * g..][..32];
                    let v = _mm512_adds_epi16(t, load(stream));
                    // SAFETY: the slice has the 64 bytes that are written.
                    unsafe { _mm512_storeu_si512(stream.as_mut_ptr().cast(), v) };
                    next[pixel] |= u64::from(_mm512_movepi16_mask(v)) << (32 * g);
                }
            }
        }
    }
}

/// Differences of four pixels from 32 outputs, 16 bits each.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
#[inline]
fn count(weight: &[[u64; 8]; 4 * super::TAPS], window: &[__m512i; 3 * COLUMNS]) -> [__m512i; STEP] {
    let mut counts = [_mm512_setzero_si512(); STEP];
    for field in (0..4).rev() {
        for count in &mut counts {
            *count = _mm512_slli_epi64::<16>(*count);
        }
        for tap in 0..super::TAPS {
            let words = &weight[field * super::TAPS + tap];
            // SAFETY: the array has the 64 bytes that are read.
            let words = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
            for (pixel, count) in counts.iter_mut().enumerate() {
                let differ = _mm512_xor_si512(words, window[tap / 3 * COLUMNS + pixel + tap % 3]);
                *count = _mm512_add_epi64(*count, _mm512_popcnt_epi64(differ));
            }
        }
    }
    counts
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(from: &[i16]) -> __m512i {
    let from = &from[..32];
    // SAFETY: the slice has the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}
