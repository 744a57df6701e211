//! Import of an attention.

use ndarray::Array4;

use super::{
    ImportError,
    import::{Import, activation},
    plan::{self, Need},
};
use crate::{
    description::{Description, PlacedAttention, PlacedSkip},
    float::{FloatActivation, FloatAttention, FloatConv},
};

impl Import<'_> {
    /// In grey levels: the bias of the first layer grows by the divisor, the weights of the second shrink by it.
    pub(super) fn attention(
        &mut self,
        description: &Description,
        position: usize,
        placed: &PlacedAttention,
    ) -> Result<FloatAttention, ImportError> {
        let divisor = description.divisor;
        let PlacedAttention { name, channels, hidden, .. } = placed;
        let needs = plan::Attention::new(position, placed, 1.0);
        let between = activation(self, placed.activation, needs.slope.as_ref(), *hidden)?;
        let reduce = Linear { name: format!("{name}.reduce"), size: (*hidden, *channels), weight: 1.0, bias: divisor };
        let expand =
            Linear { name: format!("{name}.expand"), size: (*channels, *hidden), weight: 1.0 / divisor, bias: 1.0 };
        Ok(FloatAttention {
            reduce: self.linear(reduce, &needs.reduce, between)?,
            expand: self.linear(expand, &needs.expand, None)?,
            skip: placed.skip.clone(),
            name: name.clone(),
        })
    }

    fn linear(
        &mut self,
        linear: Linear,
        [weight, bias]: &[Need; 2],
        activation: Option<FloatActivation>,
    ) -> Result<FloatConv, ImportError> {
        let scaled = |values: &[f32], by: f64| values.iter().map(|&v| (f64::from(v) * by) as f32).collect::<Vec<_>>();
        let (outputs, inputs) = linear.size;
        let weight = scaled(self.required(weight)?.1, linear.weight);
        let bias = self.take(bias)?.map_or_else(|| vec![0.0; outputs], |(_, values)| scaled(values, linear.bias));
        Ok(FloatConv {
            name: linear.name,
            weight: Array4::from_shape_vec((outputs, inputs, 1, 1), weight).expect("the shape was checked"),
            bias,
            skip: PlacedSkip::None,
            activation,
        })
    }
}

/// A linear layer: outputs and inputs, and by what its tensors are multiplied.
struct Linear {
    name: String,
    size: (usize, usize),
    weight: f64,
    bias: f64,
}
