//! Random integer networks and pictures within the contract, at its ends more often than chance would have them.

use bsr_model::integer::{BinaryConv, Conv, Formats, InputFormat, IntegerNetwork, Layer, LeakyRelu, SignWeights};
use ndarray::{Array3, Array4};
use proptest::{collection::vec, prelude::*, sample::select};

/// What all layers of a network must agree on.
#[derive(Clone, Copy, Debug)]
struct Shape {
    colours: usize,
    channels: usize,
    stages: usize,
    scale: usize,
    stream_bits: u32,
    long_skip: bool,
}

fn shape() -> impl Strategy<Value = Shape> {
    let channels = prop_oneof![1usize..=8, 60usize..=70, 1usize..=70, 125usize..=130];
    (1usize..=3, channels, 1usize..=6, 1usize..=4, 4u32..=16, any::<bool>()).prop_map(
        |(colours, channels, stages, scale, stream_bits, long_skip)| Shape {
            colours,
            channels,
            stages,
            scale,
            stream_bits,
            long_skip,
        },
    )
}

/// Mostly small values, and both ends.
fn small_or_extreme(small: i32, min: i32, max: i32) -> impl Strategy<Value = i32> + Clone {
    prop_oneof![6 => -small..=small, 1 => Just(min), 1 => Just(max), 1 => Just(0)]
}

/// A full-precision convolution whose sums stay within 32 bits for inputs of at most `largest`.
fn conv(name: &'static str, outputs: usize, inputs: usize, largest: i64, add: i32) -> impl Strategy<Value = Conv> {
    (select(vec![1usize, 3, 3, 5]), 1u32..=14).prop_flat_map(move |(kernel, shift)| {
        let reach = (1i64 << 30) / (largest * (inputs * kernel * kernel) as i64);
        let limit = reach.clamp(1, 32767) as i32;
        let weight = vec(small_or_extreme(limit.min(40), -limit, limit), outputs * inputs * kernel * kernel);
        (weight, vec(-add..=add, outputs)).prop_map(move |(weight, add)| Conv {
            name: name.to_owned(),
            weight: Array4::from_shape_vec((outputs, inputs, kernel, kernel), weight).expect("one element a weight"),
            add,
            shift,
        })
    })
}

fn sign_weights(channels: usize) -> impl Strategy<Value = SignWeights> {
    let random = (select(vec![1usize, 3, 3, 3, 5]), any::<u64>(), 0u32..=4);
    random.prop_map(move |(kernel, seed, kind)| {
        let mut state = seed | 1;
        SignWeights::from_fn(channels, channels, kernel, |_, _, _, _| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match kind {
                0 => true,
                1 => false,
                _ => state >> 63 == 1,
            }
        })
    })
}

fn activation() -> impl Strategy<Value = Option<LeakyRelu>> {
    prop_oneof![
        Just(None),
        Just(Some(LeakyRelu { slope: 13, shift: 7 })),
        (-300i32..=300, 0u32..=9).prop_map(|(slope, shift)| Some(LeakyRelu { slope, shift })),
        (any::<i32>(), 0u32..=31).prop_map(|(slope, shift)| Some(LeakyRelu { slope, shift })),
    ]
}

fn stage(shape: Shape) -> impl Strategy<Value = Layer> {
    let (n, end) = (shape.channels, 1 << (shape.stream_bits - 1));
    let mul = small_or_extreme(300, i16::MIN.into(), i16::MAX.into()).prop_map(|mul| mul as i16);
    let add = small_or_extreme(5000, i32::MIN, i32::MAX);
    let threshold = small_or_extreme(end.min(8), -end, end);
    let tensors = (sign_weights(n), vec(threshold, n), vec(mul, n), vec(add, n));
    (tensors, prop_oneof![3 => 1u32..=14, 1 => 1u32..=31], activation()).prop_map(
        |((weight, threshold, mul, add), shift, activation)| {
            Layer::BinaryConv(BinaryConv { name: "stage".to_owned(), weight, threshold, mul, add, shift, activation })
        },
    )
}

fn network_of(shape: Shape) -> impl Strategy<Value = IntegerNetwork> {
    let input = (0u32..=3, vec(-2100i32..=2100, shape.colours));
    let outputs = shape.colours * shape.scale * shape.scale;
    let largest_sum = 1i64 << (shape.stream_bits - 1 + u32::from(shape.long_skip));
    let head = conv("head", shape.channels, shape.colours, 1 << 13, 1 << 20);
    let tail = conv("tail", outputs, shape.channels, largest_sum, 1 << 20);
    (input, head, vec(stage(shape), shape.stages), tail).prop_map(move |((pixel_shift, mean), head, stages, tail)| {
        let mut layers = vec![Layer::Head(head)];
        layers.extend(stages);
        layers.extend(shape.long_skip.then_some(Layer::LongSkip));
        layers.extend([Layer::Tail(tail), Layer::PixelShuffle { scale: shape.scale }]);
        IntegerNetwork {
            name: "random".to_owned(),
            formats: Formats { stream_bits: shape.stream_bits, fraction_bits: shape.stream_bits.saturating_sub(8) },
            input: InputFormat { pixel_shift, mean },
            layers,
        }
    })
}

/// A network of 1 to 6 stages, 1 to 3 colours, up to 130 channels.
pub(super) fn network() -> impl Strategy<Value = IntegerNetwork> {
    shape().prop_flat_map(network_of)
}

/// `(height, width)`: one pixel, one row, one column, primes, anything small.
fn size() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![
        Just((1, 1)),
        (Just(1usize), 2usize..=13),
        (2usize..=13, Just(1usize)),
        (select(vec![2usize, 3, 5, 7]), select(vec![2usize, 3, 5, 7])),
        (1usize..=6, 1usize..=6),
    ]
}

/// A network and an LR picture that it reads.
pub(super) fn network_and_picture() -> impl Strategy<Value = (IntegerNetwork, Array3<u8>)> {
    (network(), size()).prop_flat_map(|(network, (height, width))| {
        let colours = network.input.mean.len();
        let pixel = prop_oneof![4 => any::<u8>(), 1 => Just(0), 1 => Just(255)];
        vec(pixel, colours * height * width).prop_map(move |pixels| {
            (network.clone(), Array3::from_shape_vec((colours, height, width), pixels).expect("one element a pixel"))
        })
    })
}
