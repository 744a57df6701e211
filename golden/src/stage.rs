//! Stage: operand, dot, affine, factors, branch, skip, activation. Its output is the stage's tap and the next layer's `x`.

use bsr_model::integer::{BinaryConv, Operand, SigmoidTable};
use ndarray::{Array3, ArrayView3};

use crate::{
    activation::activate,
    affine::affine,
    branch::branch,
    channel::channel,
    dot::{Dot, dots},
    local_mean::above_local_mean,
    mean::above_mean,
    sigmoid::scale,
    sign::sign,
    skip::skip,
    spatial::spatial,
    stream_dot::stream_dots,
    totals::{Totals, totals},
};

/// One binary convolution stage of the stream, `[i][y][x]` to `[o][y][x]`.
///
/// `added` is what its skip adds, `[o][y][x]`; `table` is there where the stage has a factor,
/// `before` are the totals of its input in the frame before.
pub fn stage(
    stream: ArrayView3<i32>,
    added: ArrayView3<i32>,
    layer: &BinaryConv,
    table: Option<&SigmoidTable>,
    before: Option<&Totals>,
    stream_bits: u32,
) -> Array3<i32> {
    let dots = operand_dots(stream, layer, before);
    let mut branches =
        Array3::from_shape_fn(dots.dim(), |(c, y, x)| affine(dots[[c, y, x]], layer.mul[c], layer.add[c], layer.shift));
    if let (Some(factor), Some(table)) = (&layer.spatial, table) {
        let factors = spatial(stream, factor, table);
        branches.indexed_iter_mut().for_each(|((_, y, x), t)| *t = scale(*t, factors[[y, x]]));
    }
    if let (Some(factor), Some(table)) = (&layer.channel, table) {
        for (columns, totals) in totals(stream, factor.gap, before) {
            let factors = channel(&totals.means(), factor, table);
            let inside = branches.indexed_iter_mut().filter(|((_, _, x), _)| columns.contains(x));
            inside.for_each(|((c, _, _), t)| *t = scale(*t, factors[c]));
        }
    }
    if let Some(parameters) = &layer.branch {
        branches.indexed_iter_mut().for_each(|((c, _, _), t)| *t = branch(*t, c, parameters));
    }
    let v = Array3::from_shape_fn(branches.dim(), |at| skip(added[at], branches[at], stream_bits));
    activate(layer.activation.as_ref(), v, stream_bits)
}

/// The dots of the stage's operand, `[o][y][x]`.
fn operand_dots(stream: ArrayView3<i32>, layer: &BinaryConv, before: Option<&Totals>) -> Array3<Dot> {
    match &layer.operand {
        Operand::Sign { threshold } => dots(&sign(stream, threshold), &layer.weight),
        Operand::LocalMean { kernel } => {
            let above = above_local_mean(stream, *kernel);
            dots(&sign(above.view(), &vec![0; layer.weight.in_channels()]), &layer.weight)
        }
        Operand::Mean(gap) => {
            let above = above_mean(stream, *gap, before).mapv(i32::from);
            dots(&sign(above.view(), &vec![1; layer.weight.in_channels()]), &layer.weight)
        }
        Operand::Stream => stream_dots(stream, &layer.weight),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{Branch, LeakyRelu, SignWeights, Skip, SpatialFactor};
    use ndarray::arr3;

    /// A stage of two channels: each output has +1 from its own input and -1 from the other.
    fn layer() -> BinaryConv {
        BinaryConv {
            name: "stage".into(),
            weight: SignWeights::from_fn(2, 2, 3, |o, i, _, _| o == i),
            operand: Operand::Sign { threshold: vec![5, 5] },
            mul: vec![6, -6],
            add: vec![8, -9],
            shift: 1,
            spatial: None,
            channel: None,
            branch: None,
            skip: Skip::Identity,
            activation: Some(LeakyRelu { slope: 1, shift: 1 }.into()),
        }
    }

    #[test]
    fn a_stage_of_one_pixel_is_the_formula() {
        let run = |x: Array3<i32>| stage(x.view(), x.view(), &layer(), None, None, 12);
        // Signs +1, -1 and only the centre tap is valid: dots 2, -2; t = (12 + 8 + 1) >> 1, (12 - 9 + 1) >> 1.
        assert_eq!(run(arr3(&[[[5]], [[4]]])), arr3(&[[[15]], [[6]]]));
        // Signs -1, -1: dots 0, 0; t = 4, -4; -9 halves to -5.
        assert_eq!(run(arr3(&[[[-13]], [[4]]])), arr3(&[[[-5]], [[0]]]));
    }

    #[test]
    fn a_factor_comes_before_the_branch_and_the_branch_before_the_skip() {
        let mut layer = layer();
        layer.mul = vec![6, 6];
        layer.spatial = Some(SpatialFactor { weight: vec![0, 0], add: 0, shift: 1 });
        layer.branch = Some(Branch { activation: LeakyRelu { slope: 1, shift: 1 }.into(), offset: vec![100, 200] });
        layer.activation = None;
        let table = SigmoidTable { values: vec![0, 1 << 15] };
        let x = arr3(&[[[5]], [[4]]]);
        // t = 10, -10; halved by the factor 5, -5; the branch makes 5 + 100 and -2 + 200.
        assert_eq!(stage(x.view(), x.view(), &layer, Some(&table), None, 12), arr3(&[[[110]], [[202]]]));
    }

    #[test]
    fn the_stream_itself_may_be_the_operand() {
        let mut layer = layer();
        (layer.operand, layer.activation) = (Operand::Stream, None);
        let x = arr3(&[[[5]], [[4]]]);
        // Dots 1, -1; t = (6 + 8 + 1) >> 1, (6 - 9 + 1) >> 1.
        assert_eq!(stage(x.view(), Array3::zeros((2, 1, 1)).view(), &layer, None, None, 12), arr3(&[[[7]], [[-1]]]));
    }
}
