//! A binary stage in integers: thresholds, the affine map, the activation.

use super::{LowerError, StageReport, activation, conv::exp2};
use crate::{
    float::FloatBinaryConv,
    integer::{BinaryConv, Formats},
};

/// Largest and smallest shift of the affine map, one for all stages of a network.
const SHIFTS: std::ops::RangeInclusive<u32> = 10..=12;

/// The largest shift at which every multiplier of every stage fits 16 bits.
pub(super) fn affine_shift(stages: &[&FloatBinaryConv], fraction_bits: u32) -> Result<u32, LowerError> {
    let peak = |stage: &FloatBinaryConv| {
        stage.scale.iter().copied().fold(0.0_f32, |a, b| if b.abs() > a.abs() { b } else { a })
    };
    let widest = stages.iter().max_by(|a, b| peak(a).abs().total_cmp(&peak(b).abs()));
    let Some(widest) = widest else { return Ok(*SHIFTS.end()) };
    let fits = |shift: &u32| {
        let fits = |&scale: &f32| multiplier(scale, fraction_bits, *shift).is_some();
        stages.iter().all(|stage| stage.scale.iter().all(fits))
    };
    SHIFTS.rev().find(fits).ok_or_else(|| LowerError::Multiplier {
        layer: widest.name.clone(),
        scale: peak(widest),
        shift: *SHIFTS.start(),
        fraction_bits,
    })
}

fn multiplier(scale: f32, fraction_bits: u32, shift: u32) -> Option<i16> {
    let scaled = (f64::from(scale) * exp2((fraction_bits + shift) as i32)).round();
    (f64::from(i16::MIN)..=f64::from(i16::MAX)).contains(&scaled).then_some(scaled as i16)
}

fn addend(offset: f32, fraction_bits: u32, shift: u32) -> Option<i32> {
    let scaled = (f64::from(offset) * exp2((fraction_bits + shift) as i32)).round();
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&scaled).then_some(scaled as i32)
}

/// `ceil(threshold * 2^f)`: an integer reaches it where the real value does.
fn threshold(value: f32, formats: Formats) -> i32 {
    let scaled = (f64::from(value) * exp2(formats.fraction_bits as i32)).ceil();
    scaled.clamp(f64::from(formats.min()), -f64::from(formats.min())) as i32
}

pub(super) fn lower(
    stage: &FloatBinaryConv,
    formats: Formats,
    shift: u32,
    range: (f32, f32),
) -> Result<(BinaryConv, StageReport), LowerError> {
    let fraction_bits = formats.fraction_bits;
    let mul = stage.scale.iter().map(|&scale| {
        multiplier(scale, fraction_bits, shift).ok_or_else(|| LowerError::Multiplier {
            layer: stage.name.clone(),
            scale,
            shift,
            fraction_bits,
        })
    });
    let add = stage.offset.iter().map(|&offset| {
        addend(offset, fraction_bits, shift)
            .ok_or_else(|| LowerError::Addend { layer: stage.name.clone(), offset: offset.into() })
    });
    let activation = stage.leaky_relu.map(activation::lower);
    let lowered = BinaryConv {
        name: stage.name.clone(),
        weight: stage.weight.clone(),
        threshold: stage.threshold.iter().map(|&t| threshold(t, formats)).collect(),
        mul: mul.collect::<Result<_, _>>()?,
        add: add.collect::<Result<_, _>>()?,
        shift,
        activation: activation.map(|(integer, _)| integer),
    };
    let report = StageReport {
        name: stage.name.clone(),
        mul: extremes(&lowered.mul),
        add: extremes(&lowered.add),
        error: error(stage, &lowered, fraction_bits),
        range,
        activation: activation.map(|(_, report)| report),
    };
    Ok((lowered, report))
}

fn extremes<T: Copy + Ord + Default>(values: &[T]) -> (T, T) {
    let least = values.iter().min().copied().unwrap_or_default();
    (least, values.iter().max().copied().unwrap_or_default())
}

/// Largest `|(mul * dot + add) / 2^shift - (scale * dot + offset) * 2^f|` over every possible dot product.
fn error(stage: &FloatBinaryConv, lowered: &BinaryConv, fraction_bits: u32) -> f64 {
    let largest_dot = (stage.weight.in_channels() * stage.weight.kernel().pow(2)) as f64;
    let unit = exp2((fraction_bits + lowered.shift) as i32);
    let channel = |c: usize| {
        let mul = (f64::from(stage.scale[c]) * unit - f64::from(lowered.mul[c])).abs();
        let add = (f64::from(stage.offset[c]) * unit - f64::from(lowered.add[c])).abs();
        (mul * largest_dot + add) / exp2(lowered.shift as i32)
    };
    (0..lowered.mul.len()).map(channel).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integer::SignWeights;
    use proptest::prelude::*;

    fn stage(scale: f32, offset: f32) -> FloatBinaryConv {
        FloatBinaryConv {
            name: "body.0.conv1".into(),
            weight: SignWeights::from_fn(1, 64, 3, |_, _, _, _| true),
            threshold: vec![0.0; 64],
            scale: vec![scale],
            offset: vec![offset],
            leaky_relu: None,
        }
    }

    proptest! {
        #[test]
        fn the_integer_affine_stays_within_the_reported_bound(
            scale in -3.9_f32..3.9,
            offset in -300.0_f32..300.0,
            fraction_bits in 0_u32..4,
            dot in -576_i64..=576,
        ) {
            let float = stage(scale, offset);
            let shift = affine_shift(&[&float], fraction_bits).unwrap();
            let formats = Formats { stream_bits: 11, fraction_bits };
            let (integer, report) = lower(&float, formats, shift, (0.0, 0.0)).unwrap();
            let t = (i64::from(integer.mul[0]) * dot + i64::from(integer.add[0]) + (1 << (shift - 1))) >> shift;
            let exact = (f64::from(scale) * dot as f64 + f64::from(offset)) * exp2(fraction_bits as i32);
            prop_assert!((t as f64 - exact).abs() <= report.error + 0.5);
            prop_assert!(report.error <= 0.5 * 577.0 / exp2(shift as i32));
        }

        #[test]
        fn an_integer_reaches_the_lowered_threshold_where_its_value_reaches_the_real_one(
            value in -70.0_f32..70.0,
            fraction_bits in 0_u32..5,
            x in -1024_i32..1024,
        ) {
            let formats = Formats { stream_bits: 11, fraction_bits };
            let real = f64::from(x) / exp2(fraction_bits as i32) >= f64::from(value);
            prop_assert_eq!(x >= threshold(value, formats), real);
        }
    }

    #[test]
    fn a_threshold_beyond_the_stream_becomes_always_or_never() {
        let formats = Formats { stream_bits: 11, fraction_bits: 3 };
        assert_eq!((threshold(-1e9, formats), threshold(1e9, formats)), (-1024, 1024));
    }

    #[test]
    fn all_stages_take_the_largest_shift_that_fits_the_widest_multiplier() {
        let (small, large) = (stage(0.01, 0.0), stage(3.0, 0.0));
        assert_eq!(affine_shift(&[&small], 3), Ok(12));
        assert_eq!(affine_shift(&[&small, &large], 3), Ok(10));
    }

    #[test]
    fn a_scale_that_no_shift_fits_is_named() {
        let mut large = stage(4.1, 0.0);
        large.name = "body.1.conv2".into();
        let found = affine_shift(&[&stage(0.1, 0.0), &large], 3);
        assert!(matches!(found, Err(LowerError::Multiplier { layer, .. }) if layer == "body.1.conv2"));
    }
}
