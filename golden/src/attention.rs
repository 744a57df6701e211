//! Channel attention: `v = sat_b(skip + (((2x + 1) * R_c + half) >> 17))`, `half` being 0 without a skip and `2^16` with one
//! (RCAN, Zhang et al. 2018, section 3.3).
//!
//! `h` is a convolution of the stream, 1x1, of the averages as a picture of one pixel, and `R_c` the sigmoid of a 1x1
//! convolution of `h`. The middle of the value's interval is scaled; without a skip it is floored, so that no negative value
//! becomes 0 and no sign flips.

use bsr_model::integer::{Attention, SigmoidTable};
use ndarray::{Array3, ArrayView3};

use crate::{
    conv::sums,
    saturate::saturate,
    sigmoid::sigmoid,
    stream_conv::stream_conv,
    totals::{Totals, totals},
};

/// A stream `[c][y][x]` with its channels scaled; `added` is what the skip adds, `before` the totals of the frame before.
pub fn attention(
    stream: ArrayView3<i32>,
    added: Option<ArrayView3<i32>>,
    layer: &Attention,
    table: &SigmoidTable,
    before: Option<&Totals>,
    stream_bits: u32,
) -> Array3<i32> {
    let mut output = Array3::zeros(stream.dim());
    for (columns, totals) in totals(stream, layer.gap, before) {
        let factors = factors(&totals.means(), layer, table, stream_bits);
        for ((c, y, x), &value) in stream.indexed_iter().filter(|((_, _, x), _)| columns.contains(x)) {
            let (skip, half) = added.map_or((0, 0), |added| (i64::from(added[[c, y, x]]), 1 << 16));
            let scaled = ((2 * i64::from(value) + 1) * i64::from(factors[c]) + half) >> 17;
            output[[c, y, x]] = saturate(skip + scaled, stream_bits);
        }
    }
    output
}

/// One factor a channel, in units of `2^-16`.
fn factors(means: &[i32], layer: &Attention, table: &SigmoidTable, stream_bits: u32) -> Vec<u16> {
    let means = Array3::from_shape_fn((means.len(), 1, 1), |(c, _, _)| means[c]);
    let nothing = Array3::zeros((layer.reduce.weight.dim().0, 1, 1));
    let hidden = stream_conv(means.view(), nothing.view(), &layer.reduce, stream_bits);
    sums(hidden.view(), &layer.expand).iter().map(|&sum| sigmoid(sum, layer.expand.shift, table)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{Conv, Gap, LeakyRelu, Skip};
    use ndarray::{Array4, arr3};

    /// `h = max(mean_0 - mean_1, half of it)`; channel 0 reads `h`, channel 1 `-h`, as an index of 8 values.
    fn layer(gap: Gap) -> Attention {
        let conv = |shape: (usize, usize, usize, usize), weight: [i32; 2], activation| Conv {
            name: "a".into(),
            weight: Array4::from_shape_vec(shape, weight.to_vec()).unwrap(),
            add: vec![0; shape.0],
            shift: 1,
            activation,
        };
        let leaky = LeakyRelu { slope: 1, shift: 1 };
        let reduce = conv((1, 2, 1, 1), [2, -2], Some(leaky.into()));
        Attention { name: "a".into(), gap, reduce, expand: conv((2, 1, 1, 1), [2, -2], None), skip: Skip::None }
    }

    fn table() -> SigmoidTable {
        SigmoidTable { values: (0..8).map(|at| at << 13).collect() }
    }

    #[test]
    fn a_channel_is_scaled_by_what_two_layers_make_of_the_means() {
        // Means 3 and 1: h = 2, the indices 6 and 2, the factors 3/4 and 1/4. 2.5 * 3/4 floors to 1, -5.5 * 1/4 to -2.
        let stream = arr3(&[[[2, 4]], [[7, -6]]]);
        let run = |added| attention(stream.view(), added, &layer(Gap::Picture), &table(), None, 12);
        assert_eq!(run(None), arr3(&[[[1, 3]], [[1, -2]]]));
        // With a skip, 1.875, 3.375, 1.875 and -1.375 are rounded.
        assert_eq!(run(Some(Array3::zeros((2, 1, 2)).view())), arr3(&[[[2, 3]], [[2, -1]]]));
    }

    #[test]
    fn the_averages_are_of_the_strip_or_of_the_frame_before() {
        let stream = arr3(&[[[8, 8, 8]], [[8, 4, 12]]]);
        let run = |gap, before: Option<&Totals>| attention(stream.view(), None, &layer(gap), &table(), before, 12);
        // Strips of two columns: means 8 and 6, h = 2; then 8 and 12, h = -4 / 2 = -2.
        assert_eq!(run(Gap::Strip(2), None), arr3(&[[[6, 6, 2]], [[2, 1, 9]]]));
        assert_eq!(run(Gap::PreviousFrame, None), arr3(&[[[4, 4, 4]], [[4, 2, 6]]]));
        let before = Totals { n: 10, sums: vec![40, 20] };
        assert_eq!(run(Gap::PreviousFrame, Some(&before)), arr3(&[[[6, 6, 6]], [[2, 1, 3]]]));
    }

    #[test]
    fn no_sign_flips_whatever_the_factor() {
        let table = SigmoidTable { values: vec![1; 8] };
        let stream = arr3(&[[[-1, 0, 1]], [[-2, -100, 100]]]);
        let found = attention(stream.view(), None, &layer(Gap::Picture), &table, None, 12);
        assert!(found.iter().zip(&stream).all(|(&found, &x)| (found >= 0) == (x >= 0)), "{found}");
    }
}
