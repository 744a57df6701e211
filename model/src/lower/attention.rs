//! An attention in integers: a convolution of the averages, and the argument of the sigmoid.

use super::{
    AttentionReport, LowerError, activation,
    conv::{self, Units, exp2},
    factor,
    network::skip,
};
use crate::{
    float::{FloatAttention, FloatConv},
    integer::{Attention, Formats, Gap},
};

pub(super) fn lower(
    attention: &FloatAttention,
    formats: Formats,
    gap: Gap,
) -> Result<(Attention, AttentionReport), LowerError> {
    let FloatAttention { name, skip: added, .. } = attention;
    let (fraction_bits, peak) = (formats.fraction_bits as i32, -i64::from(formats.min()));
    let (reduce, expand) = &within_the_stream(attention, formats);
    let middle = exp2(-fraction_bits - 1);
    let read = |conv: &FloatConv| -> Vec<f64> {
        let sum = |weight: ndarray::ArrayView3<f32>| weight.iter().map(|&w| f64::from(w)).sum::<f64>();
        conv.weight.outer_iter().map(|weight| middle * sum(weight)).collect()
    };
    let units = Units { weight: 0, add: fraction_bits, peak, beside: 0, shifts: conv::SHIFTS };
    let extra: Vec<f64> = read(reduce).into_iter().map(|read| read - middle).collect();
    let (mut reduced, mut reduce_report) = conv::lower(reduce, &extra, &units, (0.0, 0.0))?;
    let between = reduce.activation.as_ref();
    let between =
        between.map(|trained| activation::lower(trained).ok_or_else(|| LowerError::Slope { layer: name.clone() }));
    (reduced.activation, reduce_report.activation) = between.transpose()?.unzip();
    let (expanded, expand_report) = factor::to_index(expand, &read(expand), fraction_bits, peak)?;
    let report = AttentionReport { name: name.clone(), reduce: reduce_report, expand: expand_report };
    Ok((Attention { name: name.clone(), gap, reduce: reduced, expand: expanded, skip: skip(added) }, report))
}

/// The two layers with the hidden values so much smaller that none saturates, whatever the averages: their activation commutes
/// with a positive factor.
fn within_the_stream(attention: &FloatAttention, formats: Formats) -> (FloatConv, FloatConv) {
    let (mut reduce, mut expand) = (attention.reduce.clone(), attention.expand.clone());
    let limit = -f64::from(formats.min()) / exp2(formats.fraction_bits as i32);
    let rows = reduce.weight.outer_iter().zip(&reduce.bias);
    let largest = |(weight, &bias): (ndarray::ArrayView3<f32>, &f32)| {
        weight.iter().map(|&w| f64::from(w).abs()).sum::<f64>() + f64::from(bias).abs() / limit
    };
    let most = rows.map(largest).fold(1.0, f64::max);
    let factor = exp2(most.log2().ceil() as i32) as f32;
    reduce.weight /= factor;
    reduce.bias.iter_mut().for_each(|bias| *bias /= factor);
    expand.weight *= factor;
    (reduce, expand)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::PlacedSkip;
    use ndarray::Array4;

    #[test]
    fn hidden_values_stay_within_the_stream_and_the_product_is_the_same() {
        let conv = |weight: [f32; 2], shape: (usize, usize, usize, usize)| FloatConv {
            name: "a".into(),
            weight: Array4::from_shape_vec(shape, weight.to_vec()).unwrap(),
            bias: vec![64.0; shape.0],
            skip: PlacedSkip::None,
            activation: None,
        };
        let attention = FloatAttention {
            name: "a".into(),
            reduce: conv([3.0, -1.25], (1, 2, 1, 1)),
            expand: conv([0.5, 0.25], (2, 1, 1, 1)),
            skip: PlacedSkip::None,
        };
        // 4.25 times the largest average and half of it: an eighth is within.
        let (reduce, expand) = within_the_stream(&attention, Formats { stream_bits: 11, fraction_bits: 3 });
        assert_eq!(reduce.weight.iter().copied().collect::<Vec<_>>(), [0.375, -0.15625]);
        assert_eq!((reduce.bias[0], expand.weight[[1, 0, 0, 0]]), (8.0, 2.0));
    }
}
