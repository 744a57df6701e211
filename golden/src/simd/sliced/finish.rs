//! Affine, skip, activation and next signs of one output, `LANES` pixels at a time.
//!
//! `v = sat_b((mul * dot + (x << shift) + add + half) >> shift)` is one multiply-add of the pair `(dot, x)` with the pair
//! `(mul, 2^shift)`, in 32 bits where [`Affine::new`] proves that nothing leaves them, else in 64 bits.
//!
//! For a slope of 0 to 1 the activation is `max(v, (v * slope) >> m)`, and with spare bits above `b` the shift is that of a
//! high product: `(v << up) * (slope << (16 - m - up)) >> 16`.

use bsr_model::integer::{BinaryConv, Formats, LeakyRelu};

use super::registers::{MOST_LANES, Registers};

/// The affine parameters of a stage.
#[derive(Clone, Debug)]
pub(super) struct Affine {
    mul: Vec<i16>,
    /// `add + half`, not always within 32 bits.
    bias: Vec<i64>,
    shift: u32,
    leak: LeakyRelu,
    fast_leak: Option<FastLeak>,
    min: i16,
    max: i16,
    /// Whether every sum stays within 32 bits and the activation is one product.
    narrow: bool,
}

/// `max(v, ((v << up) * slope) >> 16)`.
#[derive(Clone, Copy, Debug)]
struct FastLeak {
    up: u32,
    slope: i16,
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
        let bias: Vec<i64> = layer.add.iter().map(|&add| i64::from(add) + half).collect();
        let skip = (1i64 << (formats.stream_bits - 1)) << layer.shift;
        let largest = |(&mul, &bias): (&i16, &i64)| i64::from(mul).abs() * inputs as i64 + bias.abs() + skip;
        let fits = layer.mul.iter().zip(&bias).all(|terms| largest(terms) <= i64::from(i32::MAX));
        let leak = layer.leaky_relu().unwrap_or(LeakyRelu { slope: 1, shift: 0 });
        let fast_leak = layer.leaky_relu().and_then(|leak| FastLeak::new(leak, formats.stream_bits));
        Self {
            mul: layer.mul.clone(),
            bias,
            shift: layer.shift,
            leak,
            fast_leak,
            min: i16::try_from(formats.min()).expect("at most 16 stream bits"),
            max: i16::try_from(formats.max()).expect("at most 16 stream bits"),
            narrow: fits && layer.shift <= 14 && layer.activation.is_some() == fast_leak.is_some(),
        }
    }

    /// Whether [`finish`](Self::finish) may be used.
    pub(super) fn is_narrow(&self) -> bool {
        self.narrow
    }

    /// Loads an output's parameters.
    #[inline(always)]
    pub(super) fn output<R: Registers>(&self, registers: R, output: usize) -> Output<R> {
        let scale = if self.narrow { 1 << self.shift } else { 0 };
        let bias = i32::try_from(self.bias[output]).unwrap_or(0);
        Output {
            pair: registers.splat32(i32::from(self.mul[output].cast_unsigned()) | scale << 16),
            bias: registers.splat32(bias),
            shift: registers.splat32(self.shift.cast_signed()),
            min: registers.splat(self.min.cast_unsigned()),
            max: registers.splat(self.max.cast_unsigned()),
            slope: registers.splat(self.fast_leak.map_or(0, |leak| leak.slope).cast_unsigned()),
        }
    }

    /// The new stream values, in 32 bits.
    #[inline(always)]
    pub(super) fn finish<R: Registers>(
        &self,
        registers: R,
        output: &Output<R>,
        dot: R::Register,
        x: R::Register,
    ) -> R::Register {
        let (low, high) = registers.widen(dot, x);
        let low = registers.multiply_pairs32(output.bias, low, output.pair);
        let high = registers.multiply_pairs32(output.bias, high, output.pair);
        let low = registers.shift_right32(low, output.shift);
        let high = registers.shift_right32(high, output.shift);
        let v = registers.min(registers.max(registers.narrow(low, high), output.min), output.max);
        match self.fast_leak {
            Some(leak) => registers.max(v, registers.multiply_high(registers.shift_left(v, leak.up), output.slope)),
            None => v,
        }
    }

    /// The new stream values, in 64 bits: any parameters within the contract.
    #[inline(always)]
    pub(super) fn finish_wide<R: Registers>(
        &self,
        registers: R,
        output: usize,
        dot: R::Register,
        x: R::Register,
    ) -> R::Register {
        let (mut dots, mut values) = ([0; MOST_LANES], [0; MOST_LANES]);
        registers.store_i16(dot, &mut dots);
        registers.store_i16(x, &mut values);
        for (value, &dot) in values.iter_mut().zip(&dots).take(R::LANES) {
            *value = self.value(output, dot, *value);
        }
        registers.load_i16(&values)
    }

    /// One stream value by the formulas.
    fn value(&self, output: usize, dot: i16, x: i16) -> i16 {
        let (min, max) = (i64::from(self.min), i64::from(self.max));
        let t = (i64::from(self.mul[output]) * i64::from(dot) + self.bias[output]) >> self.shift;
        let v = (i64::from(x) + t).clamp(min, max);
        let leak = ((v * i64::from(self.leak.slope)) >> self.leak.shift).clamp(min, max);
        i16::try_from(if v < 0 { leak } else { v }).expect("saturated to at most 16 bits")
    }
}

impl FastLeak {
    /// The activation as a high product, where it is one.
    fn new(leak: LeakyRelu, stream_bits: u32) -> Option<Self> {
        let slope = i64::from(leak.slope);
        if leak.shift > 16 || slope < 0 || slope > 1 << leak.shift {
            return None;
        }
        let up = (16 - stream_bits).min(16 - leak.shift);
        let slope = i16::try_from(slope << (16 - leak.shift - up)).ok()?;
        Some(Self { up, slope })
    }
}
