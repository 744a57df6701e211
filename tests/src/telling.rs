//! Networks whose output shows what goes into it.

use bsr_hw::EngineConfig;
use bsr_model::integer::{BinaryConv, Conv, Formats, InputFormat, IntegerNetwork, Layer, Operand, SignWeights, Skip};
use ndarray::Array4;

/// xorshift64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 20
    }

    /// `-most..=most`.
    fn within(&mut self, most: i64) -> i64 {
        (self.next() % (2 * most as u64 + 1)) as i64 - most
    }
}

/// A network of all channels and stages of the engine, one for every seed.
///
/// Each layer is scaled so that the stream fills about a quarter of its range and the output lies around mid-grey:
/// few values saturate, and a difference anywhere reaches the output.
pub fn telling_network(engine: &EngineConfig, seed: u64) -> IntegerNetwork {
    let random = &mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (channels, bits, scale, colours) = (engine.channels, engine.stream_bits, engine.scale, engine.colours);
    let quarter = 1 << (bits - 3);
    // Nine taps of up to 255 by up to 64 spread by about 2^14.
    let head = conv(random, "head", (channels, colours), 64, 17 - bits, quarter / 2);
    let stages: Vec<_> = (1..=engine.max_stages).map(|index| stage(random, engine, index, quarter)).collect();
    // Half the binary logarithm of the taps: the spread of a sum over them.
    let spread = (9 * channels).ilog2() / 2;
    let tail = conv(random, "tail", (colours * scale * scale, channels), 50, bits - 2 + spread, 20);
    let tail = Conv { add: tail.add.iter().map(|add| add + (128 << tail.shift)).collect(), ..tail };
    let mut layers = vec![Layer::Head(head)];
    layers.extend(stages.into_iter().map(Layer::BinaryConv));
    layers.extend([Layer::LongSkip, Layer::Tail(tail), Layer::PixelShuffle { scale }]);
    IntegerNetwork {
        name: format!("telling {seed}"),
        formats: Formats { stream_bits: bits, fraction_bits: 0 },
        input: InputFormat {
            pixel_shift: 1,
            mean: (0..colours as i32).map(|colour| 255 - 40 * colour).collect(),
            enlarge: None,
        },
        sigmoid: None,
        layers,
    }
}

fn conv(
    random: &mut Random,
    name: &str,
    (outputs, inputs): (usize, usize),
    weight: i64,
    shift: u32,
    offset: i64,
) -> Conv {
    Conv {
        name: name.into(),
        weight: Array4::from_shape_simple_fn((outputs, inputs, 3, 3), || random.within(weight) as i32),
        add: (0..outputs).map(|_| (random.within(offset) << shift) as i32).collect(),
        shift,
        activation: None,
    }
}

fn stage(random: &mut Random, engine: &EngineConfig, index: usize, quarter: i64) -> BinaryConv {
    let (channels, shift) = (engine.channels, engine.affine_shift);
    let step = (quarter << shift) / (9 * channels as i64).isqrt();
    let mul = step.clamp(2, i16::MAX.into());
    BinaryConv {
        name: format!("stage {index}"),
        weight: SignWeights::from_fn(channels, channels, 3, |_, _, _, _| random.next() & 1 == 1),
        operand: Operand::Sign { threshold: (0..channels).map(|_| random.within(quarter / 2) as i32).collect() },
        mul: (0..channels).map(|_| random.within(mul) as i16).collect(),
        add: (0..channels).map(|_| random.within(1 << shift) as i32).collect(),
        shift,
        spatial: None,
        channel: None,
        branch: None,
        skip: Skip::Identity,
        activation: (index % 2 == 1).then_some(engine.activation.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engines,
        loaded::{golden, picture},
    };
    use std::collections::BTreeSet;

    #[test]
    fn most_pixels_are_grey_and_every_input_byte_moves_some() {
        for (name, engine) in engines::all() {
            for seed in 1..=3 {
                let (network, lr) = (telling_network(&engine, seed), picture(5, 4 * engine.colours));
                let pixels = golden(&network, &lr);
                let grey = pixels.iter().filter(|pixel| (1..255).contains(*pixel)).count();
                assert!(2 * grey > pixels.len(), "{name}, seed {seed}: {grey} of {}", pixels.len());
                assert!(pixels.iter().collect::<BTreeSet<_>>().len() > 5, "{name}, seed {seed}");
                for at in 0..lr.len() {
                    let mut other = lr.clone();
                    other.as_slice_mut().unwrap()[at] ^= 0x80;
                    assert_ne!(golden(&network, &other), pixels, "{name}, seed {seed}, byte {at}");
                }
            }
        }
    }
}
