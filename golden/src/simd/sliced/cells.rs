//! Which inputs of a binary convolution are counted together, and which table entries each output adds.
//!
//! An *input* is a tap of the window at one input channel; a *cell* is nine inputs in three triples: the window of one
//! channel if the kernel is 3x3, nine channels if it is 1x1. A *pass* is [`PASS`] cells. Where inputs or cells run out, an input
//! of zeros with weight 0 takes their place: it never differs.

use bsr_model::integer::SignWeights;

use super::{
    adder::{ADDENDS, PASS},
    geometry::Geometry,
    planes::Planes,
    table::{CARRIES, ENTRIES, PARITIES, SUM_CARRIES},
};

/// Inputs of a cell.
pub(super) const CELL: usize = 9;

/// A binary convolution's inputs in cells, and its weights as table offsets.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    /// `(channel, ky, kx)`, [`CELL`] of them a cell; none where there is no input.
    inputs: Vec<Option<(usize, usize, usize)>>,
    kernel: usize,
    channels: usize,
    /// `[pass][output]`: bytes from the start of a pass's table.
    offsets: Vec<[u16; PASS * ADDENDS]>,
}

impl Cells {
    /// Lays weights out for registers of `lanes` lanes.
    pub(super) fn new(weight: &SignWeights, lanes: usize) -> Self {
        let (kernel, channels) = (weight.kernel(), weight.in_channels());
        let taps = kernel * kernel;
        let real = channels * taps;
        let input = |i| (i < real).then(|| (i / taps, i % taps / kernel, i % kernel));
        let inputs: Vec<_> = (0..real.next_multiple_of(CELL * PASS)).map(input).collect();
        let mut offsets = Vec::new();
        for pass in inputs.chunks_exact(CELL * PASS) {
            offsets.extend((0..weight.out_channels()).map(|output| addends(weight, output, pass, lanes)));
        }
        Self { inputs, kernel, channels, offsets }
    }

    /// Passes of [`PASS`] cells.
    pub(super) fn passes(&self) -> usize {
        self.inputs.len() / (CELL * PASS)
    }

    /// Table offsets of each output in a pass.
    pub(super) fn offsets(&self, pass: usize) -> &[[u16; PASS * ADDENDS]] {
        let outputs = self.offsets.len() / self.passes();
        &self.offsets[pass * outputs..][..outputs]
    }

    /// Index in the sign planes of each input's word for the pixels of word 0.
    pub(super) fn sources(&self, planes: &Planes, geometry: &Geometry) -> Vec<usize> {
        let radius = (self.kernel / 2).cast_signed();
        let source = |&input: &Option<(usize, usize, usize)>| match input {
            Some((channel, ky, kx)) => {
                planes.index(channel, geometry.step(ky.cast_signed() - radius, kx.cast_signed() - radius))
            }
            None => planes.index(self.channels, 0),
        };
        self.inputs.iter().map(source).collect()
    }
}

/// The table entries of one output in a pass: for each cell three carries, the carry of the sums, the sum of the sums.
fn addends(
    weight: &SignWeights,
    output: usize,
    pass: &[Option<(usize, usize, usize)>],
    lanes: usize,
) -> [u16; PASS * ADDENDS] {
    let bit = |input: &Option<(usize, usize, usize)>| {
        input.is_some_and(|(channel, ky, kx)| weight.tap_words(output, ky, kx)[channel / 64] >> (channel % 64) & 1 == 1)
    };
    let pattern = |bits: [bool; 3]| bits.iter().rev().fold(0, |pattern, &bit| 2 * pattern + usize::from(bit));
    let mut offsets = [0; PASS * ADDENDS];
    for ((cell, inputs), offsets) in pass.chunks_exact(CELL).enumerate().zip(offsets.chunks_exact_mut(ADDENDS)) {
        let triples: [[bool; 3]; 3] = std::array::from_fn(|row| std::array::from_fn(|i| bit(&inputs[3 * row + i])));
        let odd = triples.map(|bits| bits[0] ^ bits[1] ^ bits[2]);
        let entries: [usize; ADDENDS] = [
            CARRIES + pattern(triples[0]),
            CARRIES + 8 + pattern(triples[1]),
            CARRIES + 16 + pattern(triples[2]),
            SUM_CARRIES + pattern(odd),
            PARITIES + usize::from(odd[0] ^ odd[1] ^ odd[2]),
        ];
        for (offset, entry) in offsets.iter_mut().zip(entries) {
            let bytes = (cell * ENTRIES + entry) * lanes * size_of::<u16>();
            *offset = u16::try_from(bytes).expect("a table is at most 34 KiB");
        }
    }
    offsets
}
