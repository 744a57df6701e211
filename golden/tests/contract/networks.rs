//! Random integer networks and pictures within the contract, at its ends more often than chance would have them.

mod layers;

use bsr_model::integer::{Formats, InputFormat, IntegerNetwork, Layer, SigmoidTable};
use ndarray::Array3;
use proptest::{collection::vec, prelude::*, sample::select};

use layers::{conv, kinds, layer, plain_stage};

/// What all layers of a network must agree on.
#[derive(Clone, Copy, Debug)]
struct Shape {
    colours: usize,
    channels: usize,
    layers: usize,
    stream_bits: u32,
    long_skip: bool,
    /// Pixel shuffle of the stream, and after the tail.
    scales: (usize, usize),
}

fn shape(channels: impl Strategy<Value = usize>) -> impl Strategy<Value = Shape> {
    let scales = prop_oneof![3 => Just((1usize, 1usize)), 1 => Just((2, 1)), 1 => Just((2, 2)), 1 => Just((3, 1))];
    (1usize..=3, channels, 1usize..=6, 4u32..=16, any::<bool>(), scales).prop_map(
        |(colours, channels, layers, stream_bits, long_skip, scales)| Shape {
            colours,
            channels,
            layers,
            stream_bits,
            long_skip,
            scales,
        },
    )
}

/// A network of binary stages with thresholds, one slope and the identity skip, up to 130 channels.
pub(super) fn plain_network() -> impl Strategy<Value = IntegerNetwork> {
    let channels = prop_oneof![1usize..=8, 60usize..=70, 1usize..=70, 125usize..=130];
    let scale = 1usize..=4;
    (shape(channels), scale).prop_flat_map(|(shape, scale)| {
        let shape = Shape { scales: (1, scale), ..shape };
        let body = vec(plain_stage(shape.channels, shape.stream_bits).prop_map(Layer::BinaryConv), shape.layers);
        network_of(shape, None, body)
    })
}

/// A network of every kind of layer, with few channels.
pub(super) fn any_network() -> impl Strategy<Value = IntegerNetwork> {
    let channels = prop_oneof![4 => 1usize..=6, 1 => 62usize..=66];
    (shape(channels), vec(kinds(), 6), 1u32..=10).prop_flat_map(|(shape, kinds, index_bits)| {
        let mut now = shape.channels;
        let mut body = Vec::new();
        for (at, &kinds) in kinds.iter().take(shape.layers).enumerate() {
            let last = at + 1 == shape.layers;
            let outputs = if kinds.grow && !last && now * 2 <= 12 { now * 2 } else { now };
            let outputs = if last { shape.channels } else { outputs };
            body.push(layer(kinds, at, (now, outputs), (shape.channels, shape.stream_bits)));
            now = outputs;
        }
        let table = vec(any::<u16>(), 1 << index_bits).prop_map(|values| Some(SigmoidTable { values }));
        let head_activation = layers::activation(shape.channels);
        (table, head_activation).prop_flat_map(move |(table, head_activation)| {
            let network = network_of(shape, table, body.clone());
            network.prop_map(move |mut network| {
                let Layer::Head(head) = &mut network.layers[0] else { unreachable!("the first layer is the head") };
                head.activation = head_activation.clone();
                network
            })
        })
    })
}

fn network_of(
    shape: Shape,
    sigmoid: Option<SigmoidTable>,
    body: impl Strategy<Value = Vec<Layer>>,
) -> impl Strategy<Value = IntegerNetwork> {
    let Shape { colours, channels, stream_bits, long_skip, scales: (first, second), .. } = shape;
    let input = (0u32..=3, vec(-2100i32..=2100, colours));
    let largest_sum = 1i64 << (stream_bits - 1 + u32::from(long_skip));
    let head = conv("head", channels, colours, 1 << 13, 1 << 20);
    // Pixel shuffles of the stream come behind a convolution that makes room for them.
    let wider = conv("upsampler", 2 * first * first, channels, largest_sum, 1 << 20);
    let reads = if first > 1 { (2, 1i64 << (stream_bits - 1)) } else { (channels, largest_sum) };
    let tail = conv("tail", colours * second * second, reads.0, reads.1, 1 << 20);
    (input, head, body, wider, tail).prop_map(move |((pixel_shift, mean), head, body, wider, tail)| {
        let mut layers = vec![Layer::Head(head)];
        layers.extend(body);
        layers.extend(long_skip.then_some(Layer::LongSkip));
        if first > 1 {
            layers.push(layers::without_skip(wider));
            layers.push(Layer::PixelShuffle { scale: first });
        }
        layers.extend([Layer::Tail(tail), Layer::PixelShuffle { scale: second }]);
        IntegerNetwork {
            name: "random".to_owned(),
            formats: Formats { stream_bits, fraction_bits: stream_bits.saturating_sub(8) },
            input: InputFormat { pixel_shift, mean, enlarge: None },
            sigmoid: sigmoid.clone(),
            layers,
        }
    })
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
    (prop_oneof![plain_network(), any_network()], size()).prop_flat_map(|(network, (height, width))| {
        let colours = network.input.mean.len();
        let pixel = prop_oneof![4 => any::<u8>(), 1 => Just(0), 1 => Just(255)];
        vec(pixel, colours * height * width).prop_map(move |pixels| {
            (network.clone(), Array3::from_shape_vec((colours, height, width), pixels).expect("one element a pixel"))
        })
    })
}
