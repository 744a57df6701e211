//! Random integer networks that an engine can run, at the ends of their ranges more often than chance would have them.

use bsr_hw::{EngineConfig, registers};
use bsr_model::integer::{
    Activation, BinaryConv, Branch, Conv, Formats, InputFormat, IntegerNetwork, Layer, Operand, Prelu, SigmoidTable,
    SignWeights, Skip, SpatialFactor,
};
use ndarray::Array4;
use proptest::{collection::vec, prelude::*};

/// Taps of a kernel.
const TAPS: usize = 9;

/// Addends before a factor or a branch are smaller: what saturates without them need not saturate behind them, so that no
/// engine loads a larger one.
const IN_FULL: i32 = 1 << 22;

/// A network within the limits of `engine`, of any number of channels and stages that it has room for.
pub fn network(engine: &EngineConfig) -> impl Strategy<Value = IntegerNetwork> + use<> {
    let engine = engine.clone();
    let least = if engine.upsampler { 3 } else { 1 };
    (1..=engine.channels, least..=engine.max_stages)
        .prop_flat_map(move |(channels, stages)| network_of(&engine, channels, stages))
}

/// A network of so many channels and stages.
pub fn network_of(
    engine: &EngineConfig,
    channels: usize,
    stages: usize,
) -> impl Strategy<Value = IntegerNetwork> + use<> {
    let (colours, scale, stream_bits) = (engine.colours, engine.scale, engine.stream_bits);
    let (count, upsampler) = (stages, engine.upsampler);
    let outputs = |index: usize| if upsampler && index == count { scale * scale * channels } else { channels };
    let stages: Vec<_> = (1..=count).map(|index| stage(engine, (channels, outputs(index)), index)).collect();
    let most = (1 << registers::pixel_shift(colours).bits) - 1;
    let input = (0u32..=most).prop_flat_map(move |pixel_shift| {
        let white = 255 << pixel_shift;
        (Just(pixel_shift), vec(prop_oneof![Just(0), Just(white), 0..=white], colours))
    });
    let head = conv("head", channels, colours, 255 << most);
    // The long skip doubles what the tail reads.
    let tail = conv("tail", colours * if upsampler { 1 } else { scale * scale }, channels, 1 << stream_bits);
    let sigmoid = if engine.spatial { sigmoid().boxed() } else { Just(None).boxed() };
    let parts = (input, head, stages, any::<bool>(), tail, sigmoid);
    parts.prop_map(move |((pixel_shift, mean), head, stages, long_skip, tail, sigmoid)| {
        let mut layers = vec![Layer::Head(head)];
        layers.extend(stages.into_iter().map(Layer::BinaryConv));
        if upsampler {
            upsample(&mut layers, long_skip);
            layers.extend([Layer::PixelShuffle { scale }, Layer::Tail(tail)]);
        } else {
            layers.extend(long_skip.then_some(Layer::LongSkip));
            layers.extend([Layer::Tail(tail), Layer::PixelShuffle { scale }]);
        }
        IntegerNetwork {
            name: "random".into(),
            formats: Formats { stream_bits, fraction_bits: stream_bits.saturating_sub(8) },
            input: InputFormat { pixel_shift, mean, enlarge: None },
            sigmoid,
            layers,
        }
    })
}

/// Gives the last two stages the skips of a binary upsampler.
fn upsample(layers: &mut [Layer], long_skip: bool) {
    let anchor = if long_skip { Skip::Sum(vec![Skip::Identity, Skip::From(0)]) } else { Skip::Identity };
    for (layer, skip) in layers.iter_mut().rev().zip([Skip::Repeat, anchor]) {
        if let Layer::BinaryConv(stage) = layer {
            stage.skip = skip;
        }
    }
}

/// Mostly small values, and both ends, and 0.
fn small_or_extreme(small: i32, min: i32, max: i32) -> impl Strategy<Value = i32> + Clone {
    prop_oneof![6 => -small..=small, 1 => Just(min), 1 => Just(max), 1 => Just(0)]
}

