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
    lanes::{Halves, Lanes16, Line, halves, load16, load32, narrow, pair},
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
    slope: [Lanes16; GROUPS],
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
        let largest = |c| (terms(c).0.abs() * n + terms(c).1.abs()) >> layer.shift;
        if layer.spatial.is_some() && (0..layer.mul.len()).any(|c| largest(c) >= i64::from(i16::MAX)) {
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
            slope: std::array::from_fn(|g| Line(std::array::from_fn(|c| slope(LANES * g + c)))),
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
            slope: load16(&self.slope[g]),
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
        self.activate::<FORM>(narrow([low, high], self.shift, self.min, self.max))
    }

    /// The same with a factor between affine and skip, `t = (t * factor + 2^15) >> 16`.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    #[inline]
    pub(super) fn finish_scaled<const FORM: u8>(&self, differ: __m512i, x: __m512i, factor: i32) -> __m512i {
        let (zero, half, factor) = (_mm512_setzero_si512(), _mm512_set1_epi32(1 << 15), _mm512_set1_epi32(factor));
        let scaled = |bias, differ, pairs| {
            let t = _mm512_sra_epi32(_mm512_dpwssd_epi32(bias, differ, pairs), self.shift);
            _mm512_srai_epi32::<16>(_mm512_add_epi32(_mm512_mullo_epi32(t, factor), half))
        };
        let low = scaled(self.bias[0], _mm512_unpacklo_epi16(differ, zero), self.pairs[0]);
        let high = scaled(self.bias[1], _mm512_unpackhi_epi16(differ, zero), self.pairs[1]);
        let v = _mm512_adds_epi16(x, _mm512_packs_epi32(low, high));
        self.activate::<FORM>(_mm512_min_epi16(_mm512_max_epi16(v, self.min), self.max))
    }

    /// The activation.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn activate<const FORM: u8>(&self, v: __m512i) -> __m512i {
        match FORM {
            GENTLE => _mm512_max_epi16(v, _mm512_mulhi_epi16(v, self.slope)),
            STEEP => _mm512_max_epi16(v, _mm512_add_epi16(_mm512_mulhi_epi16(v, self.slope), v)),
            _ => v,
        }
    }
}

/// Form and `slope_c << (16 - m)` of a stage; none if its slopes are not exact in 16 bits, or neither all below 1/2 nor all from
/// 1/2 to 1.
fn form(layer: &BinaryConv) -> Option<(u8, impl Fn(usize) -> i16)> {
    let slopes: Vec<u16> = match &layer.activation {
        None => Vec::new(),
        Some(activation) if activation.shift() > 16 => return None,
        Some(activation) => {
            let slope = |c| u16::try_from((i64::from(activation.of_channel(c).slope) << 16) >> activation.shift()).ok();
            (0..layer.mul.len()).map(slope).collect::<Option<_>>()?
        }
    };
    let steep = slopes.iter().filter(|&&slope| slope >= 0x8000).count();
    let form = match steep {
        0 if slopes.is_empty() => PLAIN,
        0 => GENTLE,
        _ if steep == slopes.len() => STEEP,
        _ => return None,
    };
    Some((form, move |c: usize| slopes.get(c).map_or(0, |slope| slope.cast_signed())))
}
