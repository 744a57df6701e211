//! A binary stage of one block of pixels: count, transpose, finish.
//!
//! ```text
//! for each pass of 16 cells:   sign planes -> table
//!     for each output:         count += what it chose of the table     as bit planes
//! for each output:             bit planes -> lanes -> stream, next signs
//! ```
//!
//! Each line is a function of its own, so that its registers are its own.

use bsr_model::integer::{BinaryConv, Formats, SigmoidTable};

use super::{
    adder::{Count, FEWEST_PLANES},
    aligned::Aligned,
    border::Borders,
    cells::{Cells, Choices},
    finish::{Affine, Form},
    geometry::{Geometry, SEGMENTS, for_each_segment},
    registers::{Job, MOST_LANES, Registers},
    sign::Thresholds,
    spatial::Spatial,
    table::{ENTRIES, Table},
    transpose::doubled_counts,
};

/// Most planes of a count: a dot product fits 16 bits.
const MOST_PLANES: usize = 15;

/// Most inputs of an output.
pub(super) const MOST_INPUTS: usize = (1 << MOST_PLANES) - 1;

/// A binary stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) cells: Cells,
    /// Planes that a count needs.
    planes: usize,
    spatial: Option<Spatial>,
    affine: Affine,
    borders: Borders,
}

/// Memory of a task.
pub(super) struct Scratch {
    table: Aligned<u16>,
    /// `[output][plane][lane]`.
    counts: Aligned<u16>,
    /// Of one output, `[segment][lane]`.
    corrections: Aligned<i16>,
    /// Of the pixels, `[segment][lane]`.
    factors: Aligned<i32>,
}

impl Scratch {
    /// Enough for stages of this many outputs.
    pub(super) fn new(outputs: usize) -> Self {
        Self {
            table: Aligned::new(ENTRIES * MOST_LANES),
            counts: Aligned::new(outputs * MOST_PLANES * MOST_LANES),
            corrections: Aligned::new(SEGMENTS * MOST_LANES),
            factors: Aligned::new(SEGMENTS * MOST_LANES),
        }
    }
}

impl Stage {
    /// Lays a stage out.
    pub(super) fn new(layer: &BinaryConv, table: Option<&SigmoidTable>, formats: Formats) -> Self {
        let inputs = layer.weight.in_channels() * layer.weight.kernel().pow(2);
        Self {
            cells: Cells::new(&layer.weight),
            planes: (usize::BITS - inputs.leading_zeros()) as usize,
            spatial: layer.spatial.as_ref().zip(table).map(|(factor, table)| Spatial::new(factor, table)),
            affine: Affine::new(layer, formats, inputs),
            borders: Borders::new(&layer.weight),
        }
    }
}

/// A stage of one block.
pub(super) struct Block<'a> {
    pub(super) stage: &'a Stage,
    pub(super) geometry: &'a Geometry,
    /// Sign planes, and where each input starts in them.
    pub(super) signs: &'a [u16],
    pub(super) sources: &'a [usize],
    /// Thresholds of the next stage.
    pub(super) thresholds: &'a Thresholds,
    pub(super) block: usize,
    /// The block's stream, `[channel][segment][lane]`.
    pub(super) stream: &'a mut [i16],
    /// The block's next signs, `[channel][lane]`.
    pub(super) next: &'a mut [u16],
    pub(super) scratch: &'a mut Scratch,
}

impl Block<'_> {
    /// Runs the stage.
    pub(super) fn run<R: Registers>(self, registers: R) {
        match self.stage.planes <= FEWEST_PLANES {
            true => self.run_with::<R, FEWEST_PLANES>(registers),
            false => self.run_with::<R, MOST_PLANES>(registers),
        }
    }

    fn run_with<R: Registers, const PLANES: usize>(self, registers: R) {
        let (cells, word) = (&self.stage.cells, self.block * R::LANES);
        let Scratch { table, counts, corrections, factors } = self.scratch;
        let factors = match &self.stage.spatial {
            Some(_) => &mut factors[..SEGMENTS * R::LANES],
            None => &mut [],
        };
        if let Some(spatial) = &self.stage.spatial {
            spatial.write(self.stream, factors);
        }
        let table = &mut table[..ENTRIES * R::LANES];
        for (pass, sources) in self.sources.chunks_exact(self.sources.len() / cells.passes()).enumerate() {
            registers.run(Table { registers, signs: self.signs, sources, word, entries: &mut *table });
            let (choices, counts, stream) = (cells.choices(pass), &mut *counts, &*self.stream);
            registers.run(Pass::<PLANES> { pass, table, choices, counts, stream });
        }
        let finish = Finish::<PLANES> {
            affine: &self.stage.affine,
            borders: &self.stage.borders,
            geometry: self.geometry,
            thresholds: self.thresholds,
            block: self.block,
            counts,
            corrections: &mut corrections[..SEGMENTS * R::LANES],
            factors,
            stream: self.stream,
            next: self.next,
        };
        match self.stage.affine.form() {
            Form::Plain => registers.run(FinishAs::<PLANES, PLAIN>(finish)),
            Form::Gentle => registers.run(FinishAs::<PLANES, GENTLE>(finish)),
            Form::Steep => registers.run(FinishAs::<PLANES, STEEP>(finish)),
            Form::Wide => registers.run(FinishAs::<PLANES, WIDE>(finish)),
        }
    }
}

