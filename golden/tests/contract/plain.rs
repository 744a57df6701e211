//! Plain streaming networks of a given shape, drawn from a seed: every number from its whole range.

use bsr_model::integer::{
    BinaryConv, Conv, Formats, InputFormat, IntegerNetwork, Layer, LeakyRelu, Operand, SignWeights, Skip,
};
use ndarray::{Array3, Array4};

/// What a network and its picture look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    pub(super) channels: usize,
    pub(super) stages: usize,
    pub(super) stream_bits: u32,
    pub(super) kernel: usize,
    /// `(height, width)` of the LR picture.
    pub(super) size: (usize, usize),
    pub(super) seed: u64,
}

/// A xorshift generator.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// One of `min..=max`, an end of it one time in eight.
    fn within(&mut self, min: i64, max: i64) -> i64 {
        match self.next() % 16 {
            0 => min,
            1 => max,
            _ => min + (self.next() % (max - min + 1).cast_unsigned()).cast_signed(),
        }
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }
}

impl Plain {
    /// The network and the picture.
    pub(super) fn draw(self) -> (IntegerNetwork, Array3<u8>) {
        let random = &mut Random(self.seed | 1);
        for _ in 0..20 {
            random.next();
        }
        let (colours, scale) = (1 + random.next() as usize % 2, 1 + random.next() as usize % 3);
        let long_skip = random.one_in(2);
        let largest_sum = 1i64 << (self.stream_bits - 1 + u32::from(long_skip));
        let mut layers = vec![Layer::Head(conv(random, "head", self.channels, colours, 1 << 12))];
        layers.extend((0..self.stages).map(|stage| Layer::BinaryConv(self.stage(random, stage))));
        layers.extend(long_skip.then_some(Layer::LongSkip));
        layers.push(Layer::Tail(conv(random, "tail", colours * scale * scale, self.channels, largest_sum)));
        layers.push(Layer::PixelShuffle { scale });
        let network = IntegerNetwork {
            name: "plain".into(),
            formats: Formats { stream_bits: self.stream_bits, fraction_bits: 1 },
            input: InputFormat { pixel_shift: 2, mean: vec![500; colours], enlarge: None },
            sigmoid: None,
            layers,
        };
        let (height, width) = self.size;
        let lr = Array3::from_shape_simple_fn((colours, height, width), || random.within(0, 255) as u8);
        (network, lr)
    }

    fn stage(self, random: &mut Random, stage: usize) -> BinaryConv {
        let (n, end) = (self.channels, 1i64 << (self.stream_bits - 1));
        let (wide, constant) = (random.one_in(4), random.next() % 8);
        // Mostly products of the stream's size, so that not everything saturates.
        let shift = random.within(1, if wide { 31 } else { 14 }) as u32;
        let mul = ((end << shift) / (9 * n as i64)).clamp(1, 32767);
        let add = if wide { i64::from(i32::MAX) } else { (end << shift).min(1 << 28) };
        let slope = match random.next() % 4 {
            0 => None,
            1 if wide => Some((random.within(-65_535, 65_535), random.within(0, 31))),
            _ => Some((13, 7)),
        };
        let weight = SignWeights::from_fn(n, n, self.kernel, |_, _, _, _| match constant {
            0 => true,
            1 => false,
            _ => random.one_in(2),
        });
        let mut draw = |min: i64, max: i64| (0..n).map(|_| random.within(min, max)).collect::<Vec<_>>();
        BinaryConv {
            name: format!("stage{stage}"),
            weight,
            operand: Operand::Sign { threshold: draw(-end, end).iter().map(|&t| t as i32).collect() },
            mul: draw(-mul, mul).iter().map(|&mul| mul as i16).collect(),
            add: draw(-add, add).iter().map(|&add| add as i32).collect(),
            shift,
            spatial: None,
            channel: None,
            branch: None,
            skip: Skip::Identity,
            activation: slope.map(|(slope, shift)| LeakyRelu { slope: slope as i32, shift: shift as u32 }.into()),
        }
    }
}

/// A full-precision convolution whose sums stay within 32 bits for inputs of at most `largest`.
fn conv(random: &mut Random, name: &str, outputs: usize, inputs: usize, largest: i64) -> Conv {
    let kernel = [1, 3, 3, 5][random.next() as usize % 4];
    let limit = ((1i64 << 30) / (largest * (inputs * kernel * kernel) as i64)).clamp(1, 32767);
    Conv {
        name: name.into(),
        weight: Array4::from_shape_simple_fn((outputs, inputs, kernel, kernel), || random.within(-limit, limit) as i32),
        add: (0..outputs).map(|_| random.within(-1 << 20, 1 << 20) as i32).collect(),
        shift: random.within(1, 20) as u32,
        activation: None,
    }
}
