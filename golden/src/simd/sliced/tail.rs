//! Tail and pixel shuffle of a band of rows: the stream is gathered into rows, then convolved in 32 bits, channels in pairs.
//!
//! ```text
//! band    [channel][row][x] i16, rows `radius` above and below included, `pitch` apart, zeros outside the picture
//! weights [group of 4 outputs][pair of channels][tap][output], the pair's weights side by side in 32 bits
//! ```
//!
//! The long skip `x_L + x_0` is added on the way. Where it may need more than 16 bits the two terms stay apart, as twice as many
//! channels with the same weights: the sum is the same modulo `2^32`, and its true value fits.

use bsr_model::integer::Conv;

use super::{
    aligned::Aligned,
    geometry::Geometry,
    head::pack,
    registers::{Job, MOST_LANES, Registers},
};

/// Outputs that are computed together.
const GROUP: usize = 4;

/// Rows of a band.
pub(super) const ROWS: usize = 12;

/// The tail.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    kernel: usize,
    outputs: usize,
    /// Channels of a band, an even number.
    channels: usize,
    weight: Vec<[i32; GROUP]>,
    /// `add + half`.
    bias: Vec<i32>,
    shift: u32,
    /// Whether the terms of the long skip stay apart.
    apart: bool,
    scale: usize,
}

impl Tail {
    /// Lays a tail out; `apart` if the sum of the long skip does not fit 16 bits.
    pub(super) fn new(conv: &Conv, scale: usize, apart: bool) -> Self {
        let (outputs, inputs, kernel, _) = conv.weight.dim();
        let real = if apart { 2 * inputs } else { inputs };
        let channels = real.next_multiple_of(2);
        let at = |output: usize, channel: usize, ky: usize, kx: usize| {
            if output < outputs && channel < real { conv.weight[[output, channel % inputs, ky, kx]] } else { 0 }
        };
        let mut weight = Vec::new();
        for group in (0..outputs).step_by(GROUP) {
            for channel in (0..channels).step_by(2) {
                for (ky, kx) in (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx))) {
                    let pair = |o| pack(at(group + o, channel, ky, kx), at(group + o, channel + 1, ky, kx));
                    weight.push(std::array::from_fn(pair));
                }
            }
        }
        let half = 1 << (conv.shift - 1);
        Self {
            kernel,
            outputs,
            channels,
            weight,
            bias: conv.add.iter().map(|add| add + half).collect(),
            shift: conv.shift,
            apart,
            scale,
        }
    }

    /// Channels of the SR picture.
    pub(super) fn colours(&self) -> usize {
        self.outputs / (self.scale * self.scale)
    }

    /// Pixel-shuffle factor.
    pub(super) fn scale(&self) -> usize {
        self.scale
    }

    /// Elements of a channel of a band; some more than its rows, because registers are read whole.
    fn channel_len(&self, geometry: &Geometry) -> usize {
        (ROWS + self.kernel - 1) * geometry.pitch + self.kernel + MOST_LANES
    }

    /// Memory of a task.
    pub(super) fn band(&self, geometry: &Geometry) -> Aligned<i16> {
        Aligned::new(self.channels * self.channel_len(geometry))
    }
}

/// The tail of one band: rows `first .. first + rows` of the LR picture. Gives `[colour][row][column]` of the SR picture.
pub(super) struct TailJob<'a> {
    pub(super) tail: &'a Tail,
    pub(super) geometry: &'a Geometry,
    pub(super) stream: &'a [i16],
    /// The head's output, where there is a long skip.
    pub(super) first_stream: Option<&'a [i16]>,
    /// Channels of the stream.
    pub(super) channels: usize,
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) band: &'a mut [i16],
}

impl Job for TailJob<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn run<R: Registers>(mut self, registers: R) -> Vec<u8> {
        self.gather(registers);
        let (tail, width) = (self.tail, self.geometry.width);
        let scale = tail.scale;
        let mut sr = vec![0; tail.outputs * self.rows * width];
        let mut values = [[0; MOST_LANES]; GROUP];
        for row in 0..self.rows {
            for x in (0..width).step_by(R::LANES) {
                for group in 0..tail.outputs.div_ceil(GROUP) {
                    self.convolve(registers, group, row, x, &mut values);
                    let outputs = group * GROUP..tail.outputs.min((group + 1) * GROUP);
                    for (output, values) in outputs.zip(&values) {
                        let (colour, i, j) = (output / (scale * scale), output / scale % scale, output % scale);
                        let start = (((colour * self.rows + row) * scale + i) * width + x) * scale + j;
                        let pixels = sr[start..].iter_mut().step_by(scale).take(R::LANES.min(width - x));
                        pixels.zip(values).for_each(|(pixel, &value)| *pixel = value as u8);
                    }
                }
            }
        }
        sr
    }
}

