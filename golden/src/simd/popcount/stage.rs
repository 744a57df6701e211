//! A binary stage of some rows.

use std::arch::x86_64::*;

use bsr_model::integer::{BinaryConv, Formats, Operand, SigmoidTable, Skip};

use super::{
    CHANNELS, GROUPS, LANES, Popcount, STEP,
    finish::{Finish, GENTLE, PLAIN, STEEP},
    lanes::{Lanes16, Lanes32, Line, load16, load32, store16},
    local_mean::MOST_BITS,
    map::{Pixel, Size, Word},
    sign::Thresholds,
    spatial::Spatial,
};

/// Taps of a window.
const TAPS: usize = 9;
/// Columns of a step's window.
const COLUMNS: usize = STEP + 2;
/// Outputs that share a lane.
const FIELDS: usize = 2;
/// Registers of weights of a group of outputs.
const WEIGHTS: usize = FIELDS * GROUPS * TAPS;

/// A binary stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// `[group of outputs][field][half of the inputs][tap]`.
    weight: [[Lanes32; WEIGHTS]; GROUPS],
    /// What `differ` lacks of `(n - dot) / 2`, by border class.
    corrections: [[Lanes16; GROUPS]; 16],
    spatial: Option<Spatial>,
    finish: Finish,
    /// Whether it takes signs against local means, and not thresholds.
    pub(super) means: bool,
}

impl Stage {
    /// Lays a stage out; none if this kernel does not compute it.
    pub(super) fn new(layer: &BinaryConv, table: Option<&SigmoidTable>, formats: Formats) -> Option<Self> {
        let BinaryConv { weight, operand, spatial, channel: None, branch: None, skip: Skip::Identity, .. } = layer
        else {
            return None;
        };
        let means = matches!(operand, Operand::LocalMean { kernel: 3 }) && formats.stream_bits <= MOST_BITS;
        if !matches!(operand, Operand::Sign { .. }) && !means {
            return None;
        }
        if (weight.in_channels(), weight.out_channels(), weight.kernel()) != (CHANNELS, CHANNELS, 3) {
            return None;
        }
        let words = |output, tap: usize| weight.tap_words(output, tap / 3, tap % 3)[0];
        let lanes = |g, i| {
            let (field, half, tap) = (i / (GROUPS * TAPS), i / TAPS % GROUPS, i % TAPS);
            Line(std::array::from_fn(|l| (words(LANES * g + FIELDS * l + field, tap) >> (LANES * half)) as i32))
        };
        // A tap outside the picture differs where its weight is +1, and counts as half of its channels.
        let correction = |output, class| {
            let of_tap = |tap| i16::try_from(words(output, tap).count_ones()).map_or(0, |padded| 32 - padded);
            (0..TAPS).filter(|&tap| missing(class, tap)).map(of_tap).sum()
        };
        Some(Self {
            weight: std::array::from_fn(|g| std::array::from_fn(|i| lanes(g, i))),
            corrections: std::array::from_fn(|class| {
                std::array::from_fn(|g| Line(std::array::from_fn(|c| correction(LANES * g + c, class))))
            }),
            spatial: spatial.as_ref().zip(table).map(|(factor, table)| Spatial::new(factor, table)),
            finish: Finish::new(layer, formats, (CHANNELS * TAPS) as i64)?,
            means,
        })
    }
}

/// Whether a border class lacks a tap: bits for the row above, the row below, the column to the left, the column to the right.
fn missing(class: usize, tap: usize) -> bool {
    let lacks = |before: usize, at: usize| at == 0 && class >> before & 1 == 1 || at == 2 && class >> before & 2 == 2;
    lacks(0, tap / 3) || lacks(2, tap % 3)
}

