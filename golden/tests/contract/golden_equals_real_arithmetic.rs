//! The specification equals the same network in real arithmetic.
//!
//! The oracle holds signs as +1.0 and -1.0, pads maps with 0.0, divides by `2^s` instead of shifting, and rounds by
//! `floor(v + 1/2)`. All its numbers are integers over a power of two below `2^53`, so that `f64` is exact.

use crate::networks::network_and_picture;
use bsr_golden::run;
use bsr_model::integer::{BinaryConv, Conv, IntegerNetwork, Layer};
use ndarray::{Array3, Array4, Zip, s};
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

fn stage(x: &Map, layer: &BinaryConv, limit: f64) -> Map {
    let (n, kernel) = (x.dim().0, layer.weight.kernel());
    let signs = map_channels(x, |c, v| if v < f64::from(layer.threshold[c]) { -1.0 } else { 1.0 });
    let weight =
        Array4::from_shape_fn(
            (n, n, kernel, kernel),
            |(o, i, ky, kx)| {
                if layer.weight.is_positive(o, i, ky, kx) { 1.0 } else { -1.0 }
            },
        );
    let t = map_channels(&convolve(&signs, &weight), |c, dot| {
        nearest(f64::from(layer.mul[c]) * dot + f64::from(layer.add[c]), layer.shift)
    });
    let activate = |v: f64| match layer.activation {
        Some(leaky) if v < 0.0 => {
            (v * f64::from(leaky.slope) / 2f64.powi(leaky.shift.cast_signed())).floor().clamp(-limit, limit - 1.0)
        }
        _ => v,
    };
    (x + &t).mapv(|v| activate(v.clamp(-limit, limit - 1.0)))
}

/// Every tap, what the tail reads, and the picture.
fn real(network: &IntegerNetwork, lr: &Array3<u8>) -> (Vec<Map>, Map, Map) {
    let limit = 2f64.powi(network.formats.stream_bits.cast_signed() - 1);
    let scale = f64::from(1u32 << network.input.pixel_shift);
    let mut taps: Vec<Map> = Vec::new();
    let mut map = map_channels(&lr.mapv(f64::from), |c, p| p * scale - f64::from(network.input.mean[c]));
    let mut sum = map.clone();
    for layer in &network.layers {
        match layer {
            Layer::Head(conv) => {
                map = full_precision(&map, conv).mapv(|v| v.clamp(-limit, limit - 1.0));
                taps.push(map.clone());
            }
            Layer::BinaryConv(layer) => {
                map = stage(&map, layer, limit);
                taps.push(map.clone());
            }
            Layer::LongSkip => map = &map + &taps[0],
            Layer::Tail(conv) => {
                sum = map;
                map = full_precision(&sum, conv).mapv(|v| v.clamp(0.0, 255.0));
            }
            &Layer::PixelShuffle { scale: s } => {
                let (depth, height, width) = map.dim();
                let at = |(c, y, x): (usize, usize, usize)| [c * s * s + y % s * s + x % s, y / s, x / s];
                map = Map::from_shape_fn((depth / (s * s), height * s, width * s), |to| map[at(to)]);
            }
        }
    }
    (taps, sum, map)
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
