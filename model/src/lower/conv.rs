//! A full-precision convolution in integers: as many weight bits as 16 and a 32-bit accumulator allow.

use std::ops::RangeInclusive;

use ndarray::Array4;

use super::{ConvReport, LowerError};
use crate::{float::FloatConv, integer::Conv};

/// How the units of a convolution become integers.
pub(super) struct Units {
    /// An output is `2^weight` times as large in integers, for one input unit and weight.
    pub(super) weight: i32,
    /// An output is `2^add` times as large as an addend's unit.
    pub(super) add: i32,
    /// Largest magnitude of an input.
    pub(super) peak: i64,
    /// What else is added to a sum: at most so much, in units of the output.
    pub(super) beside: i64,
    /// Shifts to choose from.
    pub(super) shifts: RangeInclusive<u32>,
}

/// Shifts of a convolution that nothing else is added to.
pub(super) const SHIFTS: RangeInclusive<u32> = 1..=31;

/// Lowers, without skip and activation, with the largest shift at which every weight fits 16 bits and no accumulator wraps.
pub(super) fn lower(
    conv: &FloatConv,
    extra_add: &[f64],
    units: &Units,
    range: (f32, f32),
) -> Result<(Conv, ConvReport), LowerError> {
    let lowered = units.shifts.clone().rev().find_map(|shift| at_shift(conv, extra_add, units, shift));
    let lowered = lowered.ok_or_else(|| LowerError::Accumulator { layer: conv.name.clone() })?;
    let report = ConvReport {
        name: conv.name.clone(),
        shift: lowered.shift,
        weight_bits: lowered.weight.iter().map(|&w| signed_bits(w)).max().unwrap_or(0),
        largest_sum: lowered.largest_sum(units.peak),
        error: error(conv, extra_add, units, &lowered),
        range,
        activation: None,
    };
    Ok((lowered, report))
}

fn at_shift(conv: &FloatConv, extra_add: &[f64], units: &Units, shift: u32) -> Option<Conv> {
    let scaled = |value: f64, unit: i32| (value * exp2(unit + shift as i32)).round();
    let mut fits = true;
    let weight: Array4<i32> = conv.weight.mapv(|w| {
        let scaled = scaled(w.into(), units.weight);
        fits &= (f64::from(i16::MIN)..=f64::from(i16::MAX)).contains(&scaled);
        scaled as i32
    });
    let add = conv.bias.iter().zip(extra_add).map(|(&bias, extra)| {
        let scaled = scaled(f64::from(bias) + extra, units.add);
        fits &= scaled.abs() < exp2(31);
        scaled as i32
    });
    let lowered = Conv { name: conv.name.clone(), add: add.collect(), weight, shift, activation: None };
    (fits && lowered.largest_sum(units.peak) + (units.beside << shift) < 1 << 31).then_some(lowered)
}

/// Largest `|integer - float|` over all inputs of an output before it is rounded.
fn error(conv: &FloatConv, extra_add: &[f64], units: &Units, lowered: &Conv) -> f64 {
    let shift = lowered.shift as i32;
    let output = |oc: usize| {
        let pairs = conv.weight.outer_iter().nth(oc).into_iter().flatten();
        let integers = lowered.weight.outer_iter().nth(oc).into_iter().flatten();
        let weights: f64 = pairs
            .zip(integers)
            .map(|(&w, &int)| (f64::from(w) * exp2(units.weight + shift) - f64::from(int)).abs())
            .sum();
        let add = (f64::from(conv.bias[oc]) + extra_add[oc]) * exp2(units.add + shift) - f64::from(lowered.add[oc]);
        (weights * units.peak as f64 + add.abs()) / exp2(shift)
    };
    (0..lowered.add.len()).map(output).fold(0.0, f64::max)
}

/// `2^n`, exact.
pub(super) fn exp2(n: i32) -> f64 {
    2_f64.powi(n)
}

/// Bits of a two's complement number that holds `value`.
fn signed_bits(value: i32) -> u32 {
    33 - (value ^ (value >> 31)).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::PlacedSkip;

    #[test]
    fn bits_are_those_of_twos_complement() {
        for (value, bits) in [(0, 1), (-1, 1), (1, 2), (127, 8), (-128, 8), (128, 9), (-32768, 16)] {
            assert_eq!(signed_bits(value), bits, "{value}");
        }
    }

    #[test]
    fn a_wide_sum_is_bought_with_fewer_weight_bits() {
        let weight = Array4::from_elem((1, 64, 3, 3), 0.5_f32);
        let conv = FloatConv { name: "tail".into(), weight, bias: vec![1.0], skip: PlacedSkip::None, activation: None };
        let units = |peak| Units { weight: -3, add: 0, peak, beside: 0, shifts: SHIFTS };
        let (narrow, wide) = (units(1 << 10), units(1 << 14));
        let of = |units| lower(&conv, &[127.5], units, (0.0, 0.0)).unwrap().1;
        assert!(of(&narrow).weight_bits > of(&wide).weight_bits);
        assert!(of(&wide).largest_sum < 1 << 31);
    }
}
