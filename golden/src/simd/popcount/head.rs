//! Head: pixels to stream and signs. Neighbouring taps of a row are multiplied and added in pairs, in 32 bits.

use std::arch::x86_64::*;

use bsr_model::integer::{Conv, Formats};

use super::{
    GROUPS, LANES, Popcount,
    input::Input,
    lanes::{Halves, halves, load32, narrow, pair, store16},
    map::{Pixel, Size, Word},
    sign::Thresholds,
};

/// The head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    kernel: usize,
    pairs: Vec<Pair>,
    /// `add + half`.
    bias: [Halves; GROUPS],
    shift: i64,
    min: i16,
    max: i16,
}

/// Two taps of a row.
#[derive(Clone, Debug)]
struct Pair {
    /// `(colour, ky, kx)` of the first.
    tap: (usize, usize, usize),
    /// Both weights side by side.
    weight: [Halves; GROUPS],
}

impl Head {
    /// Lays out a head of 64 outputs, of a stream of at most 16 bits.
    pub(super) fn new(conv: &Conv, formats: Formats) -> Self {
        let (_, colours, kernel, _) = conv.weight.dim();
        // Weights have 16 bits.
        let at = |output, colour, ky, kx| if kx < kernel { conv.weight[[output, colour, ky, kx]] as i16 } else { 0 };
        let mut pairs = Vec::new();
        for (colour, ky) in (0..colours).flat_map(|colour| (0..kernel).map(move |ky| (colour, ky))) {
            for kx in (0..kernel).step_by(2) {
                let weight = |output| pair(at(output, colour, ky, kx), at(output, colour, ky, kx + 1));
                let weight = std::array::from_fn(|g| halves(|c| weight(LANES * g + c)));
                pairs.push(Pair { tap: (colour, ky, kx), weight });
            }
        }
        let half = 1 << (conv.shift - 1);
        Self {
            kernel,
            pairs,
            bias: std::array::from_fn(|g| halves(|c| conv.add[LANES * g + c] + half)),
            shift: conv.shift.into(),
            min: i16::try_from(formats.min()).expect("at most 16 stream bits"),
            max: i16::try_from(formats.max()).expect("at most 16 stream bits"),
        }
    }

    /// Pixels that a window reaches to each side.
    pub(super) fn radius(&self) -> usize {
        self.kernel / 2
    }
}

/// The head of the rows `first ..`.
pub(super) struct HeadRows<'a> {
    pub(super) head: &'a Head,
    pub(super) size: Size,
    pub(super) input: &'a Input,
    /// Thresholds of the first stage.
    pub(super) thresholds: &'a Thresholds,
    pub(super) first: usize,
    pub(super) stream: &'a mut [Pixel],
    /// Signs of these rows, margins included.
    pub(super) next: &'a mut [Word],
}

impl HeadRows<'_> {
    /// Writes stream and signs.
    pub(super) fn run(self, _: Popcount) {
        // SAFETY: a `Popcount` proves that the CPU has the instruction sets.
        unsafe { self.run_here() }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn run_here(self) {
        let Self { head, size, input, thresholds, first, stream, next } = self;
        let taps: Vec<_> = head.pairs.iter().map(|pair| input.index(pair.tap)).collect();
        let shift = _mm_cvtsi64_si128(head.shift);
        let (min, max) = (_mm512_set1_epi16(head.min), _mm512_set1_epi16(head.max));
        let thresholds = [thresholds.group(0), thresholds.group(1)];
        let rows = stream.chunks_exact_mut(size.pitch()).zip(next.chunks_exact_mut(size.stride()));
        for (row, (stream, next)) in rows.enumerate() {
            let next = &mut next[1..][..size.pitch()];
            for (x, (stream, next)) in stream.iter_mut().zip(next.iter_mut()).enumerate() {
                let mut sums = [[_mm512_setzero_si512(); 2]; GROUPS];
                for (&tap, Pair { weight, .. }) in taps.iter().zip(&head.pairs) {
                    let pair = _mm512_set1_epi32(input.pair(tap, first + row, x));
                    for g in 0..GROUPS {
                        for half in 0..2 {
                            sums[g][half] = _mm512_dpwssd_epi32(sums[g][half], pair, load32(&weight[g][half]));
                        }
                    }
                }
                for g in 0..GROUPS {
                    let [low, high] = &head.bias[g];
                    let sums = [_mm512_add_epi32(sums[g][0], load32(low)), _mm512_add_epi32(sums[g][1], load32(high))];
                    let v = narrow(sums, shift, min, max);
                    store16(v, &mut stream[g]);
                    next[g] = thresholds[g].signs(v);
                }
            }
            next[size.width..].fill([0; 2]);
        }
    }
}
