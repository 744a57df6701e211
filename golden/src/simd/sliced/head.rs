//! Head: pixels to stream and signs. The taps are multiplied and added in pairs, in 32 bits.
//!
//! ```text
//! input   [colour][pixel] i16 with a margin of `reach` zeros; padded pixels are 0, so that no tap has a border case
//! weights [output][pair of taps], the pair's weights side by side in 32 bits
//! ```

use bsr_model::integer::{Conv, Formats, InputFormat};
use ndarray::ArrayView3;

use super::{
    geometry::{Geometry, SEGMENTS},
    registers::{Job, Registers},
    sign::Thresholds,
};

/// The head.
#[derive(Clone, Debug)]
pub(super) struct Head {
    kernel: usize,
    outputs: usize,
    /// `(colour, ky, kx)` of both taps of each pair.
    pairs: Vec<[(usize, usize, usize); 2]>,
    /// `[output][pair]`.
    weight: Vec<i32>,
    /// `add + half`.
    bias: Vec<i32>,
    shift: u32,
    min: i16,
    max: i16,
}

impl Head {
    /// Lays a head out, of a stream of at most 16 bits.
    pub(super) fn new(conv: &Conv, formats: Formats) -> Self {
        let (outputs, colours, kernel, _) = conv.weight.dim();
        let taps: Vec<_> = (0..colours * kernel * kernel)
            .map(|tap| (tap / (kernel * kernel), tap / kernel % kernel, tap % kernel))
            .collect();
        let pairs: Vec<_> = taps.chunks(2).map(|pair| [pair[0], pair[pair.len() - 1]]).collect();
        let mut weight = Vec::with_capacity(outputs * pairs.len());
        for output in 0..outputs {
            let at = |&(colour, ky, kx): &(usize, usize, usize)| conv.weight[[output, colour, ky, kx]];
            weight.extend(taps.chunks(2).map(|pair| pack(at(&pair[0]), pair.get(1).map_or(0, at))));
        }
        let half = 1 << (conv.shift - 1);
        Self {
            kernel,
            outputs,
            pairs,
            weight,
            bias: conv.add.iter().map(|add| add + half).collect(),
            shift: conv.shift,
            min: i16::try_from(formats.min()).expect("at most 16 stream bits"),
            max: i16::try_from(formats.max()).expect("at most 16 stream bits"),
        }
    }

    /// Output channels.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Where each tap of each pair starts in the input, for pixel 0.
    pub(super) fn sources(&self, input: &Input, geometry: &Geometry) -> Vec<[usize; 2]> {
        let radius = (self.kernel / 2).cast_signed();
        let source = |(colour, ky, kx): (usize, usize, usize)| {
            let step = geometry.step(ky.cast_signed() - radius, kx.cast_signed() - radius);
            (colour * input.stride + geometry.reach).checked_add_signed(step).expect("a step is at most the margin")
        };
        self.pairs.iter().map(|pair| pair.map(source)).collect()
    }
}

/// Two weights side by side.
pub(super) fn pack(low: i32, high: i32) -> i32 {
    low & 0xffff | high << 16
}

/// Centred pixels of all colours.
pub(super) struct Input {
    stride: usize,
    cells: Vec<i16>,
}

impl Input {
    /// `in = (pixel << k) - mean_c`, which fits 16 bits.
    pub(super) fn new(lr: ArrayView3<u8>, format: &InputFormat, geometry: &Geometry) -> Self {
        let (colours, _, width) = lr.dim();
        let stride = geometry.words * SEGMENTS + 2 * geometry.reach;
        let mut cells = vec![0; colours * stride];
        for ((colour, plane), mean) in lr.outer_iter().enumerate().zip(&format.mean) {
            let centred: [i16; 256] = std::array::from_fn(|pixel| {
                let value = ((pixel as i32) << format.pixel_shift) - mean;
                i16::try_from(value).expect("the largest input was checked to fit 16 bits")
            });
            for (y, row) in plane.outer_iter().enumerate() {
                let start = colour * stride + geometry.reach + y * geometry.pitch;
                for (cell, &pixel) in cells[start..start + width].iter_mut().zip(row) {
                    *cell = centred[usize::from(pixel)];
                }
            }
        }
        Self { stride, cells }
    }

    /// All values.
    pub(super) fn cells(&self) -> &[i16] {
        &self.cells
    }
}

/// The head of one block.
pub(super) struct HeadJob<'a> {
    pub(super) head: &'a Head,
    pub(super) geometry: &'a Geometry,
    pub(super) input: &'a [i16],
    pub(super) sources: &'a [[usize; 2]],
    /// Thresholds of the first stage.
    pub(super) thresholds: &'a Thresholds,
    pub(super) block: usize,
    /// The block's stream, `[channel][segment][lane]`.
    pub(super) stream: &'a mut [i16],
    /// The block's signs, `[channel][lane]`.
    pub(super) next: &'a mut [u16],
}

impl Job for HeadJob<'_> {
    type Output = ();

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let (head, word, pairs) = (self.head, self.block * R::LANES, self.sources.len());
        let shift = registers.splat32(head.shift.cast_signed());
        let (min, max) = (registers.splat(head.min.cast_unsigned()), registers.splat(head.max.cast_unsigned()));
        let mut taps = vec![(shift, shift); pairs * SEGMENTS];
        for (segment, taps) in taps.chunks_exact_mut(pairs).enumerate() {
            let pixel = segment * self.geometry.words + word;
            for (tap, [a, b]) in taps.iter_mut().zip(self.sources) {
                *tap = registers
                    .widen(registers.load_i16(&self.input[a + pixel..]), registers.load_i16(&self.input[b + pixel..]));
            }
        }
        let inside = registers.load(&self.geometry.inside[word..]);
        for (output, weights) in head.weight.chunks_exact(pairs).enumerate() {
            let stream = &mut self.stream[output * SEGMENTS * R::LANES..][..SEGMENTS * R::LANES];
            let bias = registers.splat32(head.bias[output]);
            let mut signs = self.thresholds.start(registers, output);
            let segments = taps.chunks_exact(pairs).zip(stream.chunks_exact_mut(R::LANES));
            for (segment, (taps, stream)) in segments.enumerate() {
                let (mut low, mut high) = (bias, bias);
                for (tap, &weight) in taps.iter().zip(weights) {
                    let weight = registers.splat32(weight);
                    low = registers.multiply_pairs32(low, tap.0, weight);
                    high = registers.multiply_pairs32(high, tap.1, weight);
                }
                let (low, high) = (registers.shift_right32(low, shift), registers.shift_right32(high, shift));
                let v = registers.min(registers.max(registers.narrow(low, high), min), max);
                registers.store_i16(v, stream);
                signs.add(segment, v);
            }
            registers.store(signs.words(inside), &mut self.next[output * R::LANES..]);
        }
    }
}
