//! What lowering chooses, and how close the integers stay to the floating-point network.

use bsr_model::{
    float::FloatLayer,
    integer::Layer,
    lower::{LowerError, LoweringOptions, calibration_pictures, lower},
};

use crate::common::{float_network, integer_network};

fn options(stream_bits: u32, fraction_bits: Option<u32>) -> LoweringOptions {
    LoweringOptions { stream_bits, fraction_bits, ..LoweringOptions::default() }
}

#[test]
fn each_stream_bit_is_a_fraction_bit_more() {
    let fraction_bits = |bits| {
        lower(&float_network(), &calibration_pictures(1), &options(bits, None)).unwrap().network.formats.fraction_bits
    };
    assert_eq!(fraction_bits(13), fraction_bits(11) + 2);
}

#[test]
fn the_chosen_fraction_bits_saturate_less_than_asked_and_one_more_would_saturate_more() {
    let pictures = calibration_pictures(1);
    let limit = options(11, None).saturation;
    let share = |fraction_bits| {
        let lowered = lower(&float_network(), &pictures, &options(11, fraction_bits)).unwrap();
        let stream = lowered.report.stream;
        (stream.saturated as f64 / stream.values as f64, lowered.report.fraction_bits)
    };
    let (chosen, bits) = share(None);
    assert!(chosen <= limit, "{chosen}");
    assert!(share(Some(bits + 1)).0 > limit);
}

#[test]
fn thresholds_slopes_and_signs_are_those_of_the_trained_network() {
    let (float, integer) = (float_network(), integer_network());
    for (float, integer) in float.layers.iter().zip(&integer.layers) {
        if let (FloatLayer::BinaryConv(float), Layer::BinaryConv(integer)) = (float, integer) {
            assert_eq!(float.weight, integer.weight);
            assert!(integer.threshold().unwrap().iter().all(|&t| t == 0));
            let activation = integer.leaky_relu().unwrap();
            assert_eq!((activation.slope, activation.shift), (13, 7));
        }
    }
}

#[test]
fn every_stage_has_the_same_shift() {
    let lowered = lower(&float_network(), &calibration_pictures(1), &LoweringOptions::default()).unwrap();
    let shifts = lowered.network.layers.iter().filter_map(|layer| match layer {
        Layer::BinaryConv(stage) => Some(stage.shift),
        _ => None,
    });
    assert!(shifts.clone().count() == 2 && shifts.clone().all(|shift| shift == lowered.report.affine_shift));
}

#[test]
fn a_scale_beyond_the_multiplier_names_its_stage() {
    let mut network = float_network();
    let FloatLayer::BinaryConv(stage) = &mut network.layers[2] else { panic!("the third layer is a stage") };
    stage.scale[1] = 1e6;
    let error = lower(&network, &[], &options(11, Some(3))).unwrap_err();
    assert!(matches!(&error, LowerError::Multiplier { layer, .. } if layer == "body.1.conv1"), "{error}");
    assert!(error.hint().is_some());
}

#[test]
fn a_stream_that_no_format_holds_names_its_peak() {
    let mut network = float_network();
    let FloatLayer::Conv(head) = &mut network.layers[0] else { panic!("the first layer is the head") };
    head.bias.fill(1e5);
    let error = lower(&network, &calibration_pictures(1), &options(11, None)).unwrap_err();
    assert!(matches!(error, LowerError::StreamRange { .. }), "{error}");
}

#[test]
fn formats_without_pictures_to_choose_from_are_refused() {
    let error = lower(&float_network(), &[], &options(11, None)).unwrap_err();
    assert_eq!(error, LowerError::NoCalibration { colours: 1 });
    assert_eq!(lower(&float_network(), &[], &options(3, Some(1))), Err(LowerError::StreamBits { found: 3 }));
}
