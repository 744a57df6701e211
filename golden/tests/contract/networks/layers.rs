//! Random layers.

use bsr_model::integer::{
    Activation, Attention, BinaryConv, Branch, ChannelFactor, Conv, Gap, Layer, LeakyRelu, Operand, Prelu, SignWeights,
    Skip, SpatialFactor, StreamConv,
};
use ndarray::{Array4, s};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// What a layer is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kinds {
    full_precision: bool,
    attention: bool,
    operand: u8,
    spatial: bool,
    channel: bool,
    skip: u8,
    /// Whether it has twice as many outputs as inputs, where there is room.
    pub(super) grow: bool,
}

pub(super) fn kinds() -> impl Strategy<Value = Kinds> {
    let some = prop::bool::weighted;
    let flags = (some(0.2), some(0.3), some(0.2), some(0.3), some(0.2));
    (flags, 0u8..4, 0u8..7).prop_map(|((full_precision, spatial, channel, grow, attention), operand, skip)| Kinds {
        full_precision,
        attention,
        operand,
        spatial,
        channel,
        skip,
        grow,
    })
}

/// Mostly small values, and both ends.
fn small_or_extreme(small: i32, min: i32, max: i32) -> impl Strategy<Value = i32> + Clone {
    prop_oneof![6 => -small..=small, 1 => Just(min), 1 => Just(max), 1 => Just(0)]
}

/// A full-precision convolution whose sums stay within 32 bits for inputs of at most `largest`.
pub(super) fn conv(
    name: &'static str,
    outputs: usize,
    inputs: usize,
    largest: i64,
    add: i32,
) -> impl Strategy<Value = Conv> {
    (select(vec![1usize, 3, 3, 5]), 1u32..=14).prop_flat_map(move |(kernel, shift)| {
        let reach = (1i64 << 30) / (largest * (inputs * kernel * kernel) as i64);
        let limit = reach.clamp(1, 32767) as i32;
        let weight = vec(small_or_extreme(limit.min(40), -limit, limit), outputs * inputs * kernel * kernel);
        (weight, vec(-add..=add, outputs)).prop_map(move |(weight, add)| Conv {
            name: name.to_owned(),
            weight: Array4::from_shape_vec((outputs, inputs, kernel, kernel), weight).expect("one element a weight"),
            add,
            shift,
            activation: None,
        })
    })
}

/// The centre tap of a convolution alone.
fn pointwise(conv: impl Strategy<Value = Conv>) -> impl Strategy<Value = Conv> {
    conv.prop_map(|conv| {
        let centre = conv.weight.dim().2 / 2;
        Conv { weight: conv.weight.slice(s![.., .., centre..=centre, centre..=centre]).to_owned(), ..conv }
    })
}

/// A convolution as a layer of the stream that adds nothing.
pub(super) fn without_skip(conv: Conv) -> Layer {
    Layer::Conv(StreamConv { conv, skip: Skip::None })
}

