//! Popcount kernels as small as can be, the measure for the backends: a lane is an output channel, 3x3, 64 channels to 64.
//!
//! ```text
//! stream   [y][x][c]      i16, updated in place
//! signs    [y + 1][x + 1] u64, bit c is 1 where the value is negative; a margin of zero words
//! weights  [32 g + 4 l + f] of output, as [g][f][tap][l] u64: f is the 16-bit field of lane l that the count is shifted to
//! ```
//!
//! It is no implementation of the contract, and no network runs on it. It rounds before the bias and saturates twice, as one
//! `pmulhrsw` and two `paddsw` do, and knows the nine border classes of a picture of at least 2 x 2 pixels:
//!
//! `v = sat16(x + sat16(bias_c + ((32 dot * scale_c + 2^14) >> 15)))`, `sign = (v < 0)`.
//!
//! With fewer operations after the count than a stage of the contract has, it is a measure that favours itself.

mod avx2;
mod avx512;

use bsr_model::integer::SignWeights;

/// Channels in and out.
pub const CHANNELS: usize = 64;
const TAPS: usize = 9;

/// A layer.
#[derive(Clone, Debug)]
pub struct Direct {
    kernel: Kernel,
    /// `[g][f][tap][l]`; a 1 is a negative weight.
    weight: Vec<[u64; 8]>,
    /// `32 *` the dot product of no difference, by border class.
    base: Vec<[i16; CHANNELS]>,
    scale: [i16; CHANNELS],
    bias: [i16; CHANNELS],
}

/// A stream and its signs.
#[derive(Clone, Debug)]
pub struct Map {
    height: usize,
    width: usize,
    stream: Vec<i16>,
    signs: Vec<u64>,
    next: Vec<u64>,
}

/// What runs, with the proof that the CPU can.
#[derive(Clone, Copy, Debug)]
enum Kernel {
    Avx512(avx512::Popcount),
    Avx2(super::x86_64::Avx2),
}

impl Direct {
    /// A layer of 64 channels with AVX-512 VPOPCNTDQ; none if the CPU lacks it or the weights have another shape.
    pub fn avx512(weight: &SignWeights, scale: [i16; CHANNELS], bias: [i16; CHANNELS]) -> Option<Self> {
        return Self::new(Kernel::Avx512(avx512::Popcount::new()?), weight, scale, bias);
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    /// A layer of 64 channels with AVX2, which counts by `pshufb`; none if the CPU lacks it or the weights have another shape.
    pub fn avx2(weight: &SignWeights, scale: [i16; CHANNELS], bias: [i16; CHANNELS]) -> Option<Self> {
        return Self::new(Kernel::Avx2(super::x86_64::Avx2::new()?), weight, scale, bias);
        #[cfg(not(target_arch = "x86_64"))]
        None
    }

    fn new(kernel: Kernel, weight: &SignWeights, scale: [i16; CHANNELS], bias: [i16; CHANNELS]) -> Option<Self> {
        if (weight.in_channels(), weight.out_channels(), weight.kernel()) != (CHANNELS, CHANNELS, 3) {
            return None;
        }
        let negative = |output, tap: usize| !weight.tap_words(output, tap / 3, tap % 3)[0];
        let mut words = Vec::with_capacity(CHANNELS / 8 * TAPS);
        for (g, f, tap) in (0..2).flat_map(|g| (0..4).flat_map(move |f| (0..TAPS).map(move |tap| (g, f, tap)))) {
            words.push(std::array::from_fn(|l| negative(32 * g + 4 * l + f, tap)));
        }
        let base = |class| {
            std::array::from_fn(|output| {
                let of_tap = |tap| match missing(class, tap) {
                    true => 2 * negative(output, tap).count_ones() as i16,
                    false => CHANNELS as i16,
                };
                // `32 * 576` fits 16 bits.
                32 * (0..TAPS).map(of_tap).sum::<i16>()
            })
        };
        Some(Self { kernel, weight: words, base: (0..TAPS).map(base).collect(), scale, bias })
    }

    /// Replaces a map by the layer's output.
    pub fn run(&self, map: &mut Map) {
        match self.kernel {
            Kernel::Avx512(proof) => proof.run(self, map),
            Kernel::Avx2(proof) => avx2::run(proof, self, map),
        }
        std::mem::swap(&mut map.signs, &mut map.next);
    }
}

impl Map {
    /// A map of values `[y][x][c]`, at least two pixels high and wide, the width a multiple of four.
    ///
    /// # Panics
    /// If the size is another one than that of the values.
    pub fn new(stream: Vec<i16>, (height, width): (usize, usize)) -> Self {
        assert!(height >= 2 && width >= 2 && width.is_multiple_of(4) && stream.len() == height * width * CHANNELS);
        let mut signs = vec![0; (height + 2) * (width + 2)];
        for (pixel, values) in stream.chunks_exact(CHANNELS).enumerate() {
            let word = values.iter().rev().fold(0, |word, &value| word << 1 | u64::from(value < 0));
            signs[(pixel / width + 1) * (width + 2) + pixel % width + 1] = word;
        }
        let next = vec![0; signs.len()];
        Self { height, width, stream, signs, next }
    }

