//! Affine, skip and activation of 32 channels of a pixel.
//!
//! With `dot = n - 2 * differ`, `(mul * dot + (x << shift) + add + half) >> shift` is
//! `(-mul * differ + (x << (shift - 1)) + floor((mul * n + add + half) / 2)) >> (shift - 1)`, one multiply-add of the pair
//! `(differ, x)`. [`Finish::new`] proves that it stays within 32 bits.
//!
//! For a slope of 0 to 1 the activation is `max(v, (v * slope) >> m)`: a high product with `slope << (16 - m)`. From a slope of
//! 1/2 on that is negative as 16 bits, `2^16` too small, and `v` is added to the product.

use std::arch::x86_64::*;

use bsr_model::integer::{BinaryConv, Formats};

use super::{
    GROUPS, LANES,
    lanes::{Halves, halves, load32, narrow, pair},
};

/// What follows the dot products of a stage.
#[derive(Clone, Debug)]
pub(super) struct Finish {
    /// `(-mul, 2^(shift - 1))`.
    pairs: [Halves; GROUPS],
    /// `floor((mul * n + add + half) / 2)`.
    bias: [Halves; GROUPS],
    /// `shift - 1`.
    shift: i64,
    min: i16,
    max: i16,
    form: u8,
    /// `slope << (16 - m)` modulo `2^16`.
    slope: i16,
}

/// What a group of channels needs, in registers.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pairs: [__m512i; 2],
    bias: [__m512i; 2],
    shift: __m128i,
    min: __m512i,
    max: __m512i,
    slope: __m512i,
}

/// No activation: one of the forms that code is compiled for.
pub(super) const PLAIN: u8 = 0;
/// A slope below 1/2.
pub(super) const GENTLE: u8 = 1;
/// A slope from 1/2 to 1.
pub(super) const STEEP: u8 = 2;

impl Finish {
    /// Lays a stage of `n` inputs out; none if it may leave 32 bits, or its activation is no slope of 0 to 1.
    pub(super) fn new(layer: &BinaryConv, formats: Formats, n: i64) -> Option<Self> {
        let half = 1 << (layer.shift - 1);
        let skip = (1i64 << (formats.stream_bits - 1)) << layer.shift;
        let terms = |c: usize| (i64::from(layer.mul[c]), i64::from(layer.add[c]) + half);
        let fits = |c| {
            let (mul, add) = terms(c);
            mul > i64::from(i16::MIN) && mul.abs() * n + add.abs() + skip <= i64::from(i32::MAX)
        };
        if !(0..layer.mul.len()).all(fits) || layer.shift > 15 {
            return None;
        }
        let (form, slope) = form(layer)?;
        let scale = 1 << (layer.shift - 1);
        let pairs = |c: usize| pair(-layer.mul[c], scale);
        let bias = |c: usize| ((terms(c).0 * n + terms(c).1) >> 1) as i32;
        Some(Self {
            pairs: std::array::from_fn(|g| halves(|c| pairs(LANES * g + c))),
            bias: std::array::from_fn(|g| halves(|c| bias(LANES * g + c))),
            shift: i64::from(layer.shift) - 1,
            min: i16::try_from(formats.min()).ok()?,
            max: i16::try_from(formats.max()).ok()?,
            form,
            slope,
        })
    }

    /// Which of the forms the stage ends in.
    pub(super) fn form(&self) -> u8 {
        self.form
    }

    /// Loads what a group of channels needs.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn group(&self, g: usize) -> Group {
        let ([pairs_low, pairs_high], [bias_low, bias_high]) = (&self.pairs[g], &self.bias[g]);
        Group {
            pairs: [load32(pairs_low), load32(pairs_high)],
            bias: [load32(bias_low), load32(bias_high)],
            shift: _mm_cvtsi64_si128(self.shift),
            min: _mm512_set1_epi16(self.min),
            max: _mm512_set1_epi16(self.max),
            slope: _mm512_set1_epi16(self.slope),
        }
    }
}

impl Group {
    /// The new values of the channels.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    #[inline]
    pub(super) fn finish<const FORM: u8>(&self, differ: __m512i, x: __m512i) -> __m512i {
        let low = _mm512_dpwssd_epi32(self.bias[0], _mm512_unpacklo_epi16(differ, x), self.pairs[0]);
        let high = _mm512_dpwssd_epi32(self.bias[1], _mm512_unpackhi_epi16(differ, x), self.pairs[1]);
        let v = narrow([low, high], self.shift, self.min, self.max);
        match FORM {
            GENTLE => _mm512_max_epi16(v, _mm512_mulhi_epi16(v, self.slope)),
            STEEP => _mm512_max_epi16(v, _mm512_add_epi16(_mm512_mulhi_epi16(v, self.slope), v)),
            _ => v,
        }
    }
}

/// Form and `slope << (16 - m)` of a stage; none if its slope is not from 0 to 1 and exact in 16 bits, or not one for all channels.
fn form(layer: &BinaryConv) -> Option<(u8, i16)> {
    if layer.activation.is_none() {
        return Some((PLAIN, 0));
    }
    let leak = layer.leaky_relu().filter(|leak| leak.shift <= 16)?;
    let slope = u16::try_from((i64::from(leak.slope) << 16) >> leak.shift).ok()?;
    Some((if slope < 0x8000 { GENTLE } else { STEEP }, slope.cast_signed()))
}
