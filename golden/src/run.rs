//! A whole network: pixels, then each layer on what its predecessor wrote.

use bsr_model::integer::{Gap, IntegerNetwork, Layer, Skip};
use ndarray::{Array3, ArrayView3};

use crate::{
    attention::attention,
    check::{NetworkError, PictureError, check_network, check_picture},
    concat::concat,
    head::head,
    long_skip::long_skip,
    pixel_shuffle::pixel_shuffle,
    pixels::centre,
    skip::added,
    stage::stage,
    stream_conv::stream_conv,
    tail::{picture_tail, tail},
    totals::{Memory, Totals},
};

/// Everything that a run computes and another implementation is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Taps of the stream, `[c][y][x]`: index 0 is the head's output, then the output of every binary stage, convolution, attention
    /// and pixel shuffle of the stream; a long skip and a concatenation have none.
    pub stages: Vec<Array3<i32>>,
    /// What the tail reads, `[c][y][x]`: `x_L + x_0` after a long skip, else `x_L`.
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

/// Runs a network on an LR picture, `[c][y][x]`, of any size from 1x1: the first frame of a video.
///
/// # Errors
/// [`RunError`] names what is outside the contract; nothing is computed then.
pub fn run(network: &IntegerNetwork, lr: ArrayView3<u8>) -> Result<Trace, RunError> {
    run_frame(network, lr, &mut Memory::new())
}

/// Runs a network on the next frame of a video; `memory` is what it keeps between the frames, empty before the first.
///
/// # Errors
/// As [`run`].
pub fn run_frame(network: &IntegerNetwork, lr: ArrayView3<u8>, memory: &mut Memory) -> Result<Trace, RunError> {
    check_network(network)?;
    check_picture(network.input.mean.len(), lr.dim())?;
    let bits = network.formats.stream_bits;
    let table = network.sigmoid.as_ref();

    let pixels = centre(lr, &network.input);
    // What each layer wrote, as far as it is the stream or its sum.
    let mut written: Vec<Array3<i32>> = Vec::new();
    let mut sr = Array3::default((0, 0, 0));
    for (position, layer) in network.layers.iter().enumerate() {
        let stream = written.last().unwrap_or(&pixels).view();
        let before = memory.get(&position);
        let output = match layer {
            Layer::Head(conv) => head(stream, conv, bits),
            Layer::BinaryConv(layer) => {
                let added = added(&layer.skip, layer.weight.out_channels(), stream, &written);
                stage(stream, added.view(), layer, table, before, bits)
            }
            Layer::Conv(layer) => {
                let added = added(&layer.skip, layer.conv.weight.dim().0, stream, &written);
                stream_conv(stream, added.view(), &layer.conv, bits)
            }
            Layer::LongSkip => long_skip(stream, written[0].view()),
            Layer::Concat { parts } => {
                let parts: Vec<_> = parts.iter().map(|&part| written[part].view()).collect();
                concat(&parts)
            }
            Layer::Attention(layer) => {
                let added = (layer.skip != Skip::None).then(|| added(&layer.skip, stream.dim().0, stream, &written));
                let table = table.expect("an attention has a table");
                attention(stream, added.as_ref().map(|added| added.view()), layer, table, before, bits)
            }
            Layer::Tail(conv) => {
                sr = tail(stream, conv);
                continue;
            }
            Layer::PictureTail(tail) => {
                sr = picture_tail(stream, tail, lr, network.input.pixel_shift);
                continue;
            }
            &Layer::PixelShuffle { scale } if sr.is_empty() => pixel_shuffle(stream, scale),
            &Layer::PixelShuffle { scale } => {
                sr = pixel_shuffle(sr.view(), scale);
                continue;
            }
        };
        if layer.gaps().contains(&Gap::PreviousFrame) {
            memory.insert(position, Totals::of(stream));
        }
        written.push(output);
    }
    let sum = written.last().expect("a network has a head").clone();
    let untapped = |layer: &Layer| matches!(layer, Layer::LongSkip | Layer::Concat { .. });
    let taps = written.into_iter().zip(&network.layers).filter(|(_, layer)| !untapped(layer));
    Ok(Trace { stages: taps.map(|(tap, _)| tap).collect(), sum, sr })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bsr_model::integer::{BinaryConv, Conv, Formats, InputFormat, Operand, SignWeights};
    use ndarray::{Array4, arr3};

    /// `x_0 = 2 in`; the stage adds `sign(x)` dotted with +1; the tail divides by 4 and adds back the mean.
    fn network(long_skip: bool) -> IntegerNetwork {
        let conv = |name: &str, outputs, add, shift| Conv {
            name: name.into(),
            weight: Array4::from_elem((outputs, 1, 1, 1), 4),
            add: vec![add; outputs],
            shift,
            activation: None,
        };
        let stage = BinaryConv {
            name: "stage".into(),
            weight: SignWeights::from_fn(1, 1, 1, |_, _, _, _| true),
            operand: Operand::Sign { threshold: vec![0] },
            mul: vec![6],
            add: vec![0],
            shift: 1,
            spatial: None,
            channel: None,
            branch: None,
            skip: Skip::Identity,
            activation: None,
        };
        let mut layers = vec![Layer::Head(conv("head", 1, 0, 1)), Layer::BinaryConv(stage)];
        layers.extend(long_skip.then_some(Layer::LongSkip));
        layers.extend([Layer::Tail(conv("tail", 4, 128 << 4, 4)), Layer::PixelShuffle { scale: 2 }]);
        IntegerNetwork {
            name: "small".into(),
            formats: Formats { stream_bits: 12, fraction_bits: 1 },
            input: InputFormat { pixel_shift: 0, mean: vec![128], enlarge: None },
            sigmoid: None,
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