fn sign_weights(outputs: usize, inputs: usize) -> impl Strategy<Value = SignWeights> {
    let random = (select(vec![1usize, 3, 3, 3, 5]), any::<u64>(), 0u32..=4);
    random.prop_map(move |(kernel, seed, kind)| {
        let mut state = seed | 1;
        SignWeights::from_fn(outputs, inputs, kernel, |_, _, _, _| {
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

fn leaky_relu() -> impl Strategy<Value = Option<Activation>> {
    let leaky = prop_oneof![
        Just(None),
        Just(Some(LeakyRelu { slope: 13, shift: 7 })),
        (-300i32..=300, 0u32..=9).prop_map(|(slope, shift)| Some(LeakyRelu { slope, shift })),
        (any::<i32>(), 0u32..=31).prop_map(|(slope, shift)| Some(LeakyRelu { slope, shift })),
    ];
    leaky.prop_map(|leaky| leaky.map(Activation::LeakyRelu))
}

fn prelu(outputs: usize, shift: u32) -> impl Strategy<Value = Activation> {
    let slope = vec(small_or_extreme(300, -65535, 65535), outputs);
    (slope, prop_oneof![4 => shift..=9, 1 => shift..=31])
        .prop_map(|(slope, shift)| Activation::Prelu(Prelu { slope, shift }))
}

pub(super) fn activation(outputs: usize) -> impl Strategy<Value = Option<Activation>> {
    prop_oneof![leaky_relu(), option::of(prelu(outputs, 0))]
}

fn branch(outputs: usize) -> impl Strategy<Value = Option<Branch>> {
    let offset = vec(small_or_extreme(20, -(1 << 23), 1 << 23), outputs);
    option::of((prelu(outputs, 1), offset).prop_map(|(activation, offset)| Branch { activation, offset }))
}

/// A stage with thresholds, the identity skip and at most one slope.
pub(super) fn plain_stage(channels: usize, stream_bits: u32) -> impl Strategy<Value = BinaryConv> {
    let end = 1 << (stream_bits - 1);
    let mul = small_or_extreme(300, i16::MIN.into(), i16::MAX.into()).prop_map(|mul| mul as i16);
    let add = small_or_extreme(5000, i32::MIN, i32::MAX);
    let threshold = vec(small_or_extreme(end.min(8), -end, end), channels);
    let tensors = (sign_weights(channels, channels), threshold, vec(mul, channels), vec(add, channels));
    (tensors, prop_oneof![3 => 1u32..=14, 1 => 1u32..=31], leaky_relu()).prop_map(
        |((weight, threshold, mul, add), shift, activation)| BinaryConv {
            name: "stage".to_owned(),
            weight,
            operand: Operand::Sign { threshold },
            mul,
            add,
            shift,
            spatial: None,
            channel: None,
            branch: None,
            skip: Skip::Identity,
            activation,
        },
    )
}

/// A layer of any kind, the `at`th after the head, in a network whose head has so many channels.
pub(super) fn layer(
    kinds: Kinds,
    at: usize,
    (inputs, outputs): (usize, usize),
    (head_channels, stream_bits): (usize, u32),
) -> BoxedStrategy<Layer> {
    let skip = match kinds.skip {
        0 | 1 if inputs == outputs => Skip::Identity,
        2 if inputs == outputs => Skip::From(at),
        3 if outputs == head_channels => Skip::From(0),
        4 if outputs.is_multiple_of(inputs) => Skip::Repeat,
        5 if inputs == outputs => Skip::Sum(vec![Skip::Identity, Skip::From(at)]),
        _ => Skip::None,
    };
    if kinds.attention && inputs == outputs {
        let largest = 1 << (stream_bits - 1);
        let linear = |outputs, inputs| pointwise(conv("linear", outputs, inputs, largest, 1 << 20));
        let layer =
            (linear(2, inputs), linear(outputs, 2), activation(2)).prop_map(move |(reduce, expand, activation)| {
                let (name, skip) = ("attention".to_owned(), skip.clone());
                Layer::Attention(Attention {
                    name,
                    gap: Gap::Picture,
                    reduce: Conv { activation, ..reduce },
                    expand,
                    skip,
                })
            });
        return layer.boxed();
    }
    if kinds.full_precision {
        let conv = conv("conv", outputs, inputs, 1 << (stream_bits - 1), 1 << 20);
        let layer = (conv, activation(outputs)).prop_map(move |(conv, activation)| {
            Layer::Conv(StreamConv { conv: Conv { activation, ..conv }, skip: skip.clone() })
        });
        return layer.boxed();
    }
    let weight = sign_weights(outputs, inputs);
    let affine = plain_stage(outputs, stream_bits);
    let threshold = plain_stage(inputs, stream_bits).prop_map(|stage| stage.operand);
    let operand = match kinds.operand {
        0 => Just(Operand::Stream).boxed(),
        1 => select(vec![3, 5, 7]).prop_map(|kernel| Operand::LocalMean { kernel }).boxed(),
        _ => threshold.boxed(),
    };
    let factors = (factor(inputs, stream_bits), factor(5, stream_bits), branch(outputs), activation(outputs));
    let layer = (affine, weight, operand, factors).prop_map(move |(affine, weight, operand, factors)| {
        let (spatial, channel, branch, activation) = factors;
        let spatial = SpatialFactor { weight: spatial.0, add: spatial.1, shift: spatial.2 };
        let weights = channel.0.try_into().expect("five weights were drawn");
        let channel = ChannelFactor { weight: weights, add: channel.1, shift: channel.2, gap: Gap::Picture };
        // Sums of values are larger than sums of signs; real arithmetic stays exact below 2^53.
        let divisor = if operand == Operand::Stream { 32 } else { 1 };
        Layer::BinaryConv(BinaryConv {
            weight,
            operand,
            mul: affine.mul.iter().map(|mul| mul / divisor).collect(),
            spatial: kinds.spatial.then_some(spatial),
            channel: (kinds.channel && inputs == outputs).then_some(channel),
            branch,
            skip: skip.clone(),
            activation,
            ..affine
        })
    });
    layer.boxed()
}

/// Weights, addend and shift of a factor whose sums stay within 32 bits.
fn factor(weights: usize, stream_bits: u32) -> impl Strategy<Value = (Vec<i32>, i32, u32)> {
    let limit = (((1i64 << 30) / (weights as i64)) >> (stream_bits - 1)).min(32767) as i32;
    let weight = vec(small_or_extreme(limit.min(100), -limit, limit), weights);
    (weight, -1_000_000i32..=1_000_000, prop_oneof![4 => 1u32..=16, 1 => 1u32..=31])
}