/// A stage of the rows `first ..`.
pub(super) struct Rows<'a> {
    pub(super) stage: &'a Stage,
    pub(super) size: Size,
    pub(super) signs: &'a [Word],
    /// Thresholds of the next stage.
    pub(super) thresholds: &'a Thresholds,
    pub(super) first: usize,
    pub(super) stream: &'a mut [Pixel],
    /// Signs of these rows, margins included.
    pub(super) next: &'a mut [Word],
}

impl Rows<'_> {
    /// Updates the stream and writes the next signs.
    pub(super) fn run(self, _: Popcount) {
        // SAFETY: a `Popcount` proves that the CPU has the instruction sets.
        unsafe {
            match (self.stage.finish.form(), self.stage.spatial.is_some()) {
                (PLAIN, false) => self.run_as::<PLAIN, false>(),
                (GENTLE, false) => self.run_as::<GENTLE, false>(),
                (_, false) => self.run_as::<STEEP, false>(),
                (PLAIN, true) => self.run_as::<PLAIN, true>(),
                (GENTLE, true) => self.run_as::<GENTLE, true>(),
                (_, true) => self.run_as::<STEEP, true>(),
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vpopcntdq,avx512vnni")]
    fn run_as<const FORM: u8, const SPATIAL: bool>(self) {
        let Self { stage, size, signs, thresholds, first, stream, next } = self;
        let stride = size.stride();
        let rows = stream.chunks_exact_mut(size.pitch()).zip(next.chunks_exact_mut(stride));
        for (row, (stream, next)) in rows.enumerate() {
            let y = first + row;
            let signs: [&[Word]; 3] = std::array::from_fn(|ky| &signs[(y + ky) * stride..][..stride]);
            let next = &mut next[1..][..size.pitch()];
            let steps = stream.as_chunks_mut::<STEP>().0.iter_mut().zip(next.as_chunks_mut::<STEP>().0);
            for (step, (stream, next)) in steps.enumerate() {
                let x = STEP * step;
                let window = signs.map(|row| row[x..].first_chunk().expect("a margin follows the last step"));
                let factors = match &stage.spatial {
                    Some(spatial) if SPATIAL => stream.each_ref().map(|pixel| spatial.of(pixel)),
                    _ => [0; STEP],
                };
                for g in 0..GROUPS {
                    let counts = count(&stage.weight[g], &window);
                    let (group, threshold) = (stage.finish.group(g), thresholds.group(g));
                    for (pixel, mut differ) in counts.into_iter().enumerate() {
                        let class = size.row_class(y) | size.column_class(x + pixel);
                        if class != 0 {
                            differ = _mm512_add_epi16(differ, load16(&stage.corrections[class][g]));
                        }
                        let x = load16(&stream[pixel][g]);
                        let v = match SPATIAL {
                            true => group.finish_scaled::<FORM>(differ, x, factors[pixel]),
                            false => group.finish::<FORM>(differ, x),
                        };
                        store16(v, &mut stream[pixel][g]);
                        next[pixel][g] = threshold.signs(v);
                    }
                }
            }
            next[size.width..].fill([0; 2]);
        }
    }
}

/// Differences of four pixels from 32 outputs, 16 bits each.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
#[inline]
fn count(weight: &[Lanes32; WEIGHTS], window: &[&[Word; COLUMNS]; 3]) -> [__m512i; STEP] {
    let mut counts = [_mm512_setzero_si512(); STEP];
    for field in (0..FIELDS).rev() {
        for count in &mut counts {
            *count = _mm512_slli_epi32::<16>(*count);
        }
        for half in 0..GROUPS {
            for tap in 0..TAPS {
                let weight = load32(&weight[(field * GROUPS + half) * TAPS + tap]);
                for (pixel, count) in counts.iter_mut().enumerate() {
                    let signs = _mm512_set1_epi32(window[tap / 3][pixel + tap % 3][half]);
                    *count = _mm512_add_epi32(*count, _mm512_popcnt_epi32(_mm512_xor_si512(weight, signs)));
                }
            }
        }
    }
    counts
}
