//! What is outside the contract is refused by name, by the specification and by every backend alike.

use crate::networks::plain_network;
use bsr_golden::{
    NetworkError, PictureError, RunError, run,
    simd::{Backend, PrepareError, Prepared},
};
use bsr_model::integer::{BinaryConv, Conv, IntegerNetwork, Layer, Operand, SignWeights};
use ndarray::{Array3, Array4};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

/// A legal network of at least two channels, the same one in every run.
fn legal() -> IntegerNetwork {
    let mut runner = TestRunner::deterministic();
    loop {
        let network = plain_network().new_tree(&mut runner).expect("nothing is rejected").current();
        if network.streaming().is_ok_and(|parts| parts.channels() > 1) {
            return network;
        }
    }
}

/// The error that golden and the portable backend give after `spoil`; panics if they differ or if there is none.
fn refusal(spoil: impl FnOnce(&mut IntegerNetwork)) -> NetworkError {
    let mut network = legal();
    let lr = Array3::zeros((network.input.mean.len(), 3, 3));
    run(&network, lr.view()).expect("the network is legal before it is spoilt");
    spoil(&mut network);
    let Err(RunError::Network(error)) = run(&network, lr.view()) else { panic!("golden accepts it") };
    let prepared = Prepared::new(&network, Backend::Portable).map(|_| ());
    assert_eq!(prepared, Err(PrepareError::Network(error.clone())));
    error
}

fn head(network: &mut IntegerNetwork) -> &mut Conv {
    let Some(Layer::Head(conv)) = network.layers.first_mut() else { panic!("the first layer is the head") };
    conv
}

fn tail(network: &mut IntegerNetwork) -> &mut Conv {
    let found =
        network.layers.iter_mut().find_map(|layer| if let Layer::Tail(conv) = layer { Some(conv) } else { None });
    found.expect("a network has a tail")
}

fn stage(network: &mut IntegerNetwork) -> &mut BinaryConv {
    let Some(Layer::BinaryConv(stage)) = network.layers.get_mut(1) else { panic!("the second layer is a stage") };
    stage
}

fn thresholds(network: &mut IntegerNetwork) -> &mut Vec<i32> {
    let Operand::Sign { threshold } = &mut stage(network).operand else { panic!("the first stage has thresholds") };
    threshold
}

fn assert_out_of_range(error: NetworkError, expected: &str, value: i64) {
    let NetworkError::OutOfRange { what, found, .. } = error else { panic!("{error}") };
    assert_eq!((what, found), (expected, value));
}

#[test]
fn a_network_without_a_head_or_a_tail_is_refused() {
    let error = refusal(|network| network.layers.retain(|layer| !matches!(layer, Layer::Head(_))));
    assert!(matches!(error, NetworkError::Order { position: 0, expected: "a head", .. }), "{error}");
    let error = refusal(|network| network.layers.retain(|layer| matches!(layer, Layer::Head(_))));
    assert!(matches!(error, NetworkError::Order { position: 1, found: "missing", .. }), "{error}");
}

#[test]
fn a_long_skip_before_the_stages_is_refused() {
    let error = refusal(|network| network.layers.insert(1, Layer::LongSkip));
    assert!(matches!(error, NetworkError::Order { position: 2, found: "a binary convolution", .. }), "{error}");
}

#[test]
fn widths_and_shifts_outside_their_range_are_refused() {
    assert_out_of_range(refusal(|network| network.formats.stream_bits = 3), "stream_bits", 3);
    assert_out_of_range(refusal(|network| network.formats.stream_bits = 25), "stream_bits", 25);
    assert_out_of_range(refusal(|network| network.formats.stream_bits = 0), "stream_bits", 0);
    assert_out_of_range(refusal(|network| network.input.pixel_shift = 8), "pixel_shift", 8);
    assert_out_of_range(refusal(|network| network.input.mean[0] = i32::MIN), "mean", i32::MIN.into());
    assert_out_of_range(refusal(|network| head(network).shift = 0), "shift", 0);
    assert_out_of_range(refusal(|network| tail(network).shift = 32), "shift", 32);
    assert_out_of_range(refusal(|network| stage(network).shift = 0), "shift", 0);
    assert_out_of_range(refusal(|network| head(network).weight[[0, 0, 0, 0]] = 40_000), "weight", 40_000);
}

