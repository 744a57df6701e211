//! A binary stage in integers: thresholds, the affine map, the activation.

use super::{LowerError, StageReport, activation, conv::exp2, factor, network::skip};
use crate::{
    float::{FloatBinaryConv, FloatBranch, FloatOperand},
    integer::{Activation, BinaryConv, Branch, Formats, Gap, Operand},
};

/// Largest and smallest shift of the affine map of signs, one for all stages of a network.
const SHIFTS: std::ops::RangeInclusive<u32> = 4..=12;

/// Largest shift of a stage that multiplies the stream: its scales are small.
const STREAM_SHIFT: u32 = 20;

/// The largest shift at which every multiplier of every stage that multiplies signs fits 16 bits.
pub(super) fn affine_shift(stages: &[&FloatBinaryConv], fraction_bits: u32) -> Result<u32, LowerError> {
    let peak = |stage: &FloatBinaryConv| {
        stage.scale.iter().copied().fold(0.0_f32, |a, b| if b.abs() > a.abs() { b } else { a })
    };
    let stages = || stages.iter().filter(|stage| stage.operand != FloatOperand::Stream);
    let widest = stages().max_by(|a, b| peak(a).abs().total_cmp(&peak(b).abs()));
    let Some(widest) = widest else { return Ok(*SHIFTS.end()) };
    let fits = |shift: &u32| {
        let fits = |&scale: &f32| multiplier(scale, fraction_bits, *shift).is_some();
        stages().all(|stage| stage.scale.iter().all(fits))
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

fn addend(offset: f64, fraction_bits: u32, shift: u32) -> Option<i32> {
    let scaled = (offset * exp2((fraction_bits + shift) as i32)).round();
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&scaled).then_some(scaled as i32)
}

/// `ceil(threshold * 2^f)`: an integer reaches it where the real value does.
fn threshold(value: f32, formats: Formats) -> i32 {
    let scaled = (f64::from(value) * exp2(formats.fraction_bits as i32)).ceil();
    scaled.clamp(f64::from(formats.min()), -f64::from(formats.min())) as i32
}

/// The affine map of a stage in integers, and its shift.
struct Affine {
    mul: Vec<i16>,
    add: Vec<i32>,
    shift: u32,
}

/// An affine map in grey levels, as it is to be lowered.
struct Real<'a> {
    scale: &'a [f32],
    offset: Vec<f64>,
    /// Fraction bits that a product of `mul` and dot has: none where the dot is in units of the stream already.
    dot_bits: u32,
    fraction_bits: u32,
}

impl<'a> Real<'a> {
    /// The stream's values are read as the middles of their intervals, each term of the skip too, and one is written.
    fn new(stage: &'a FloatBinaryConv, fraction_bits: u32) -> Self {
        let middle = exp2(-(fraction_bits as i32) - 1);
        let of_stream = stage.operand == FloatOperand::Stream;
        let sum = |oc: usize| {
            let taps = stage.weight.kernel().pow(2);
            let tap = |tap: usize| stage.weight.tap(oc, tap / stage.weight.kernel(), tap % stage.weight.kernel());
            let positive: usize = (0..taps).map(|at| tap(at).count_ones()).sum();
            (2 * positive) as f64 - (taps * stage.weight.in_channels()) as f64
        };
        let offset = stage.offset.iter().enumerate().map(|(oc, &offset)| {
            let read = if of_stream { middle * f64::from(stage.scale[oc]) * sum(oc) } else { 0.0 };
            let added = (stage.skip.terms() as f64 - 1.0) * middle;
            f64::from(offset) + read + added
        });
        let dot_bits = if of_stream { 0 } else { fraction_bits };
        Self { scale: &stage.scale, offset: offset.collect(), dot_bits, fraction_bits }
    }

    fn at_shift(&self, layer: &str, shift: u32) -> Result<Affine, LowerError> {
        let mul = self.scale.iter().map(|&scale| {
            multiplier(scale, self.dot_bits, shift).ok_or_else(|| LowerError::Multiplier {
                layer: layer.into(),
                scale,
                shift,
                fraction_bits: self.fraction_bits,
            })
        });
        let add = self.offset.iter().map(|&offset| {
            addend(offset, self.fraction_bits, shift).ok_or_else(|| LowerError::Addend { layer: layer.into(), offset })
        });
        Ok(Affine { mul: mul.collect::<Result<_, _>>()?, add: add.collect::<Result<_, _>>()?, shift })
    }

    /// Largest `|(mul * dot + add) / 2^shift - (scale * dot + offset) * 2^f|` over dots up to `largest_dot`.
    fn error(&self, affine: &Affine, largest_dot: f64) -> f64 {
        let unit = |bits: u32| exp2((bits + affine.shift) as i32);
        let channel = |c: usize| {
            let mul = (f64::from(self.scale[c]) * unit(self.dot_bits) - f64::from(affine.mul[c])).abs();
            let add = (self.offset[c] * unit(self.fraction_bits) - f64::from(affine.add[c])).abs();
            (mul * largest_dot + add) / exp2(affine.shift as i32)
        };
        (0..affine.mul.len()).map(channel).fold(0.0, f64::max)
    }
}

