//! The specification equals the same network in real arithmetic.
//!
//! The oracle holds signs as +1.0 and -1.0, pads maps with 0.0, divides by `2^s` instead of shifting, and rounds by
//! `floor(v + 1/2)`. All its numbers are integers over a power of two below `2^53`, so that `f64` is exact.

use crate::networks::network_and_picture;
use bsr_golden::run;
use bsr_model::integer::{
    Activation, Attention, BinaryConv, Conv, IntegerNetwork, Layer, LeakyRelu, Operand, SigmoidTable, Skip, StreamConv,
};
use ndarray::{Array3, Array4, Axis, Zip, concatenate, s};
use proptest::prelude::*;

type Map = Array3<f64>;

/// Convolution of a map padded with zeros, one shifted map at a time.
fn convolve(map: &Map, weight: &Array4<f64>) -> Map {
    let ((inputs, height, width), (outputs, _, kernel, _)) = (map.dim(), weight.dim());
    let r = kernel / 2;
    let mut padded = Map::zeros((inputs, height + 2 * r, width + 2 * r));
    padded.slice_mut(s![.., r..r + height, r..r + width]).assign(map);
    let mut sums = Map::zeros((outputs, height, width));
    for ((o, i, ky, kx), &w) in weight.indexed_iter() {
        sums.slice_mut(s![o, .., ..]).scaled_add(w, &padded.slice(s![i, ky..ky + height, kx..kx + width]));
    }
    sums
}

/// Applies `f(channel, value)`.
fn map_channels(map: &Map, f: impl Fn(usize, f64) -> f64) -> Map {
    Map::from_shape_fn(map.dim(), |(c, y, x)| f(c, map[[c, y, x]]))
}

fn nearest(v: f64, shift: u32) -> f64 {
    (v / 2f64.powi(shift.cast_signed()) + 0.5).floor()
}

fn full_precision(map: &Map, conv: &Conv) -> Map {
    map_channels(&convolve(map, &conv.weight.mapv(f64::from)), |c, sum| {
        nearest(sum + f64::from(conv.add[c]), conv.shift)
    })
}

/// Values scaled by a slope, `round` deciding how, where they are negative.
fn activate(activation: Option<&Activation>, map: &Map, round: impl Fn(f64) -> f64) -> Map {
    map_channels(map, |c, v| match activation {
        Some(activation) if v < 0.0 => {
            let LeakyRelu { slope, shift } = activation.of_channel(c);
            round(v * f64::from(slope) / 2f64.powi(shift.cast_signed()))
        }
        _ => v,
    })
}

/// `+1` and `-1` where the sign is taken, else the stream.
fn operand(x: &Map, operand: &Operand) -> Map {
    match operand {
        Operand::Sign { threshold } => map_channels(x, |c, v| if v < f64::from(threshold[c]) { -1.0 } else { 1.0 }),
        Operand::LocalMean { kernel } => {
            let box_filter = Array4::from_elem((1, 1, *kernel, *kernel), 1.0);
            let sums = x.axis_iter(Axis(0)).map(|plane| {
                let plane = plane.to_owned().insert_axis(Axis(0));
                let counts = convolve(&Map::ones(plane.dim()), &box_filter);
                Zip::from(&plane)
                    .and(&convolve(&plane, &box_filter))
                    .and(&counts)
                    .map_collect(|&x, sum, n| if x - sum / n < 0.0 { -1.0 } else { 1.0 })
            });
            let signs: Vec<Map> = sums.collect();
            concatenate(Axis(0), &signs.iter().map(|plane| plane.view()).collect::<Vec<_>>())
                .expect("planes of one size")
        }
        Operand::Mean(_) => unreachable!("no random network has a mean as its threshold"),
        Operand::Stream => x.clone(),
    }
}

/// The table's value for a sum.
fn look_up(table: &SigmoidTable, sum: f64, shift: u32) -> f64 {
    let half = table.values.len() as f64 / 2.0;
    f64::from(table.values[(nearest(sum, shift).clamp(-half, half - 1.0) + half) as usize])
}

