//! Channel attention: two small products give a factor a channel, which scales the middle of each value's interval.

use bsr_model::integer::{self, Activation, Formats, SigmoidTable, Skip};

use super::{
    finish::look_up,
    grid::Grid,
    totals::{means, totals},
};
use crate::Totals;

/// An attention.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    layer: integer::Attention,
    table: SigmoidTable,
    min: i64,
    max: i64,
}

impl Attention {
    /// Of a network with that table.
    pub(super) fn new(layer: &integer::Attention, formats: Formats, table: SigmoidTable) -> Self {
        Self { layer: layer.clone(), table, min: formats.min().into(), max: formats.max().into() }
    }

    /// What it adds.
    pub(super) fn skip(&self) -> &Skip {
        &self.layer.skip
    }

    /// Replaces `output`, which holds what is added, by the scaled stream on top of it.
    pub(super) fn run(&self, stream: &Grid<i32>, output: &mut Grid<i32>, before: Option<&Totals>) {
        let factors = totals(stream, self.layer.gap, before).map(|totals| self.factors(means(totals).collect()));
        let half = if self.layer.skip == Skip::None { 0 } else { 1 << 16 };
        let (height, width) = stream.size();
        for x in 0..width {
            let factors = factors.at(x).expect("every column has averages");
            for y in 0..height {
                let values = output.pixel_mut(y, x).iter_mut().zip(stream.pixel(y, x)).zip(factors);
                for ((output, &value), factor) in values {
                    let scaled = ((2 * i64::from(value) + 1) * factor + half) >> 17;
                    *output = (i64::from(*output) + scaled).clamp(self.min, self.max) as i32;
                }
            }
        }
    }

    fn factors(&self, means: Vec<i64>) -> Vec<i64> {
        let integer::Attention { reduce, expand, .. } = &self.layer;
        let mut hidden = product(reduce, &means);
        for (channel, value) in hidden.iter_mut().enumerate() {
            *value = ((*value + (1 << (reduce.shift - 1))) >> reduce.shift).clamp(self.min, self.max);
            *value = self.activated(reduce.activation.as_ref(), channel, *value);
        }
        product(expand, &hidden).into_iter().map(|sum| look_up(&self.table, sum, expand.shift)).collect()
    }

    fn activated(&self, activation: Option<&Activation>, channel: usize, value: i64) -> i64 {
        match activation {
            Some(activation) if value < 0 => {
                let slope = i64::from(activation.of_channel(channel).slope);
                ((value * slope) >> activation.shift()).clamp(self.min, self.max)
            }
            _ => value,
        }
    }
}

/// `sum_i w_o,i * v_i + add_o` of a 1x1 convolution.
fn product(conv: &integer::Conv, values: &[i64]) -> Vec<i64> {
    let rows = conv.weight.outer_iter().zip(&conv.add);
    let sum =
        |weights: ndarray::ArrayView3<i32>| weights.iter().zip(values).map(|(&w, v)| i64::from(w) * v).sum::<i64>();
    rows.map(|(weights, &add)| sum(weights) + i64::from(add)).collect()
}