    /// The values, `[y][x][c]`.
    pub fn stream(&self) -> &[i16] {
        &self.stream
    }
}

/// Border class: the row's third, first, middle or last, times three, plus the column's.
fn class(y: usize, x: usize, (height, width): (usize, usize)) -> usize {
    let third = |at: usize, len: usize| if at == 0 { 0 } else { 1 + usize::from(at == len - 1) };
    3 * third(y, height) + third(x, width)
}

/// Whether a class lacks a tap.
fn missing(class: usize, tap: usize) -> bool {
    let lacks = |third: usize, at: usize| third == at && third != 1;
    lacks(class / 3, tap / 3) || lacks(class % 3, tap % 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a number is odd after a few rounds of mixing.
    fn coin(seed: usize) -> bool {
        (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 29).count_ones() % 2 == 1
    }

    #[test]
    fn both_kernels_compute_the_formula() {
        let (height, width) = (3, 8);
        let weight = SignWeights::from_fn(CHANNELS, CHANNELS, 3, |o, i, ky, kx| coin(((o * 64 + i) * 3 + ky) * 3 + kx));
        let scale = std::array::from_fn(|c| 200 + 37 * c as i16);
        let bias = std::array::from_fn(|c| 5 * c as i16 - 160);
        let value = |i: usize| if coin(i + 7) { i as i16 % 900 } else { -1 - i as i16 % 900 };
        let before: Vec<i16> = (0..height * width * CHANNELS).map(value).collect();
        let sign = |value: bool| if value { 1 } else { -1 };
        let after = |at: usize| {
            let (y, x, output) = (at / CHANNELS / width, at / CHANNELS % width, at % CHANNELS);
            let mut dot = 0;
            for (ky, kx, i) in (0..3).flat_map(|ky| (0..3).flat_map(move |kx| (0..64).map(move |i| (ky, kx, i)))) {
                let (row, column) = ((y + ky).wrapping_sub(1), (x + kx).wrapping_sub(1));
                if row < height && column < width {
                    let value = before[(row * width + column) * CHANNELS + i];
                    dot += sign(value >= 0) * sign(weight.is_positive(output, i, ky, kx));
                }
            }
            let t = (32 * dot * i32::from(scale[output]) + (1 << 14)) >> 15;
            (t as i16).saturating_add(bias[output]).saturating_add(before[at])
        };
        let expected: Vec<i16> = (0..before.len()).map(after).collect();
        for layer in [Direct::avx512(&weight, scale, bias), Direct::avx2(&weight, scale, bias)].into_iter().flatten() {
            let mut map = Map::new(before.clone(), (height, width));
            layer.run(&mut map);
            assert!(map.stream() == expected, "{:?}", layer.kernel);
            let repacked = Map::new(expected.clone(), (height, width));
            assert_eq!(map.signs, repacked.signs, "{:?}", layer.kernel);
        }
    }
}