/// One pass of all outputs.
struct Pass<'a, const PLANES: usize> {
    pass: usize,
    table: &'a [u16],
    choices: &'a [Choices],
    counts: &'a mut [u16],
    /// The block's stream, which is needed after the last pass.
    stream: &'a [i16],
}

/// Passes that ask for the stream, each for one part of it.
const AHEAD: usize = 4;

impl<const PLANES: usize> Job for Pass<'_, PLANES> {
    type Output = ();

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let counts = self.counts.chunks_exact_mut(PLANES * R::LANES);
        let streams = self.stream.chunks_exact(SEGMENTS * R::LANES);
        let part = self.pass % AHEAD * (SEGMENTS * R::LANES / AHEAD);
        for ((choices, counts), stream) in self.choices.iter().zip(counts).zip(streams) {
            registers.prefetch(&stream[part..][..SEGMENTS * R::LANES / AHEAD]);
            let mut count =
                if self.pass == 0 { Count::<R, PLANES>::zero(registers) } else { Count::load(registers, counts) };
            count.add_pass(self.table, choices);
            count.store(counts);
        }
    }
}

/// Counts to stream and signs, of all outputs.
struct Finish<'a, const PLANES: usize> {
    affine: &'a Affine,
    borders: &'a Borders,
    geometry: &'a Geometry,
    thresholds: &'a Thresholds,
    block: usize,
    counts: &'a [u16],
    corrections: &'a mut [i16],
    /// Empty where the stage has none.
    factors: &'a [i32],
    stream: &'a mut [i16],
    next: &'a mut [u16],
}

/// The same in one [`Form`].
struct FinishAs<'a, const PLANES: usize, const FORM: u8>(Finish<'a, PLANES>);

const PLAIN: u8 = Form::Plain as u8;
const GENTLE: u8 = Form::Gentle as u8;
const STEEP: u8 = Form::Steep as u8;
const WIDE: u8 = Form::Wide as u8;

impl<const PLANES: usize, const FORM: u8> Job for FinishAs<'_, PLANES, FORM> {
    type Output = ();

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let Finish { affine, borders, geometry, thresholds, block, counts, corrections, factors, stream, next } =
            self.0;
        let form = const { [Form::Plain, Form::Gentle, Form::Steep, Form::Wide][FORM as usize] };
        let (word, len) = (block * R::LANES, SEGMENTS * R::LANES);
        let at_border = if borders.exist() { geometry.at_border[block] } else { 0 };
        let inside = registers.load(&geometry.inside[word..]);
        let corrections = &mut corrections[..len];
        let outputs = stream.chunks_exact_mut(len).zip(next.chunks_exact_mut(R::LANES));
        for (output, ((stream, next), counts)) in outputs.zip(counts.chunks_exact(PLANES * R::LANES)).enumerate() {
            let stream = &mut stream[..len];
            borders.write(registers, geometry, output, word, at_border, corrections);
            let parameters = affine.output(registers, output);
            let mut signs = thresholds.start(registers, output);
            let doubled = doubled_counts(registers, &Count::<R, PLANES>::load(registers, counts).planes);
            for_each_segment!(segment => {
                let lanes = segment * R::LANES..(segment + 1) * R::LANES;
                let mut short = doubled[segment];
                if at_border >> segment & 1 == 1 {
                    short = registers.add(short, registers.load_i16(&corrections[lanes.clone()]));
                }
                let stream = &mut stream[lanes.clone()];
                let v = if FORM == WIDE {
                    let mut shorts = [0; MOST_LANES];
                    registers.store(short, &mut shorts);
                    affine.finish_wide(output, &shorts, factors.get(lanes).unwrap_or_default(), stream);
                    registers.load_i16(stream)
                } else {
                    Affine::finish(registers, form, &parameters, short, registers.load_i16(stream))
                };
                registers.store_i16(v, stream);
                signs.add(segment, v);
            });
            registers.store(signs.words(inside), next);
        }
    }
}
