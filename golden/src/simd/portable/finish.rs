//! What follows the affine of a pixel: factors, branch, skip, activation.

use bsr_model::integer::{Activation, BinaryConv, Branch, ChannelFactor, Formats, SigmoidTable, SpatialFactor};

use super::{
    grid::Grid,
    totals::{ByColumns, means, totals},
};
use crate::Totals;

/// Factors and branch of a stage: what happens to `t` before the skip.
#[derive(Clone, Debug)]
pub(super) struct Factors {
    spatial: Option<SpatialFactor>,
    channel: Option<ChannelFactor>,
    branch: Option<Branch>,
    table: Option<SigmoidTable>,
}

impl Factors {
    /// Those of a stage in a network with that table.
    pub(super) fn new(layer: &BinaryConv, table: Option<&SigmoidTable>) -> Self {
        let used = layer.spatial.is_some() || layer.channel.is_some();
        Self {
            spatial: layer.spatial.clone(),
            channel: layer.channel.clone(),
            branch: layer.branch.clone(),
            table: table.filter(|_| used).cloned(),
        }
    }

    /// One factor a channel, for the columns of the stream; empty where the stage has none.
    pub(super) fn of_channels(&self, stream: &Grid<i32>, before: Option<&Totals>) -> ByColumns<Vec<i64>> {
        let (Some(factor), Some(table)) = (&self.channel, &self.table) else { return ByColumns::default() };
        totals(stream, factor.gap, before).map(|totals| {
            let beyond = || [0, 0].into_iter();
            let padded: Vec<i64> = beyond().chain(means(totals)).chain(beyond()).collect();
            let of_window = |window: &[i64]| {
                let sum: i64 = window.iter().zip(&factor.weight).map(|(mean, &w)| mean * i64::from(w)).sum();
                look_up(table, sum + i64::from(factor.add), factor.shift)
            };
            padded.windows(5).map(of_window).collect()
        })
    }

    /// Applies everything to the affine of a pixel, of which the stage read `input`.
    pub(super) fn apply(&self, t: &mut [i64], input: &[i32], of_channels: Option<&Vec<i64>>) {
        if let (Some(factor), Some(table)) = (&self.spatial, &self.table) {
            let products = input.iter().zip(&factor.weight).map(|(&x, &w)| i64::from(x) * i64::from(w));
            let factor = look_up(table, products.sum::<i64>() + i64::from(factor.add), factor.shift);
            t.iter_mut().for_each(|t| *t = scale(*t, factor));
        }
        t.iter_mut().zip(of_channels.into_iter().flatten()).for_each(|(t, &factor)| *t = scale(*t, factor));
        if let Some(Branch { activation, offset }) = &self.branch {
            let half = 1i64 << (activation.shift() - 1);
            for (c, (t, &offset)) in t.iter_mut().zip(offset).enumerate() {
                let slope = i64::from(activation.of_channel(c).slope);
                let leak = (*t * slope + half) >> activation.shift();
                *t = if *t < 0 { leak } else { *t } + i64::from(offset);
            }
        }
    }
}

/// `table[clamp(rnd(sum, shift))]`.
pub(in crate::simd) fn look_up(table: &SigmoidTable, sum: i64, shift: u32) -> i64 {
    let half = table.values.len() as i64 / 2;
    let index = ((sum + (1 << (shift - 1))) >> shift).clamp(-half, half - 1) + half;
    table.values[index as usize].into()
}

fn scale(t: i64, factor: i64) -> i64 {
    (t * factor + (1 << 15)) >> 16
}

/// Skip and activation: what makes a value of the stream.
#[derive(Clone, Debug)]
pub(super) struct Finish {
    /// One slope an output; the identity where there is no activation.
    slopes: Vec<i64>,
    shift: u32,
    min: i64,
    max: i64,
}

impl Finish {
    /// The activation of so many outputs.
    pub(super) fn new(activation: Option<&Activation>, outputs: usize, formats: Formats) -> Self {
        let slope = |c| activation.map_or(1, |activation| activation.of_channel(c).slope.into());
        Self {
            slopes: (0..outputs).map(slope).collect(),
            shift: activation.map_or(0, Activation::shift),
            min: formats.min().into(),
            max: formats.max().into(),
        }
    }

    /// `pixel = activation(sat(pixel + t))`.
    pub(super) fn add<T: Copy + Into<i64>>(&self, t: &[T], pixel: &mut [i32]) {
        for ((x, &t), slope) in pixel.iter_mut().zip(t).zip(&self.slopes) {
            let v = (i64::from(*x) + t.into()).clamp(self.min, self.max);
            let leak = ((v * slope) >> self.shift).clamp(self.min, self.max);
            let v = if v < 0 { leak } else { v };
            *x = i32::try_from(v).expect("saturated to at most 24 bits");
        }
    }
}