/// Lowers a stage; `shift` is that of the stages that multiply signs.
pub(super) fn lower(
    stage: &FloatBinaryConv,
    formats: Formats,
    shift: u32,
    gap: Gap,
    range: (f32, f32),
) -> Result<(BinaryConv, StageReport), LowerError> {
    let name = &stage.name;
    let real = Real::new(stage, formats.fraction_bits);
    let taps = (stage.weight.in_channels() * stage.weight.kernel().pow(2)) as f64;
    let (operand, affine, largest_dot) = match &stage.operand {
        FloatOperand::Sign(thresholds) => {
            let threshold = thresholds.iter().map(|&t| threshold(t, formats)).collect();
            (Operand::Sign { threshold }, real.at_shift(name, shift)?, taps)
        }
        FloatOperand::LocalMean(kernel) => (Operand::LocalMean { kernel: *kernel }, real.at_shift(name, shift)?, taps),
        FloatOperand::Mean => (Operand::Mean(gap), real.at_shift(name, shift)?, taps),
        FloatOperand::Stream => {
            let affine = (2..=STREAM_SHIFT).rev().find_map(|shift| real.at_shift(name, shift).ok());
            let affine = affine.map_or_else(|| real.at_shift(name, 1), Ok)?;
            (Operand::Stream, affine, taps * -f64::from(formats.min()))
        }
    };
    let error = real.error(&affine, largest_dot);
    let (spatial, spatial_report) = factor::spatial(stage, formats)?.unzip();
    let (channel, channel_report) = factor::channel(stage, formats, gap)?.unzip();
    let (branch, branch_report) =
        stage.branch.as_ref().map(|branch| lower_branch(name, branch, formats)).transpose()?.unzip();
    let activation = stage
        .activation
        .as_ref()
        .map(|trained| activation::lower(trained).ok_or_else(|| LowerError::Slope { layer: name.clone() }));
    let (activation, activation_report) = activation.transpose()?.unzip();
    let report = StageReport {
        name: name.clone(),
        shift: affine.shift,
        mul: extremes(&affine.mul),
        add: extremes(&affine.add),
        error,
        range,
        spatial: spatial_report,
        channel: channel_report,
        branch: branch_report,
        activation: activation_report,
    };
    let lowered = BinaryConv {
        name: name.clone(),
        weight: stage.weight.clone(),
        operand,
        mul: affine.mul,
        add: affine.add,
        shift: affine.shift,
        spatial,
        channel,
        branch,
        skip: skip(&stage.skip),
        activation,
    };
    Ok((lowered, report))
}

fn lower_branch(
    layer: &str,
    branch: &FloatBranch,
    formats: Formats,
) -> Result<(Branch, super::ActivationReport), LowerError> {
    let slopes: Option<(Activation, _)> = activation::lower_rounded(&branch.activation);
    let (activation, report) = slopes.ok_or_else(|| LowerError::Slope { layer: layer.into() })?;
    let offset = branch.offset.iter().map(|&offset| {
        let scaled = (f64::from(offset) * exp2(formats.fraction_bits as i32)).round();
        let fits = scaled.abs() < exp2(24);
        fits.then_some(scaled as i32).ok_or_else(|| LowerError::Addend { layer: layer.into(), offset: offset.into() })
    });
    Ok((Branch { activation, offset: offset.collect::<Result<_, _>>()? }, report))
}

fn extremes<T: Copy + Ord + Default>(values: &[T]) -> (T, T) {
    let least = values.iter().min().copied().unwrap_or_default();
    (least, values.iter().max().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{description::PlacedSkip, integer::SignWeights};
    use proptest::prelude::*;

    fn stage(scale: f32, offset: f32) -> FloatBinaryConv {
        FloatBinaryConv {
            name: "body.0.conv1".into(),
            weight: SignWeights::from_fn(1, 64, 3, |_, _, _, _| true),
            operand: FloatOperand::Sign(vec![0.0; 64]),
            scale: vec![scale],
            offset: vec![offset],
            spatial: None,
            channel: None,
            branch: None,
            skip: PlacedSkip::Identity,
            activation: None,
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
            let (integer, report) = lower(&float, formats, shift, Gap::Picture, (0.0, 0.0)).unwrap();
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
        let mut large = stage(260.0, 0.0);
        large.name = "body.1.conv2".into();
        let found = affine_shift(&[&stage(0.1, 0.0), &large], 3);
        assert!(matches!(found, Err(LowerError::Multiplier { layer, .. }) if layer == "body.1.conv2"));
    }
}
