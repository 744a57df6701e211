//! Affine, factor, branch, skip and activation of one output, `LANES` pixels at a time.
//!
//! The dot product comes as what it is short of `n`, its largest value. So `v = sat_b((mul * dot + (x << shift) + add + half) >>
//! shift)` is one multiply-add of the pair `(short, x)` with the pair `(-mul, 2^shift)` to `mul * n + add + half`, modulo `2^32`
//! where [`Affine::new`] proves that the sum stays within 32 bits, else in 64 bits.
//!
//! For a slope of 0 to 1 the activation is `max(v, (v * slope) >> m)`: a high product with `slope << (16 - m)`. From a slope of
//! 1/2 on that is negative as 16 bits, `2^16` too small, and `v` is added to the product.

use std::ops::Range;

use bsr_model::integer::{BinaryConv, Branch, Formats, LeakyRelu};

use super::registers::Registers;

/// Largest shortfall that is a lane as it is: `short` is at most `2 n`.
const MOST_SHORT: usize = i16::MAX as usize;

/// The affine parameters of a stage.
#[derive(Clone, Debug)]
pub(super) struct Affine {
    mul: Vec<i16>,
    /// `mul * n + add + half`, not always within 32 bits.
    bias: Vec<i64>,
    shift: u32,
    /// Before the skip.
    branch: Option<Branch>,
    /// After the skip, of each output; the identity where there is no activation.
    leaks: Vec<LeakyRelu>,
    form: Form,
    /// `slope << (16 - m)` of each output, modulo `2^16`.
    slopes: Vec<u16>,
    min: i16,
    max: i16,
}

/// How a stage is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Within 32 bits, no activation.
    Plain,
    /// Within 32 bits, a slope below 1/2.
    Gentle,
    /// Within 32 bits, a slope from 1/2 to 1.
    Steep,
    /// In 64 bits, with any factor, branch and activation.
    Wide,
}

/// What one output needs, in registers.
pub(super) struct Output<R: Registers> {
    pair: R::Register,
    bias: R::Register,
    shift: R::Register,
    min: R::Register,
    max: R::Register,
    slope: R::Register,
}

impl Affine {
    /// Lays a stage's parameters out; `inputs` is the largest dot product, and the stream has at most 16 bits.
    pub(super) fn new(layer: &BinaryConv, formats: Formats, inputs: usize) -> Self {
        let half = 1 << (layer.shift - 1);
        let skip = (1i64 << (formats.stream_bits - 1)) << layer.shift;
        let affine =
            || layer.mul.iter().map(|&mul| i64::from(mul)).zip(layer.add.iter().map(|&add| i64::from(add) + half));
        let largest = |(mul, add): (i64, i64)| mul.abs() * inputs as i64 + add.abs() + skip;
        let fits = affine().all(|terms| largest(terms) <= i64::from(i32::MAX) && terms.0 > i64::from(i16::MIN));
        let alone = layer.spatial.is_none() && layer.branch.is_none();
        let narrow = fits && alone && 2 * inputs <= MOST_SHORT && layer.shift <= 14;
        let identity = LeakyRelu { slope: 1, shift: 0 };
        let leak = |output| layer.activation.as_ref().map_or(identity, |activation| activation.of_channel(output));
        let leaks: Vec<_> = (0..layer.mul.len()).map(leak).collect();
        let slopes: Vec<_> = leaks.iter().map(|leak| (i64::from(leak.slope) << 16) >> leak.shift).collect();
        let within = |range: Range<i64>| slopes.iter().all(|slope| range.contains(slope));
        let form = match &layer.activation {
            _ if !narrow => Form::Wide,
            None => Form::Plain,
            Some(activation) if activation.shift() > 16 => Form::Wide,
            Some(_) if within(0..0x8000) => Form::Gentle,
            Some(_) if within(0x8000..0x1_0000) => Form::Steep,
            Some(_) => Form::Wide,
        };
        Self {
            mul: layer.mul.clone(),
            bias: affine().map(|(mul, add)| mul * inputs as i64 + add).collect(),
            shift: layer.shift,
            branch: layer.branch.clone(),
            leaks,
            form,
            // Below 2^16 in the forms that use them.
            slopes: slopes.into_iter().map(|slope| slope as u16).collect(),
            min: i16::try_from(formats.min()).expect("at most 16 stream bits"),
            max: i16::try_from(formats.max()).expect("at most 16 stream bits"),
        }
    }

    /// How the stage is finished.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Loads an output's parameters.
    #[inline(always)]
    pub(super) fn output<R: Registers>(&self, registers: R, output: usize) -> Output<R> {
        // A shift of more than 14 is wide.
        let scale = 1 << (self.shift & 15);
        Output {
            pair: registers.splat32(i32::from(self.mul[output].wrapping_neg().cast_unsigned()) | scale << 16),
            // Deliberately modulo 2^32.
            bias: registers.splat32(self.bias[output] as i32),
            shift: registers.splat32(self.shift.cast_signed()),
            min: registers.splat(self.min.cast_unsigned()),
            max: registers.splat(self.max.cast_unsigned()),
            slope: registers.splat(self.slopes[output]),
        }
    }

    /// The new stream values, in 32 bits.
    #[inline(always)]
    pub(super) fn finish<R: Registers>(
        registers: R,
        form: Form,
        output: &Output<R>,
        short: R::Register,
        x: R::Register,
    ) -> R::Register {
        let (low, high) = registers.widen(short, x);
        let low = registers.multiply_pairs32(output.bias, low, output.pair);
        let high = registers.multiply_pairs32(output.bias, high, output.pair);
        let low = registers.shift_right32(low, output.shift);
        let high = registers.shift_right32(high, output.shift);
        let v = registers.min(registers.max(registers.narrow(low, high), output.min), output.max);
        let leak = registers.multiply_high(v, output.slope);
        match form {
            Form::Gentle => registers.max(v, leak),
            Form::Steep => registers.max(v, registers.add(leak, v)),
            Form::Plain | Form::Wide => v,
        }
    }

    /// Replaces stream values, in 64 bits: any parameters within the contract. `factors` is empty where there are none.
    #[inline(never)]
    pub(super) fn finish_wide(&self, output: usize, shorts: &[u16], factors: &[i32], stream: &mut [i16]) {
        for (lane, (value, &short)) in stream.iter_mut().zip(shorts).enumerate() {
            *value = self.value(output, short, factors.get(lane).copied(), *value);
        }
    }

    /// One stream value by the formulas.
    fn value(&self, output: usize, short: u16, factor: Option<i32>, x: i16) -> i16 {
        let (min, max) = (i64::from(self.min), i64::from(self.max));
        let mut t = (self.bias[output] - i64::from(self.mul[output]) * i64::from(short)) >> self.shift;
        if let Some(factor) = factor {
            t = (t * i64::from(factor) + (1 << 15)) >> 16;
        }
        if let Some(Branch { activation, offset }) = &self.branch {
            let LeakyRelu { slope, shift } = activation.of_channel(output);
            let scaled = (t * i64::from(slope) + (1 << (shift - 1))) >> shift;
            t = if t < 0 { scaled } else { t } + i64::from(offset[output]);
        }
        let v = (i64::from(x) + t).clamp(min, max);
        let LeakyRelu { slope, shift } = self.leaks[output];
        let leak = ((v * i64::from(slope)) >> shift).clamp(min, max);
        i16::try_from(if v < 0 { leak } else { v }).expect("saturated to at most 16 bits")
    }
}
