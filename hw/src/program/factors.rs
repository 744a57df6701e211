//! Records of the spatial factors: weights, addends, the table of the sigmoid.

use super::records::{Bits, one};
use crate::Geometry;
use crate::engine::factor_passes;
use crate::geometry::{ACCUMULATOR_BITS, FACTOR_SHIFT_BITS, FACTOR_WEIGHT_BITS, SIGMOID_BITS, SIGMOID_INDEX_BITS};
use bsr_model::integer::{BinaryConv, SigmoidTable, SpatialFactor};

/// Weights a stage and pass with a bank of lanes each, addends a stage, the table.
pub(super) fn records(g: &Geometry, stages: &[&BinaryConv], sigmoid: Option<&SigmoidTable>) -> [Vec<Bits>; 3] {
    let channels = 0..factor_passes(g) * g.lanes;
    let weight = |factor: Option<&SpatialFactor>, c: usize| {
        factor.and_then(|factor| factor.weight.get(c)).map_or(0, |&weight| weight.into())
    };
    let weights = stages.iter().flat_map(|stage| {
        let factor = stage.spatial.as_ref();
        channels.clone().map(move |c| one(weight(factor, c), FACTOR_WEIGHT_BITS))
    });
    [weights.collect(), stages.iter().map(|stage| addend(stage.spatial.as_ref())).collect(), table(sigmoid)]
}

/// Addend with the rounding half, shift, and whether there is a factor.
fn addend(factor: Option<&SpatialFactor>) -> Bits {
    let (add, shift) =
        factor.map_or((0, 0), |factor| (i64::from(factor.add) + (1 << (factor.shift - 1)), factor.shift));
    let mut record = one(add, ACCUMULATOR_BITS);
    record.push(shift.into(), FACTOR_SHIFT_BITS);
    record.push(factor.is_some().into(), 1);
    record
}

/// The table for the hardware's indices: beyond those of a smaller one, its ends.
fn table(sigmoid: Option<&SigmoidTable>) -> Vec<Bits> {
    let half = 1_i64 << (SIGMOID_INDEX_BITS - 1);
    let value = |index: i64| {
        let Some(values) = sigmoid.map(|table| &table.values) else { return 0 };
        let own = values.len() as i64 / 2;
        i64::from(values[(index.clamp(-own, own - 1) + own) as usize])
    };
    (-half..half).map(|index| one(value(index), SIGMOID_BITS)).collect()
}
