//! Factors in integers: a full-precision convolution with one output, of which the unit is an index of a sigmoid's table.

use ndarray::Array4;

use super::{
    FactorReport, LowerError,
    conv::{self, Units, exp2},
};
use crate::{
    description::PlacedSkip,
    float::{FloatBinaryConv, FloatConv, FloatFactor},
    integer::{ChannelFactor, Conv, Formats, Gap, SigmoidTable, SpatialFactor},
};

/// Bits of an index.
const INDEX_BITS: u32 = 10;

/// Fraction bits of an index: the table reaches from -8 to 8, beyond which the sigmoid is within 0.0004 of its ends.
const INDEX_FRACTION: i32 = 6;

/// `round(2^16 * sigmoid(index / 64))`, at most `2^16 - 1`.
pub(super) fn table() -> SigmoidTable {
    let half = 1 << (INDEX_BITS - 1);
    let value = |index: i32| {
        let sigmoid = 1.0 / (1.0 + (-f64::from(index) / exp2(INDEX_FRACTION)).exp());
        (sigmoid * exp2(16)).round().min(65535.0) as u16
    };
    SigmoidTable { values: (-half..half).map(value).collect() }
}

/// The spatial factor of a stage, where it has one.
pub(super) fn spatial(
    stage: &FloatBinaryConv,
    formats: Formats,
) -> Result<Option<(SpatialFactor, FactorReport)>, LowerError> {
    let Some(factor) = &stage.spatial else { return Ok(None) };
    let (conv, report) = lower(&stage.name, factor, formats)?;
    Ok(Some((
        SpatialFactor { weight: conv.weight.iter().copied().collect(), add: conv.add[0], shift: conv.shift },
        report,
    )))
}

/// The channel factor of a stage, where it has one.
pub(super) fn channel(
    stage: &FloatBinaryConv,
    formats: Formats,
    gap: Gap,
) -> Result<Option<(ChannelFactor, FactorReport)>, LowerError> {
    let Some(factor) = &stage.channel else { return Ok(None) };
    let (conv, report) = lower(&stage.name, factor, formats)?;
    let weight = std::array::from_fn(|j| conv.weight[[0, j, 0, 0]]);
    Ok(Some((ChannelFactor { weight, add: conv.add[0], shift: conv.shift, gap }, report)))
}

fn lower(name: &str, factor: &FloatFactor, formats: Formats) -> Result<(Conv, FactorReport), LowerError> {
    let inputs = factor.weight.len();
    let weight = Array4::from_shape_vec((1, inputs, 1, 1), factor.weight.clone()).expect("one weight an input");
    let fraction_bits = formats.fraction_bits as i32;
    let middle = exp2(-fraction_bits - 1) * factor.weight.iter().map(|&w| f64::from(w)).sum::<f64>();
    let conv =
        FloatConv { name: name.into(), weight, bias: vec![factor.bias], skip: PlacedSkip::None, activation: None };
    let peak = -i64::from(formats.min());
    to_index(&conv, &[middle], fraction_bits, peak)
}

/// A convolution of stream values whose unit is an index of the table; `middles` are what the middles of the values add.
pub(super) fn to_index(
    conv: &FloatConv,
    middles: &[f64],
    fraction_bits: i32,
    peak: i64,
) -> Result<(Conv, FactorReport), LowerError> {
    let weight = INDEX_FRACTION - fraction_bits;
    let units = Units { weight, add: INDEX_FRACTION, peak, beside: 0, shifts: conv::SHIFTS };
    let (lowered, report) = conv::lower(conv, middles, &units, (0.0, 0.0))?;
    // The sigmoid is nowhere steeper than 1/4; the index is rounded, and the table's values too.
    let error = (report.error + 0.5) / exp2(INDEX_FRACTION) / 4.0 + exp2(-16);
    let report =
        FactorReport { weight_bits: report.weight_bits, shift: report.shift, largest_sum: report.largest_sum, error };
    Ok((lowered, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_sigmoid() {
        let table = table();
        assert_eq!(table.index_bits(), Some(INDEX_BITS));
        assert_eq!((table.values[0], table.values[512], table.values[1023]), (22, 32768, 65514));
        for (at, &value) in table.values.iter().enumerate() {
            let opposite = table.values.get(1024 - at).copied().unwrap_or(65514);
            assert!((65535..=65537).contains(&(u32::from(value) + u32::from(opposite))) || at == 0, "at {at}");
        }
    }

    #[test]
    fn a_factor_is_within_its_reported_error() {
        let formats = Formats { stream_bits: 11, fraction_bits: 3 };
        let factor = FloatFactor { weight: vec![0.031, -0.017, 0.0021], bias: 0.4 };
        let (conv, report) = lower("stage", &factor, formats).unwrap();
        let values = table().values;
        for x in [[5, -40, 700], [-100, 3, 1000], [0, 0, 0], [77, -1024, 1023]] {
            let sum: i64 = x.iter().zip(&conv.weight).map(|(&x, &w)| i64::from(x) * i64::from(w)).sum();
            let index = (sum + i64::from(conv.add[0]) + (1 << (conv.shift - 1))) >> conv.shift;
            let found = f64::from(values[(index.clamp(-512, 511) + 512) as usize]) / 65536.0;
            let z: f64 = x.iter().zip(&factor.weight).map(|(&x, &w)| (f64::from(x) + 0.5) / 8.0 * f64::from(w)).sum();
            let exact = 1.0 / (1.0 + (-z - f64::from(factor.bias)).exp());
            assert!((found - exact).abs() <= report.error, "{found} {exact} {}", report.error);
        }
    }
}