/// The factors of a stage, `[c][y][x]` and in units of 1, in the order in which they apply.
fn factors(x: &Map, layer: &BinaryConv, table: Option<&SigmoidTable>) -> Vec<Map> {
    let (channels, height, width) = x.dim();
    let outputs = (layer.weight.out_channels(), height, width);
    let spatial = layer.spatial.iter().map(|factor| {
        let weight = Array4::from_shape_fn((1, channels, 1, 1), |(_, c, ..)| f64::from(factor.weight[c]));
        let sums = convolve(x, &weight);
        Map::from_shape_fn(outputs, |(_, y, x)| {
            look_up(table.expect("a factor has a table"), sums[[0, y, x]] + f64::from(factor.add), factor.shift)
        })
    });
    let channel = layer.channel.iter().map(|factor| {
        let mean = |c: usize| (x.index_axis(Axis(0), c).sum() / (height * width) as f64 + 0.5).floor();
        Map::from_shape_fn(outputs, |(c, ..)| {
            let terms = (0..channels).filter(|&at| at.abs_diff(c) <= 2);
            let sum: f64 = terms.map(|at| f64::from(factor.weight[at + 2 - c]) * mean(at)).sum();
            look_up(table.expect("a factor has a table"), sum + f64::from(factor.add), factor.shift)
        })
    });
    spatial.chain(channel).map(|factor| factor / 65536.0).collect()
}

/// What is added to the result of a layer with so many outputs.
fn added(skip: &Skip, outputs: usize, x: &Map, written: &[Map]) -> Map {
    let (channels, height, width) = x.dim();
    match skip {
        Skip::Identity => x.clone(),
        Skip::None => Map::zeros((outputs, height, width)),
        Skip::From(position) => written[*position].clone(),
        Skip::Sum(terms) => {
            let terms = terms.iter().map(|term| added(term, outputs, x, written));
            terms.reduce(|sum, term| sum + term).expect("a sum has terms")
        }
        Skip::Repeat => Map::from_shape_fn((outputs, height, width), |(c, y, at)| x[[c * channels / outputs, y, at]]),
    }
}

fn stage(x: &Map, added: &Map, layer: &BinaryConv, table: Option<&SigmoidTable>, limit: f64) -> Map {
    let (outputs, inputs, kernel) = (layer.weight.out_channels(), layer.weight.in_channels(), layer.weight.kernel());
    let weight = Array4::from_shape_fn((outputs, inputs, kernel, kernel), |(o, i, ky, kx)| {
        if layer.weight.is_positive(o, i, ky, kx) { 1.0 } else { -1.0 }
    });
    let mut t = map_channels(&convolve(&operand(x, &layer.operand), &weight), |c, dot| {
        nearest(f64::from(layer.mul[c]) * dot + f64::from(layer.add[c]), layer.shift)
    });
    for factor in factors(x, layer, table) {
        t = (t * factor).mapv(|t| (t + 0.5).floor());
    }
    if let Some(branch) = &layer.branch {
        t = activate(Some(&branch.activation), &t, |v| (v + 0.5).floor());
        t = map_channels(&t, |c, v| v + f64::from(branch.offset[c]));
    }
    saturate_and_activate(&(added + &t), layer.activation.as_ref(), limit)
}

fn attention(x: &Map, added: Option<&Map>, layer: &Attention, table: &SigmoidTable, limit: f64) -> Map {
    let (channels, height, width) = x.dim();
    let mean = |c: usize| (x.index_axis(Axis(0), c).sum() / (height * width) as f64 + 0.5).floor();
    let means = Map::from_shape_fn((channels, 1, 1), |(c, ..)| mean(c));
    let hidden = full_precision(&means, &layer.reduce);
    let hidden = saturate_and_activate(&hidden, layer.reduce.activation.as_ref(), limit);
    let sums = convolve(&hidden, &layer.expand.weight.mapv(f64::from));
    let factor =
        |c: usize| look_up(table, sums[[c, 0, 0]] + f64::from(layer.expand.add[c]), layer.expand.shift) / 65536.0;
    let scaled = map_channels(x, |c, v| (v + 0.5) * factor(c));
    let v = match added {
        Some(added) => added + &scaled.mapv(|v| (v + 0.5).floor()),
        None => scaled.mapv(f64::floor),
    };
    v.mapv(|v| v.clamp(-limit, limit - 1.0))
}