#[test]
fn a_threshold_beyond_never_is_refused() {
    let mut end = 0;
    let error = refusal(|network| {
        end = 1i64 << (network.formats.stream_bits - 1);
        thresholds(network)[1] = i32::try_from(end + 1).unwrap();
    });
    assert_out_of_range(error, "threshold", end + 1);
}

#[test]
fn a_scale_outside_1_to_4_is_refused() {
    for scale in [0, 5, usize::MAX] {
        let error = refusal(|network| *network.layers.last_mut().unwrap() = Layer::PixelShuffle { scale });
        assert_out_of_range(error, "scale", i64::try_from(scale).unwrap_or(i64::MAX));
    }
}

#[test]
fn outputs_that_do_not_fill_a_pixel_are_refused() {
    let error = refusal(|network| {
        let conv = tail(network);
        let (outputs, inputs, height, width) = conv.weight.dim();
        conv.weight = Array4::zeros((outputs + 1, inputs, height, width));
        conv.add.push(0);
        *network.layers.last_mut().unwrap() = Layer::PixelShuffle { scale: if outputs % 4 == 3 { 3 } else { 2 } };
    });
    let shuffle = matches!(error, NetworkError::Shuffle { outputs, scale, .. } if outputs % (scale * scale) != 0);
    assert!(shuffle, "{error}");
}

#[test]
fn a_tensor_of_another_length_is_refused_by_its_name() {
    let count = |error: NetworkError, expected: &str| {
        assert!(matches!(error, NetworkError::Count { what, .. } if what == expected), "{error}");
    };
    count(refusal(|network| thresholds(network).push(0)), "thresholds");
    count(refusal(|network| stage(network).mul.clear()), "multipliers");
    count(refusal(|network| stage(network).add.truncate(1)), "addends");
    count(refusal(|network| head(network).add.push(0)), "addends");
    count(refusal(|network| network.input.mean.push(0)), "input channels");
    count(
        refusal(|network| stage(network).weight = SignWeights::from_fn(1, 1, 3, |_, _, _, _| true)),
        "input channels",
    );
}

#[test]
fn an_even_an_oblong_and_a_missing_kernel_are_refused() {
    for kernel in [(2, 2), (1, 3), (0, 0)] {
        let error = refusal(|network| {
            let (outputs, inputs, ..) = head(network).weight.dim();
            head(network).weight = Array4::zeros((outputs, inputs, kernel.0, kernel.1));
        });
        assert!(matches!(error, NetworkError::Kernel { height, width, .. } if (height, width) == kernel), "{error}");
    }
}

#[test]
fn a_sum_that_could_leave_32_bits_is_refused_by_its_channel() {
    let error = refusal(|network| head(network).add[1] = i32::MIN);
    assert!(matches!(error, NetworkError::Accumulator { channel: 1, bound, .. } if bound > 1 << 31), "{error}");
}

#[test]
fn packed_weights_with_a_set_unused_bit_or_a_missing_word_are_refused() {
    for spoil in [
        |words: &mut Vec<serde_json::Value>| *words.last_mut().unwrap() = u64::MAX.into(),
        |words: &mut Vec<serde_json::Value>| drop(words.pop()),
    ] {
        let error = refusal(|network| {
            let channels = stage(network).weight.in_channels();
            assert_ne!(channels % 64, 0, "there is an unused bit");
            let mut json = serde_json::to_value(&stage(network).weight).unwrap();
            spoil(json["words"].as_array_mut().unwrap());
            stage(network).weight = serde_json::from_value(json).unwrap();
        });
        assert!(matches!(error, NetworkError::Packing { .. }), "{error}");
    }
}

#[test]
fn every_backend_refuses_the_picture_that_golden_refuses() {
    let network = legal();
    let colours = network.input.mean.len();
    for shape in [(colours + 1, 2, 2), (0, 2, 2), (colours, 0, 2), (colours, 2, 0)] {
        let lr = Array3::zeros(shape);
        let Err(RunError::Picture(expected)) = run(&network, lr.view()) else { panic!("golden accepts {shape:?}") };
        let prepared = Prepared::new(&network, Backend::Portable).unwrap();
        assert_eq!(prepared.run(lr.view()), Err(expected));
        assert_eq!(prepared.run_with_taps(lr.view()), Err(expected));
        assert_eq!(matches!(expected, PictureError::Empty { .. }), shape.0 == colours);
    }
}
