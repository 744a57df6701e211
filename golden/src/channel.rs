//! Channel factor: `R_c = sigmoid(sum over j of w_j * gap[c + j - 2] + add)`, one for all pixels of a channel
//! (SCALES, channel re-scaling: a convolution over the channels with five weights).
//!
//! `gap_c` is the mean of the channel, see [`crate::totals`], and 0 beyond the channels.

use crate::sigmoid::sigmoid;
use bsr_model::integer::{ChannelFactor, SigmoidTable};

/// One factor a channel, in units of `2^-16`.
pub fn channel(gap: &[i32], factor: &ChannelFactor, table: &SigmoidTable) -> Vec<u16> {
    let of_channel = |c: usize| {
        let mut sum = i64::from(factor.add);
        for (j, &w) in factor.weight.iter().enumerate() {
            let read = (c + j).checked_sub(2).and_then(|at| gap.get(at));
            sum += i64::from(w) * i64::from(*read.unwrap_or(&0));
        }
        sigmoid(sum, factor.shift, table)
    };
    (0..gap.len()).map(of_channel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::totals::Totals;
    use bsr_model::integer::Gap;
    use ndarray::Array3;
    use proptest::prelude::*;

    proptest! {
        /// Oracle: the sum of five shifted copies of the means.
        #[test]
        fn a_channel_reads_two_neighbours_on_each_side(
            channels in 1usize..8, means in prop::collection::vec(-2048i32..2048, 8), weight: [i16; 5], add in -100_000i32..100_000,
        ) {
            let means = &means[..channels];
            let mut sums = vec![i64::from(add); channels + 4];
            for (at, &mean) in means.iter().enumerate() {
                for (j, &w) in weight.iter().enumerate() {
                    sums[at + 4 - j] += i64::from(w) * i64::from(mean);
                }
            }
            let table = SigmoidTable { values: (0..1024).map(|at| at * 60).collect() };
            let expected: Vec<u16> = sums[2..2 + channels].iter().map(|&sum| sigmoid(sum, 15, &table)).collect();
            let factor = ChannelFactor { weight: weight.map(i32::from), add, shift: 15, gap: Gap::Picture };
            let stream = Array3::from_shape_fn((channels, 1, 1), |(c, _, _)| means[c]);
            prop_assert_eq!(channel(&Totals::of(stream.view()).means(), &factor, &table), expected);
        }
    }
}