/// A full-precision convolution whose sums stay within 32 bits for inputs of at most `largest`.
fn conv(name: &'static str, outputs: usize, inputs: usize, largest: i64) -> impl Strategy<Value = Conv> {
    let limit = ((1 << 30) / (largest * (inputs * TAPS) as i64)).clamp(1, i16::MAX.into()) as i32;
    let weight = small_or_extreme(limit.min(40), -limit, limit);
    let add = small_or_extreme(1 << 12, -(1 << 29), 1 << 29);
    // Small weights vanish behind a large shift: most shifts are small.
    let shift = prop_oneof![4 => 1u32..=10, 1 => 1u32..=28];
    (vec(weight, outputs * inputs * TAPS), vec(add, outputs), shift).prop_map(move |(weight, add, shift)| Conv {
        name: name.into(),
        weight: Array4::from_shape_vec((outputs, inputs, 3, 3), weight).expect("one element a weight"),
        add,
        shift,
        activation: None,
    })
}

/// All weights equal, or each at random: the words of a generator that the seed starts.
fn sign_weights(inputs: usize, outputs: usize, kernel: usize) -> impl Strategy<Value = SignWeights> {
    (any::<u64>(), 0u32..=4).prop_map(move |(seed, kind)| {
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

/// A stage of so many inputs and outputs.
fn stage(
    engine: &EngineConfig,
    (channels, outputs): (usize, usize),
    index: usize,
) -> impl Strategy<Value = BinaryConv> + use<> {
    let (end, room) = (1 << (engine.stream_bits - 1), engine.affine_shift);
    let activation = Some(Activation::LeakyRelu(engine.activation));
    // Multipliers that move a value by about a step, and all that 16 bits hold.
    let mul = small_or_extreme(1 << room.min(10), i16::MIN.into(), i16::MAX.into()).prop_map(|mul| mul as i16);
    let add = small_or_extreme(1 << room, i32::MIN, i32::MAX);
    let threshold = small_or_extreme(end.min(8), -end, end);
    let weights = if engine.pointwise {
        prop_oneof![sign_weights(channels, outputs, 1), sign_weights(channels, outputs, 3)].boxed()
    } else {
        sign_weights(channels, outputs, 3).boxed()
    };
    let tensors = (weights, vec(threshold, channels), vec(mul, outputs), vec(add, outputs));
    let shift = room.saturating_sub(2).max(1)..=room;
    let branch = if engine.branch { prop_oneof![Just(None), branch(outputs)].boxed() } else { Just(None).boxed() };
    let spatial = if engine.spatial {
        prop_oneof![Just(None), factor(channels, 1 << (engine.stream_bits - 1))].boxed()
    } else {
        Just(None).boxed()
    };
    (tensors, shift, spatial, branch, prop_oneof![Just(None), Just(activation)]).prop_map(
        move |((weight, threshold, mul, add), shift, spatial, branch, activation)| BinaryConv {
            name: format!("stage {index}"),
            weight,
            operand: Operand::Sign { threshold },
            mul,
            add: if branch.is_some() || spatial.is_some() {
                add.iter().map(|add| add % IN_FULL).collect()
            } else {
                add
            },
            shift,
            spatial,
            channel: None,
            branch,
            skip: Skip::Identity,
            activation,
        },
    )
}

/// A spatial factor whose sums stay within 32 bits for values of at most `largest`.
fn factor(channels: usize, largest: i64) -> impl Strategy<Value = Option<SpatialFactor>> {
    let limit = ((1 << 30) / (largest * channels as i64)).clamp(1, i16::MAX.into()) as i32;
    let weight = vec(small_or_extreme(limit.min(100), -limit, limit), channels);
    let add = small_or_extreme(1 << 8, -(1 << 29), 1 << 29);
    let shift = prop_oneof![4 => 1u32..=8, 1 => 1u32..=28];
    (weight, add, shift).prop_map(|(weight, add, shift)| Some(SpatialFactor { weight, add, shift }))
}

/// A table of any size that an engine holds, with values of all sizes.
fn sigmoid() -> impl Strategy<Value = Option<SigmoidTable>> {
    let table = (1u32..=10).prop_flat_map(|bits| vec(any::<u16>(), 1 << bits));
    table.prop_map(|values| Some(SigmoidTable { values }))
}

/// Slopes and offsets of all channels, some at the ends of what a file holds.
fn branch(channels: usize) -> impl Strategy<Value = Option<Branch>> {
    let slopes = (vec(small_or_extreme(1 << 12, -65535, 65535), channels), 10u32..=12);
    let offset = vec(small_or_extreme(1 << 4, -(1 << 24), (1 << 24) - 1), channels);
    (slopes, offset).prop_map(|((slope, shift), offset)| {
        // A slope of more bits leaves the multiplier at a smaller shift.
        let slope = slope.iter().map(|slope| slope >> (12 - shift)).collect();
        Some(Branch { activation: Activation::Prelu(Prelu { slope, shift }), offset })
    })
}
