//! Random networks of the descriptions' vocabulary: each is refused with a reason, or lowered and computed alike by all.

use bsr_golden::{
    Memory, run_frame,
    simd::{Backend, Prepared},
};
use bsr_model::{
    checkpoint::{import, random},
    description::{
        Activation, Affine, AffineStep, Attention, AttentionTensors, BinaryConv, BinaryTensors, Colour, Concat, Conv,
        Description, Factor, Layer, LongSkip, Part, PixelShuffle, Repeat, Size, Skip, Threshold,
    },
    files::{decode_compact, decode_integer, encode_compact, encode_integer},
    integer::{Filter, Gap},
    lower::{LoweringOptions, lower},
};
use ndarray::Array3;
use proptest::{
    option,
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn activation() -> impl Strategy<Value = Option<Activation>> {
    option::of(prop_oneof![Just(Activation::Prelu), Just(Activation::LeakyRelu(0.1015625))])
}

fn skip() -> impl Strategy<Value = Skip> {
    prop_oneof![
        12 => Just(Skip::Identity),
        6 => Just(Skip::None),
        4 => Just(Skip::Repeat),
        4 => Just(Skip::From("head".into())),
        2 => Just(Skip::InputOf("body.0".into())),
        1 => Just(Skip::InputOf("nowhere".into())),
        4 => Just(Skip::Sum(vec![Skip::Identity, Skip::From("head".into())])),
        1 => Just(Skip::Sum(vec![Skip::Identity])),
    ]
}

fn affine(at: usize) -> impl Strategy<Value = Affine> {
    let scale = AffineStep::Scale(names(&[&format!("body.{at}.scale")]));
    let offset = AffineStep::Offset(names(&[&format!("body.{at}.offset")]));
    let steps = [AffineStep::WeightMean, scale, AffineStep::Bias, offset, AffineStep::BatchNorm];
    prop_oneof![
        Just(Affine::Step(AffineStep::BatchNorm)),
        proptest::sample::subsequence(steps.to_vec(), 1..=5).prop_map(Affine::Steps),
    ]
}

fn stage(at: usize) -> impl Strategy<Value = Layer> {
    let threshold = prop_oneof![
        8 => Just(Threshold::Zero),
        8 => Just(Threshold::Channel),
        4 => Just(Threshold::Shift),
        4 => Just(Threshold::Mean),
        8 => select(vec![3, 5, 7]).prop_map(Threshold::LocalMean),
        8 => Just(Threshold::None),
        1 => Just(Threshold::LocalMean(4)),
    ];
    let factors = proptest::sample::subsequence(vec![Factor::Spatial, Factor::Channel], 0..=2);
    let out = prop_oneof![6 => Just(None), 1 => (1usize..=6).prop_map(Some)];
    (select(vec![1usize, 3, 3, 3, 3, 5, 5, 9]), out, threshold, affine(at), factors, activation(), skip(), activation())
        .prop_map(move |(kernel, out, threshold, affine, factors, branch, skip, activation)| {
            let of = |what: &str| names(&[&format!("body.{at}.{what}")]);
            Layer::BinaryConv(BinaryConv {
                name: format!("body.{at}"),
                kernel,
                out: out.map(Size::from),
                threshold,
                affine,
                factors,
                branch,
                skip,
                activation,
                tensors: BinaryTensors {
                    conv: of("conv"),
                    norm: of("norm"),
                    threshold: of("threshold"),
                    spatial: of("spatial"),
                    channel: of("channel"),
                    branch_slope: of("branch_slope"),
                    branch_offset: if at.is_multiple_of(2) { of("branch_offset") } else { Vec::new() },
                    slope: of("slope"),
                },
            })
        })
}

fn conv(name: String, out: Option<usize>) -> impl Strategy<Value = Conv> {
    (select(vec![1usize, 3, 3, 5]), skip(), activation(), any::<bool>()).prop_map(
        move |(kernel, skip, activation, norm)| Conv {
            kernel,
            out: out.map(Size::from),
            skip,
            activation,
            tensors: names(&[&name]),
            norm: if norm { vec![format!("{name}.norm")] } else { Vec::new() },
            slope: vec![format!("{name}.slope")],
            name: name.clone(),
        },
    )
}

fn attention(at: usize) -> impl Strategy<Value = Layer> {
    let hidden = prop_oneof![Just(Size::Number(2)), Just(Size::Product("channels / 2".into()))];
    (hidden, activation(), skip()).prop_map(move |(hidden, activation, skip)| {
        let of = |what: &str| names(&[&format!("body.{at}.{what}")]);
        let tensors = AttentionTensors { reduce: of("reduce"), expand: of("expand"), slope: of("slope") };
        Layer::Attention(Attention { name: format!("body.{at}"), hidden, activation, skip, tensors })
    })
}

/// Twice the channels, or what flowed before.
fn concat() -> impl Strategy<Value = Layer> {
    let (head, first, all) = (Part::From("head".into()), Part::InputOf("body.0".into()), Part::From("body.*".into()));
    let parts = prop_oneof![
        Just(vec![head.clone(), first.clone()]),
        Just(vec![first]),
        Just(vec![all, head]),
        Just(Vec::new()),
    ];
    parts.prop_map(|parts| Layer::Concat(Concat { name: None, parts }))
}

fn body_layer(at: usize) -> impl Strategy<Value = Layer> {
    prop_oneof![
        6 => stage(at),
        2 => conv(format!("body.{at}"), None).prop_map(Layer::Conv),
        1 => Just(Layer::LongSkip(LongSkip { from: "head".into() })),
        1 => attention(at),
        1 => concat(),
        1 => stage(at).prop_map(|layer| Layer::Repeat(Repeat { times: 1, first: 0, layers: vec![layer] })),
    ]
}

/// Mostly networks that hold together.
fn description() -> impl Strategy<Value = Description> {
    let colour = select(vec![Colour::Y, Colour::Rgb]);
    let gap = select(vec![Gap::Picture, Gap::Strip(3), Gap::PreviousFrame]);
    let filter = || select(vec![Filter::Bilinear, Filter::Bicubic]);
    let picture = (gap, option::weighted(0.2, filter()), option::weighted(0.3, filter()));
    let shape = (colour, 1usize..=3, 1usize..=6, select(vec![1.0, 51.0, 255.0]), 1usize..=4, any::<bool>());
    (shape, picture).prop_flat_map(|((colour, scale, channels, divisor, layers, late), (gap, enlarge, added))| {
        let colours = colour.channels();
        let body: Vec<_> = (0..layers).map(body_layer).collect();
        let head = conv("head".into(), None);
        // Without a shuffle behind the tail it may add the enlarged picture; a picture that was enlarged first has none at all.
        let added = if late || enlarge.is_some() { added } else { None };
        let tail_skip = added.map_or(Skip::None, Skip::Enlarged);
        let outputs = if late || enlarge.is_some() { colours } else { colours * scale * scale };
        (head, body, conv("up".into(), Some(2 * scale * scale)), conv("tail".into(), Some(outputs))).prop_map(
            move |(head, body, up, tail)| {
                let mut layers = vec![Layer::Conv(Conv { skip: Skip::None, ..head })];
                layers.extend(body);
                let shuffle = || Layer::PixelShuffle(PixelShuffle { scale: None });
                let tail = Layer::Conv(Conv { skip: tail_skip.clone(), activation: None, ..tail });
                match late {
                    _ if enlarge.is_some() => layers.push(tail),
                    true => layers.extend([Layer::Conv(Conv { skip: Skip::None, ..up }), shuffle(), tail]),
                    false => layers.extend([tail, shuffle()]),
                }
                Description {
                    name: "random".into(),
                    method: "random".into(),
                    backbone: "random".into(),
                    scale,
                    channels,
                    colour,
                    mean: vec![127.5; colours],
                    divisor,
                    enlarge,
                    gap,
                    bn_eps: 1e-5,
                    ignored_tensors: Vec::new(),
                    layers,
                }
            },
        )
    })
}

/// Two frames of a video.
fn frames(colours: usize) -> [Array3<u8>; 2] {
    [0, 50].map(|frame| {
        Array3::from_shape_fn((colours, 5, 7), |(c, y, x)| (c * 91 + y * 37 + x * 11 + x * y * 5 + frame) as u8)
    })
}

/// Whether the network runs; panics where implementations differ or a refusal has no reason.
fn runs(description: &Description, seed: u64) -> bool {
    let text = description.to_toml();
    let Ok(read) = Description::from_toml(&text) else {
        assert!(!description.expand().expect_err("only what does not hold together is refused").to_string().is_empty());
        return false;
    };
    assert_eq!(&read, description, "{text}");
    let tensors = random(description, seed).expect("it holds together");
    let network = import(description, &tensors).unwrap_or_else(|error| panic!("{error}\n{text}")).network;
    assert!(decode_compact(&encode_compact(&network)).expect("it was just written") == network, "{text}");
    let frames = frames(description.colour.channels());
    let lowered = match lower(&network, &[frames[0].mapv(f32::from)], &LoweringOptions::default()) {
        Ok(lowered) => lowered.network,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    let bytes = encode_integer(&lowered).expect("what is lowered is valid");
    assert!(decode_integer(&bytes).expect("it was just written") == lowered, "{text}");
    let mut memory = Memory::new();
    let golden = match frames.each_ref().map(|lr| run_frame(&lowered, lr.view(), &mut memory)) {
        [Ok(first), Ok(second)] => [first, second],
        [Err(error), _] | [_, Err(error)] => {
            // The format has kernels up to 15x15 where implementations end at 7x7.
            assert!(error.to_string().contains("kernel side"), "{error}\n{text}");
            return false;
        }
    };
    for backend in Backend::available() {
        let (prepared, mut memory) = (Prepared::new(&lowered, backend).expect("golden runs it"), Memory::new());
        for (lr, golden) in frames.iter().zip(&golden) {
            let found = prepared.run_frame_with_taps(lr.view(), &mut memory);
            assert!(&found.expect("golden reads it") == golden, "{backend} differs on\n{text}");
        }
    }
    true
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 64, ..crate::cases(100) })]

    /// Oracle: the specification.
    #[test]
    fn a_described_network_is_refused_with_a_reason_or_computed_alike_by_all(description in description(), seed: u64) {
        runs(&description, seed);
    }
}

#[test]
fn many_random_descriptions_run() {
    let mut runner = TestRunner::deterministic();
    let mut descriptions = || description().new_tree(&mut runner).expect("nothing is rejected").current();
    let running = (0..60).filter(|&seed| runs(&descriptions(), seed)).count();
    assert!((15..=58).contains(&running), "{running} of 60 run");
}
