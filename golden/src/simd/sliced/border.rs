//! How far a dot product falls short of its largest value, by border class.
//!
//! With `n` inputs, `dot = n - short`, and `short = 2 * differ` for a whole window. A tap outside the picture contributes 0, but
//! its sign words are zero and differ where the weight is +1, `padded` times of `C` channels; so
//! `short = 2 * differ + correction[class]`, with `correction[class] = sum over missing taps of (C - 2 * padded)`. A class says how
//! many rows and columns are missing at the top, bottom, left and right, in base `radius + 1`: a 3x3 has 16 classes.
//!
//! A correction may leave 16 bits, the dot never does: arithmetic modulo `2^16` is exact.

use bsr_model::integer::SignWeights;

use super::{geometry::Geometry, registers::Registers};

/// Corrections of all outputs.
#[derive(Clone, Debug)]
pub(super) struct Borders {
    radius: usize,
    classes: usize,
    /// `[output][class]`, at least 16 classes.
    corrections: Vec<i16>,
}

impl Borders {
    /// Lays out the corrections of a convolution.
    pub(super) fn new(weight: &SignWeights) -> Self {
        let radius = weight.kernel() / 2;
        let classes = (radius + 1).pow(4).max(16);
        let of = |output| (0..classes).map(move |class| correction(weight, output, class));
        Self { radius, classes, corrections: (0..weight.out_channels()).flat_map(of).collect() }
    }

    /// Whether any window is incomplete.
    pub(super) fn exist(&self) -> bool {
        self.radius > 0
    }

    /// Writes the corrections of a block's lanes, `[segment][lane]`, for the segments of `at_border`; `word` is the block's first.
    #[inline(always)]
    pub(super) fn write<R: Registers>(
        &self,
        registers: R,
        geometry: &Geometry,
        output: usize,
        word: usize,
        mut at_border: u16,
        corrections: &mut [i16],
    ) {
        let table = &self.corrections[output * self.classes..][..self.classes];
        while at_border != 0 {
            let segment = at_border.trailing_zeros() as usize;
            at_border &= at_border - 1;
            let lanes = &mut corrections[segment * R::LANES..][..R::LANES];
            match table.first_chunk() {
                Some(table) if self.radius == 1 => {
                    let corrections = registers.look_up(table, geometry.classes(word, segment));
                    registers.store_i16(corrections, lanes);
                }
                _ => self.write_lanes(geometry, table, word, segment, lanes),
            }
        }
    }

    /// The same for one segment and any radius.
    #[inline(never)]
    fn write_lanes(&self, geometry: &Geometry, table: &[i16], word: usize, segment: usize, lanes: &mut [i16]) {
        for (lane, correction) in lanes.iter_mut().enumerate() {
            let position = geometry.position(word + lane, segment);
            *correction = table[position.map_or(0, |at| class(self.radius, at, (geometry.height, geometry.width)))];
        }
    }
}

/// Border class of a pixel.
pub(super) fn class(radius: usize, (y, x): (usize, usize), (height, width): (usize, usize)) -> usize {
    let missing = [y, height - 1 - y, x, width - 1 - x].map(|inside| radius.saturating_sub(inside));
    missing.into_iter().fold(0, |class, missing| class * (radius + 1) + missing)
}

/// `correction[class]` of an output, modulo `2^16`; 0 for a class that does not exist.
fn correction(weight: &SignWeights, output: usize, class: usize) -> i16 {
    let kernel = weight.kernel();
    let digits = kernel / 2 + 1;
    let inside = |pair: usize| pair / digits % digits..kernel - pair % digits;
    let (rows, columns) = (inside(class / (digits * digits)), inside(class));
    let missing = (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx)));
    let missing = missing.filter(|(ky, kx)| !(rows.contains(ky) && columns.contains(kx)));
    let of_tap = |(ky, kx)| {
        let padded: u32 = weight.tap_words(output, ky, kx).iter().map(|word| word.count_ones()).sum();
        weight.in_channels() as i64 - 2 * i64::from(padded)
    };
    // Deliberately modulo 2^16.
    missing.map(of_tap).sum::<i64>() as i16
}
