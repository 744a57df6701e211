//! Which inputs of a binary convolution are counted together, and which table entries each output adds.
//!
//! An *input* is a tap of the window at one input channel; a *cell* is nine inputs in three triples: the window of one
//! channel if the kernel is 3x3, nine channels if it is 1x1. A *pass* is sixteen cells. Where inputs or cells run out, an input
//! of zeros with weight 0 takes their place: it never differs.

use bsr_model::integer::SignWeights;

use super::{
    geometry::Geometry,
    planes::Planes,
    table::PATTERNS,
    triples::{CARRIES, CELL, GROUPS, PASS, Triples},
};

/// Inputs of a pass.
const INPUTS: usize = CELL * PASS;

/// A channel and a tap of its window, `(channel, ky, kx)`; none where there is no input.
type Input = Option<(usize, usize, usize)>;

/// A binary convolution's inputs in cells, and its weights as entries of tables.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    inputs: Vec<Input>,
    kernel: usize,
    channels: usize,
    /// `[pass][output]`.
    choices: Vec<Choices>,
}

/// The entry of each group that an output adds in a pass: eight times its pattern, eight groups to a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choices([u64; GROUPS.div_ceil(8)]);

impl Cells {
    /// Lays weights out.
    pub(super) fn new(weight: &SignWeights) -> Self {
        let (kernel, channels) = (weight.kernel(), weight.in_channels());
        let taps = kernel * kernel;
        let real = channels * taps;
        let input = |i| (i < real).then(|| (i / taps, i % taps / kernel, i % kernel));
        let inputs: Vec<_> = (0..real.next_multiple_of(INPUTS)).map(input).collect();
        let mut choices = Vec::new();
        for pass in inputs.chunks_exact(INPUTS) {
            choices.extend((0..weight.out_channels()).map(|output| Choices::new(weight, output, pass)));
        }
        Self { inputs, kernel, channels, choices }
    }

    /// Passes of sixteen cells.
    pub(super) fn passes(&self) -> usize {
        self.inputs.len() / INPUTS
    }

    /// What each output adds in a pass.
    pub(super) fn choices(&self, pass: usize) -> &[Choices] {
        let outputs = self.choices.len() / self.passes();
        &self.choices[pass * outputs..][..outputs]
    }

    /// Index in the sign planes of each input's word for the pixels of word 0.
    pub(super) fn sources(&self, planes: &Planes, geometry: &Geometry) -> Vec<usize> {
        let radius = (self.kernel / 2).cast_signed();
        let source = |&input: &Input| match input {
            Some((channel, ky, kx)) => {
                planes.index(channel, geometry.step(ky.cast_signed() - radius, kx.cast_signed() - radius))
            }
            None => planes.index(self.channels, 0),
        };
        self.inputs.iter().map(source).collect()
    }
}

impl Choices {
    fn new(weight: &SignWeights, output: usize, inputs: &[Input]) -> Self {
        let mut weights = Weights { weight, output, inputs, choices: Self([0; GROUPS.div_ceil(8)]) };
        for (sum, left) in weights.walk().into_iter().enumerate() {
            weights.choices.set(CARRIES + sum, usize::from(left));
        }
        weights.choices
    }

    fn set(&mut self, group: usize, pattern: usize) {
        self.0[group / 8] |= ((PATTERNS * pattern) as u64) << (8 * (group % 8));
    }

    /// Eight times the pattern of a group, at most 56.
    #[inline(always)]
    pub(super) fn pattern_times_8(&self, group: usize) -> usize {
        const MASK: u64 = (PATTERNS * (PATTERNS - 1)) as u64;
        (self.0[group / 8] >> (8 * (group % 8)) & MASK) as usize
    }
}

/// The weights of one output in a pass.
struct Weights<'a> {
    weight: &'a SignWeights,
    output: usize,
    inputs: &'a [Input],
    choices: Choices,
}

impl Triples for Weights<'_> {
    type Bits = bool;

    fn input(&self, index: usize) -> bool {
        self.inputs[index].is_some_and(|(channel, ky, kx)| {
            self.weight.tap_words(self.output, ky, kx)[channel / 64] >> (channel % 64) & 1 == 1
        })
    }

    fn sum(&self, [a, b, c]: [bool; 3]) -> bool {
        a ^ b ^ c
    }

    fn carry(&mut self, group: usize, triple: [bool; 3]) {
        let pattern = triple.iter().rev().fold(0, |pattern, &bit| 2 * pattern + usize::from(bit));
        self.choices.set(group, pattern);
    }
}