impl TailJob<'_> {
    /// Copies the rows that the band reads out of the stream.
    #[inline(always)]
    fn gather<R: Registers>(&mut self, registers: R) {
        let (tail, geometry) = (self.tail, self.geometry);
        let (radius, width) = (tail.kernel / 2, geometry.width);
        self.band.fill(0);
        for row in 0..self.rows + 2 * radius {
            let y = match (self.first + row).checked_sub(radius) {
                Some(y) if y < geometry.height => y,
                _ => continue,
            };
            let mut x = 0;
            while x < width {
                let pixel = y * geometry.pitch + x;
                let len = (R::LANES - geometry.place(pixel).0 % R::LANES).min(width - x);
                let to = row * geometry.pitch + x + radius;
                self.copy_run(registers, geometry.stream_offset(pixel, self.channels), to, len);
                x += len;
            }
        }
    }

    /// Copies `len` neighbours in all channels.
    #[inline(always)]
    fn copy_run<R: Registers>(&mut self, registers: R, from: usize, to: usize, len: usize) {
        let (step, stride) = (self.geometry.channel_len(), self.tail.channel_len(self.geometry));
        for channel in 0..self.channels {
            let from = from + channel * step..from + channel * step + len;
            let to = channel * stride + to..channel * stride + to + len;
            let values = &self.stream[from.clone()];
            match self.first_stream {
                Some(first) if self.tail.apart => {
                    let shift = self.channels * stride;
                    self.band[to.start + shift..to.end + shift].copy_from_slice(&first[from]);
                    self.band[to].copy_from_slice(values);
                }
                Some(first) if len == R::LANES => {
                    let sum = registers.add(registers.load_i16(values), registers.load_i16(&first[from]));
                    registers.store_i16(sum, &mut self.band[to]);
                }
                Some(first) => {
                    let terms = values.iter().zip(&first[from]);
                    self.band[to].iter_mut().zip(terms).for_each(|(sum, (a, b))| *sum = a + b);
                }
                None => self.band[to].copy_from_slice(values),
            }
        }
    }

    /// A group's outputs at `LANES` pixels of a row, 0 to 255.
    #[inline(always)]
    fn convolve<R: Registers>(
        &self,
        registers: R,
        group: usize,
        row: usize,
        x: usize,
        values: &mut [[i16; MOST_LANES]; GROUP],
    ) {
        let (tail, pitch) = (self.tail, self.geometry.pitch);
        let stride = tail.channel_len(self.geometry);
        let taps = tail.kernel * tail.kernel;
        let mut sums = [(registers.splat32(0), registers.splat32(0)); GROUP];
        for (sum, &bias) in sums.iter_mut().zip(&tail.bias[group * GROUP..]) {
            *sum = (registers.splat32(bias), registers.splat32(bias));
        }
        let weights = &tail.weight[group * tail.channels / 2 * taps..][..tail.channels / 2 * taps];
        for (pair, weights) in weights.chunks_exact(taps).enumerate() {
            let (a, b) = self.band[2 * pair * stride..][..2 * stride].split_at(stride);
            for (ky, weights) in weights.chunks_exact(tail.kernel).enumerate() {
                let start = (row + ky) * pitch + x;
                for (kx, weights) in weights.iter().enumerate() {
                    let (low, high) =
                        registers.widen(registers.load_i16(&a[start + kx..]), registers.load_i16(&b[start + kx..]));
                    for (sum, &weight) in sums.iter_mut().zip(weights) {
                        let weight = registers.splat32(weight);
                        sum.0 = registers.multiply_pairs32(sum.0, low, weight);
                        sum.1 = registers.multiply_pairs32(sum.1, high, weight);
                    }
                }
            }
        }
        let shift = registers.splat32(tail.shift.cast_signed());
        for (values, (low, high)) in values.iter_mut().zip(sums) {
            let v = registers.narrow(registers.shift_right32(low, shift), registers.shift_right32(high, shift));
            let v = registers.min(registers.max(v, registers.splat(0)), registers.splat(255));
            registers.store_i16(v, values);
        }
    }
}