fn saturate_and_activate(v: &Map, activation: Option<&Activation>, limit: f64) -> Map {
    let saturate = |v: f64| v.clamp(-limit, limit - 1.0);
    activate(activation, &v.mapv(saturate), |v| saturate(v.floor()))
}

fn shuffle(map: &Map, s: usize) -> Map {
    let (depth, height, width) = map.dim();
    let at = |(c, y, x): (usize, usize, usize)| [c * s * s + y % s * s + x % s, y / s, x / s];
    Map::from_shape_fn((depth / (s * s), height * s, width * s), |to| map[at(to)])
}

/// Every tap, what the tail reads, and the picture.
fn real(network: &IntegerNetwork, lr: &Array3<u8>) -> (Vec<Map>, Map, Map) {
    let limit = 2f64.powi(network.formats.stream_bits.cast_signed() - 1);
    let scale = f64::from(1u32 << network.input.pixel_shift);
    let table = network.sigmoid.as_ref();
    let (mut taps, mut written): (Vec<Map>, Vec<Map>) = (Vec::new(), Vec::new());
    let mut map = map_channels(&lr.mapv(f64::from), |c, p| p * scale - f64::from(network.input.mean[c]));
    let mut sum = None;
    for layer in &network.layers {
        map = match layer {
            Layer::Head(conv) => saturate_and_activate(&full_precision(&map, conv), conv.activation.as_ref(), limit),
            Layer::BinaryConv(layer) => {
                let added = added(&layer.skip, layer.weight.out_channels(), &map, &written);
                stage(&map, &added, layer, table, limit)
            }
            Layer::Conv(StreamConv { conv, skip }) => {
                let added = added(skip, conv.weight.dim().0, &map, &written);
                saturate_and_activate(&(added + full_precision(&map, conv)), conv.activation.as_ref(), limit)
            }
            Layer::LongSkip => &map + &written[0],
            Layer::Attention(layer) => {
                let added = (layer.skip != Skip::None).then(|| added(&layer.skip, map.dim().0, &map, &written));
                attention(&map, added.as_ref(), layer, table.expect("an attention has a table"), limit)
            }
            Layer::Concat { .. } | Layer::PictureTail(_) => unreachable!("no random network has one"),
            Layer::Tail(conv) => {
                sum = Some(map.clone());
                full_precision(&map, conv).mapv(|v| v.clamp(0.0, 255.0))
            }
            Layer::PixelShuffle { scale } => shuffle(&map, *scale),
        };
        written.push(map.clone());
        if sum.is_none() && !matches!(layer, Layer::LongSkip) {
            taps.push(map.clone());
        }
    }
    (taps, sum.expect("a network has a tail"), map)
}

proptest! {
    #![proptest_config(crate::cases(60))]

    /// Oracle: real arithmetic.
    #[test]
    fn every_tap_of_golden_is_the_formula_in_real_numbers((network, lr) in network_and_picture()) {
        let golden = run(&network, lr.view())?;
        let (taps, sum, sr) = real(&network, &lr);
        prop_assert_eq!(golden.stages.len(), taps.len());
        for (layer, (found, expected)) in golden.stages.iter().zip(&taps).enumerate() {
            prop_assert_eq!(&found.mapv(f64::from), expected, "tap {}", layer);
        }
        prop_assert_eq!(golden.sum.mapv(f64::from), sum);
        prop_assert!(Zip::from(&golden.sr.mapv(f64::from)).and(&sr).all(|found, expected| found == expected));
    }
}
