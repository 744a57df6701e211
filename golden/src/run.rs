//! A whole network: pixels, head, stages, long skip, tail, pixel shuffle, in this order.

use bsr_model::integer::IntegerNetwork;
use ndarray::{Array3, ArrayView3};

use crate::{
    check::{NetworkError, PictureError, check_network, check_picture},
    head::head,
    long_skip::long_skip,
    pixel_shuffle::pixel_shuffle,
    pixels::centre,
    stage::stage,
    tail::tail,
};

/// Everything that a run computes and another implementation is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Taps of the stream, `[c][y][x]`: index 0 is the head's output, index `l` the output of binary stage `l`.
    pub stages: Vec<Array3<i32>>,
    /// What the tail reads, `[c][y][x]`: `x_L + x_0`, or `x_L` without a long skip.
    pub sum: Array3<i32>,
    /// The SR picture, `[c][y][x]`.
    pub sr: Array3<u8>,
}

/// Why a network did not run on a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The network is outside the contract.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The picture does not suit the network.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// Runs a network on an LR picture, `[c][y][x]`, of any size from 1x1.
///
/// # Errors
/// [`RunError`] names what is outside the contract; nothing is computed then.
pub fn run(network: &IntegerNetwork, lr: ArrayView3<u8>) -> Result<Trace, RunError> {
    let parts = check_network(network)?;
    check_picture(network.input.mean.len(), lr.dim())?;
    let bits = network.formats.stream_bits;

    let mut stages = vec![head(centre(lr, &network.input).view(), parts.head, bits)];
    for layer in parts.stages() {
        let stream = stages.last().expect("the head's output is there");
        stages.push(stage(stream.view(), layer, bits));
    }
    let last = stages.last().expect("the head's output is there");
    let sum = if parts.long_skip { long_skip(last.view(), stages[0].view()) } else { last.clone() };
    let sr = pixel_shuffle(tail(sum.view(), parts.tail).view(), parts.scale);
    Ok(Trace { stages, sum, sr })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{BinaryConv, Conv, Formats, InputFormat, Layer, SignWeights};
    use ndarray::{Array4, arr3};

    /// `x_0 = 2 in`; the stage adds `sign(x)` dotted with +1; the tail divides by 4 and adds back the mean.
    fn network(long_skip: bool) -> IntegerNetwork {
        let conv = |name: &str, outputs, add, shift| Conv {
            name: name.into(),
            weight: Array4::from_elem((outputs, 1, 1, 1), 4),
            add: vec![add; outputs],
            shift,
        };
        let stage = BinaryConv {
            name: "stage".into(),
            weight: SignWeights::from_fn(1, 1, 1, |_, _, _, _| true),
            threshold: vec![0],
            mul: vec![6],
            add: vec![0],
            shift: 1,
            activation: None,
        };
        let mut layers = vec![Layer::Head(conv("head", 1, 0, 1)), Layer::BinaryConv(stage)];
        layers.extend(long_skip.then_some(Layer::LongSkip));
        layers.extend([Layer::Tail(conv("tail", 4, 128 << 4, 4)), Layer::PixelShuffle { scale: 2 }]);
        IntegerNetwork {
            name: "small".into(),
            formats: Formats { stream_bits: 12, fraction_bits: 1 },
            input: InputFormat { pixel_shift: 0, mean: vec![128] },
            layers,
        }
    }

    #[test]
    fn the_trace_holds_every_tap_and_what_the_tail_reads() {
        let trace = run(&network(true), arr3(&[[[128, 100]]]).view()).unwrap();
        assert_eq!(trace.stages, [arr3(&[[[0, -56]]]), arr3(&[[[3, -59]]])]);
        assert_eq!(trace.sum, arr3(&[[[3, -115]]]));
        assert_eq!(trace.sr, arr3(&[[[129, 129, 99, 99], [129, 129, 99, 99]]]));
    }

    #[test]
    fn without_a_long_skip_the_tail_reads_the_last_stage() {
        let trace = run(&network(false), arr3(&[[[128, 100]]]).view()).unwrap();
        assert_eq!(trace.sum, trace.stages[1]);
    }

    #[test]
    fn a_picture_of_other_channels_is_refused() {
        let found = run(&network(true), Array3::zeros((3, 2, 2)).view());
        assert_eq!(found, Err(RunError::Picture(PictureError::Channels { found: 3, expected: 1 })));
    }

    #[test]
    fn an_empty_picture_is_refused() {
        let found = run(&network(true), Array3::zeros((1, 0, 7)).view());
        assert_eq!(found, Err(RunError::Picture(PictureError::Empty { width: 7, height: 0 })));
    }
}
