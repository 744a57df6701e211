//! The dot product where nothing differs, by border class.
//!
//! With `C` channels, `dot = base[class] - 2 * differ`. A tap outside the picture contributes 0, but its sign words are zero and
//! differ where the weight is +1, `padded` times; so `base[class] = sum over taps of (C if valid, else 2 * padded)`. A class says
//! how many rows and columns are missing at the top, bottom, left and right, in base `radius + 1`: a 3x3 has 16 classes.
//!
//! A base may leave 16 bits, the dot never does: arithmetic modulo `2^16` is exact.

use bsr_model::integer::SignWeights;

use super::{
    geometry::Geometry,
    registers::{MOST_LANES, Registers},
};

/// Bases of all outputs.
#[derive(Clone, Debug)]
pub(super) struct Borders {
    radius: usize,
    classes: usize,
    /// `[output][class]`, at least 16 classes.
    bases: Vec<i16>,
}

impl Borders {
    /// Lays out the bases of a convolution.
    pub(super) fn new(weight: &SignWeights) -> Self {
        let radius = weight.kernel() / 2;
        let classes = (radius + 1).pow(4).max(16);
        let bases =
            (0..weight.out_channels()).flat_map(|output| (0..classes).map(move |class| base(weight, output, class)));
        Self { radius, classes, bases: bases.collect() }
    }

    /// The base of a whole window.
    pub(super) fn inner(&self, output: usize) -> i16 {
        self.bases[output * self.classes]
    }

    /// Whether any window is incomplete.
    pub(super) fn exist(&self) -> bool {
        self.radius > 0
    }

    /// The bases of the lanes of a block's segment.
    #[inline(always)]
    pub(super) fn bases<R: Registers>(
        &self,
        registers: R,
        geometry: &Geometry,
        output: usize,
        word: usize,
        segment: usize,
    ) -> R::Register {
        let bases = &self.bases[output * self.classes..][..self.classes];
        if let (1, Some(table)) = (self.radius, bases.first_chunk()) {
            return registers.look_up(table, geometry.classes(word, segment));
        }
        let mut lanes = [0; MOST_LANES];
        for (lane, base) in lanes.iter_mut().enumerate().take(R::LANES) {
            let position = geometry.position(word + lane, segment);
            *base = bases[position.map_or(0, |at| class(self.radius, at, (geometry.height, geometry.width)))];
        }
        registers.load_i16(&lanes)
    }
}

/// Border class of a pixel.
pub(super) fn class(radius: usize, (y, x): (usize, usize), (height, width): (usize, usize)) -> usize {
    let missing = [y, height - 1 - y, x, width - 1 - x].map(|inside| radius.saturating_sub(inside));
    missing.into_iter().fold(0, |class, missing| class * (radius + 1) + missing)
}

/// `base[class]` of an output, modulo `2^16`; 0 for a class that does not exist.
fn base(weight: &SignWeights, output: usize, class: usize) -> i16 {
    let (kernel, channels) = (weight.kernel(), weight.in_channels());
    let digits = kernel / 2 + 1;
    let inside = |pair: usize| pair / digits % digits..kernel - pair % digits;
    let (rows, columns) = (inside(class / (digits * digits)), inside(class));
    let mut base = 0usize;
    for (ky, kx) in (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx))) {
        let positive = || weight.tap_words(output, ky, kx).iter().map(|word| word.count_ones() as usize).sum::<usize>();
        base += if rows.contains(&ky) && columns.contains(&kx) { channels } else { 2 * positive() };
    }
    // Deliberately modulo 2^16.
    base as i16
}
