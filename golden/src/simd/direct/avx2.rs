//! AVX2: four outputs a register, one pixel a step; bits are counted by two look-ups of four bits a byte and `psadbw`.

use std::arch::x86_64::*;

use super::{CHANNELS, Direct, Map, TAPS, class};
use crate::simd::x86_64::Avx2;

/// Updates the stream and writes the next signs; the proof is that the CPU has AVX2.
pub(super) fn run(_: Avx2, layer: &Direct, map: &mut Map) {
    // SAFETY: an `Avx2` proves that the CPU has the instruction set.
    unsafe { run_here(layer, map) }
}

#[target_feature(enable = "avx2")]
fn run_here(layer: &Direct, map: &mut Map) {
    let (size, stride) = ((map.height, map.width), map.width + 2);
    for y in 0..map.height {
        let signs: [&[u64]; 3] = std::array::from_fn(|row| &map.signs[(y + row) * stride..][..stride]);
        let stream = map.stream[y * map.width * CHANNELS..].chunks_exact_mut(CHANNELS);
        let next = &mut map.next[(y + 1) * stride + 1..][..map.width];
        for (x, (stream, next)) in stream.zip(next).enumerate() {
            let mut window = [_mm256_setzero_si256(); TAPS];
            for (tap, words) in window.iter_mut().enumerate() {
                *words = _mm256_set1_epi64x(signs[tap / 3][x + tap % 3].cast_signed());
            }
            let base = &layer.base[class(y, x, size)];
            *next = 0;
            for quarter in 0..4 {
                let count = count(&layer.weight.as_chunks().0[quarter / 2], quarter % 2, &window);
                let at = 16 * quarter;
                let dot = _mm256_sub_epi16(load(&base[at..]), _mm256_slli_epi16::<6>(count));
                let t = _mm256_adds_epi16(_mm256_mulhrs_epi16(dot, load(&layer.scale[at..])), load(&layer.bias[at..]));
                let stream = &mut stream[at..][..16];
                let v = _mm256_adds_epi16(t, load(stream));
                // SAFETY: the slice has the 32 bytes that are written.
                unsafe { _mm256_storeu_si256(stream.as_mut_ptr().cast(), v) };
                let bytes = _mm256_movemask_epi8(_mm256_packs_epi16(v, _mm256_setzero_si256())).cast_unsigned();
                *next |= u64::from(bytes & 0xff | bytes >> 8 & 0xff00) << at;
            }
        }
    }
}

/// Differences of a pixel from 16 outputs, 16 bits each: the lower or upper four lanes of each field.
#[target_feature(enable = "avx2")]
#[inline]
fn count(weight: &[[u64; 8]; 4 * TAPS], half: usize, window: &[__m256i; TAPS]) -> __m256i {
    let ones = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    let (nibble, zero) = (_mm256_set1_epi8(15), _mm256_setzero_si256());
    let mut counts = zero;
    for field in (0..4).rev() {
        let mut bytes = zero;
        for (tap, &words) in window.iter().enumerate() {
            let weight = &weight[field * TAPS + tap].as_chunks::<4>().0[half];
            // SAFETY: the array has the 32 bytes that are read.
            let differ = _mm256_xor_si256(words, unsafe { _mm256_loadu_si256(weight.as_ptr().cast()) });
            let low = _mm256_shuffle_epi8(ones, _mm256_and_si256(differ, nibble));
            let high = _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16::<4>(differ), nibble));
            bytes = _mm256_add_epi8(bytes, _mm256_add_epi8(low, high));
        }
        counts = _mm256_add_epi64(_mm256_slli_epi64::<16>(counts), _mm256_sad_epu8(bytes, zero));
    }
    counts
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(from: &[i16]) -> __m256i {
    let from = &from[..16];
    // SAFETY: the slice has the 32 bytes that are read.
    unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
}
