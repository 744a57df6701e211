//! Tail and pixel shuffle of a band of rows, channels in pairs, in 32 bits.
//!
//! ```text
//! band    [row][x][c] i16, `radius` rows and columns on every side included, zeros outside the picture
//! weights [group of 4 outputs][tap][half of the channels][output] 32 x i16
//! ```
//!
//! The long skip `x_L + x_0` is added on the way to the band.

use std::arch::x86_64::*;

use bsr_model::integer::Conv;

use super::{
    GROUPS, LANES, Popcount, STEP,
    lanes::{Lanes16, Line, load16, store16},
    map::{Maps, Pixel, Size, ZERO},
};

/// Outputs that are computed together.
const OUTPUTS: usize = 4;

/// The tail.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    kernel: usize,
    outputs: usize,
    weight: Vec<[[Lanes16; OUTPUTS]; GROUPS]>,
    /// `add + half`, of each group of outputs.
    bias: Vec<[i32; OUTPUTS]>,
    shift: i64,
    scale: usize,
}

impl Tail {
    /// Lays a tail of 64 channels out.
    pub(super) fn new(conv: &Conv, scale: usize) -> Self {
        let (outputs, _, kernel, _) = conv.weight.dim();
        // Weights have 16 bits.
        let at = |o: usize, c: usize, tap: usize| match o < outputs {
            true => conv.weight[[o, c, tap / kernel, tap % kernel]] as i16,
            false => 0,
        };
        let groups = (0..outputs).step_by(OUTPUTS);
        let weight = groups.clone().flat_map(|first| (0..kernel * kernel).map(move |tap| (first, tap)));
        let weight = weight.map(|(first, tap)| {
            std::array::from_fn(|g| {
                std::array::from_fn(|o| Line(std::array::from_fn(|lane| at(first + o, LANES * g + lane, tap))))
            })
        });
        let half = 1 << (conv.shift - 1);
        let bias = |first| std::array::from_fn(|o| conv.add.get(first + o).map_or(0, |add| add + half));
        Self {
            kernel,
            outputs,
            weight: weight.collect(),
            bias: groups.map(bias).collect(),
            shift: conv.shift.into(),
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

    /// Memory of a task of `rows` rows.
    pub(super) fn band(&self, size: Size, rows: usize) -> Vec<Pixel> {
        vec![ZERO; (rows + self.kernel - 1) * self.stride(size)]
    }

    /// Pixels from a row of a band to the next.
    fn stride(&self, size: Size) -> usize {
        size.pitch() + self.kernel - 1
    }
}

/// The tail of the rows `first .. first + rows`. Gives `[colour][row][column]` of the SR picture.
pub(super) struct TailRows<'a> {
    pub(super) tail: &'a Tail,
    pub(super) maps: &'a Maps,
    pub(super) first: usize,
    pub(super) rows: usize,
    /// Its columns beside the picture are zero.
    pub(super) band: &'a mut [Pixel],
}

impl TailRows<'_> {
    /// Computes the rows.
    pub(super) fn run(self, _: Popcount) -> Vec<u8> {
        // SAFETY: a `Popcount` proves that the CPU has the instruction sets.
        unsafe { self.run_here() }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn run_here(mut self) -> Vec<u8> {
        self.gather();
        let Self { tail, rows, .. } = self;
        let (width, scale) = (self.maps.size.width, tail.scale);
        let mut sr = vec![0; tail.outputs * rows * width];
        let taps = tail.kernel * tail.kernel;
        let groups = tail.weight.chunks_exact(taps).zip(&tail.bias).enumerate();
        for (group, (weight, bias)) in groups {
            for (row, x) in (0..rows).flat_map(|row| (0..width).step_by(STEP).map(move |x| (row, x))) {
                for (pixel, values) in self.convolve(weight, bias, row, x).into_iter().enumerate().take(width - x) {
                    let outputs = group * OUTPUTS..tail.outputs.min((group + 1) * OUTPUTS);
                    for (output, value) in outputs.zip(values) {
                        let (colour, i, j) = (output / (scale * scale), output / scale % scale, output % scale);
                        sr[(((colour * rows + row) * scale + i) * width + x + pixel) * scale + j] = value;
                    }
                }
            }
        }
        sr
    }

    /// Copies the rows that the band reads, with the long skip.
    #[target_feature(enable = "avx512f,avx512bw")]
    fn gather(&mut self) {
        let Maps { size, stream, first, .. } = self.maps;
        let (radius, stride) = (self.tail.kernel / 2, self.tail.stride(*size));
        for (row, band) in self.band.chunks_exact_mut(stride).enumerate() {
            let Some(y) = (self.first + row).checked_sub(radius).filter(|&y| y < size.height) else {
                band.fill(ZERO);
                continue;
            };
            let (band, at) = (&mut band[radius..][..size.width], y * size.pitch());
            if first.is_empty() {
                band.copy_from_slice(&stream[at..][..size.width]);
                continue;
            }
            for ((sum, last), first) in band.iter_mut().zip(&stream[at..]).zip(&first[at..]) {
                for ((sum, last), first) in sum.iter_mut().zip(last).zip(first) {
                    store16(_mm512_add_epi16(load16(last), load16(first)), sum);
                }
            }
        }
    }

    /// A group's outputs at four pixels of a row.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    #[inline]
    fn convolve(
        &self,
        weight: &[[[Lanes16; OUTPUTS]; GROUPS]],
        bias: &[i32; OUTPUTS],
        row: usize,
        x: usize,
    ) -> [[u8; OUTPUTS]; STEP] {
        let stride = self.tail.stride(self.maps.size);
        let mut sums = [[_mm512_setzero_si512(); OUTPUTS]; STEP];
        for (ky, weight) in weight.chunks_exact(self.tail.kernel).enumerate() {
            let band = &self.band[(row + ky) * stride + x..][..STEP + self.tail.kernel - 1];
            for (pixels, weight) in band.windows(STEP).zip(weight) {
                for g in 0..GROUPS {
                    for o in 0..OUTPUTS {
                        let weight = load16(&weight[g][o]);
                        for pixel in 0..STEP {
                            sums[pixel][o] = _mm512_dpwssd_epi32(sums[pixel][o], load16(&pixels[pixel][g]), weight);
                        }
                    }
                }
            }
        }
        let [a, b, c, d] = sums;
        let to_pixels = |sums| to_pixels(sums, bias, self.tail.shift);
        [to_pixels(a), to_pixels(b), to_pixels(c), to_pixels(d)]
    }
}

/// The sums of the lanes of four registers, rounded and limited to 0 ..= 255.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn to_pixels([a, b, c, d]: [__m512i; OUTPUTS], bias: &[i32; OUTPUTS], shift: i64) -> [u8; OUTPUTS] {
    let ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    let abcd = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    let abcd = _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64::<1>(abcd));
    let abcd = _mm_add_epi32(_mm256_castsi256_si128(abcd), _mm256_extracti128_si256::<1>(abcd));
    let [a, b, c, d] = *bias;
    let v = _mm_sra_epi32(_mm_add_epi32(abcd, _mm_setr_epi32(a, b, c, d)), _mm_cvtsi64_si128(shift));
    let v = _mm_packs_epi32(v, v);
    _mm_cvtsi128_si32(_mm_packus_epi16(v, v)).to_le_bytes()
}
