//! A binary stage of one block of pixels: count, transpose, finish.
//!
//! ```text
//! for each pass of 16 cells:   sign planes -> table (34 entries a cell)
//!     for each output:         count += table[offsets[output]]          as bit planes
//!         in the last pass:    bit planes -> lanes -> stream, next signs
//! ```

use bsr_model::integer::{BinaryConv, Formats};

use super::{
    adder::{Count, FEWEST_PLANES, PASS},
    aligned::Aligned,
    border::Borders,
    cells::Cells,
    finish::Affine,
    geometry::{Geometry, SEGMENTS},
    registers::{Job, MOST_LANES, Registers},
    sign::Thresholds,
    table::{self, ENTRIES},
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
    affine: Affine,
    borders: Borders,
    outputs: usize,
}

/// Memory of a task.
pub(super) struct Scratch {
    table: Aligned<u16>,
    counts: Aligned<u16>,
}

impl Scratch {
    /// Enough for stages of this many outputs.
    pub(super) fn new(outputs: usize) -> Self {
        Self {
            table: Aligned::new(PASS * ENTRIES * MOST_LANES),
            counts: Aligned::new(outputs * MOST_PLANES * MOST_LANES),
        }
    }
}

impl Stage {
    /// Lays a stage out for registers of `lanes` lanes.
    pub(super) fn new(layer: &BinaryConv, formats: Formats, lanes: usize) -> Self {
        let inputs = layer.weight.in_channels() * layer.weight.kernel().pow(2);
        Self {
            cells: Cells::new(&layer.weight, lanes),
            planes: (usize::BITS - inputs.leading_zeros()) as usize,
            affine: Affine::new(layer, formats, inputs),
            borders: Borders::new(&layer.weight),
            outputs: layer.weight.out_channels(),
        }
    }
}

/// A stage of one block.
pub(super) struct StageJob<'a> {
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

impl Job for StageJob<'_> {
    type Output = ();

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) {
        let affine = &self.stage.affine;
        match (self.stage.planes <= FEWEST_PLANES, affine.is_narrow()) {
            (true, true) => self.count::<R, FEWEST_PLANES, true>(registers),
            (false, true) => self.count::<R, MOST_PLANES, true>(registers),
            (_, false) => self.count::<R, MOST_PLANES, false>(registers),
        }
    }
}

impl StageJob<'_> {
    /// All passes.
    #[inline(always)]
    fn count<R: Registers, const PLANES: usize, const NARROW: bool>(mut self, registers: R) {
        let (passes, word) = (self.stage.cells.passes(), self.block * R::LANES);
        for (pass, sources) in self.sources.chunks_exact(self.sources.len() / passes).enumerate() {
            let table = &mut self.scratch.table[..PASS * ENTRIES * R::LANES];
            table::build(registers, self.signs, sources, word, table);
            for output in 0..self.stage.outputs {
                let counts = output * PLANES * R::LANES..(output + 1) * PLANES * R::LANES;
                let mut count = match pass {
                    0 => Count::<R, PLANES>::zero(registers),
                    _ => Count::load(registers, &self.scratch.counts[counts.clone()]),
                };
                if pass + 1 == passes {
                    let len = SEGMENTS * R::LANES;
                    registers.prefetch(&self.stream[output * len..][..len]);
                }
                let offsets = &self.stage.cells.offsets(pass)[output];
                // SAFETY: `Cells::new` made the offset `2 * LANES * (cell * ENTRIES + entry)`, with `cell < PASS` and
                // `entry < ENTRIES`, so a register at it ends within the `PASS * ENTRIES * LANES` words of the table.
                unsafe { count.add_pass(&self.scratch.table[..PASS * ENTRIES * R::LANES], offsets) };
                if pass + 1 < passes {
                    count.store(&mut self.scratch.counts[counts]);
                } else {
                    self.finish::<R, PLANES, NARROW>(registers, output, &count);
                }
            }
        }
    }

    /// Counts to stream and signs.
    #[inline(always)]
    fn finish<R: Registers, const PLANES: usize, const NARROW: bool>(
        &mut self,
        registers: R,
        output: usize,
        count: &Count<R, PLANES>,
    ) {
        let (stage, geometry, word) = (self.stage, self.geometry, self.block * R::LANES);
        let differ = doubled_counts(registers, &count.planes);
        let parameters = stage.affine.output(registers, output);
        let inner = registers.splat(stage.borders.inner(output).cast_unsigned());
        let at_border: &[bool] = &geometry.at_border[self.block * SEGMENTS..][..SEGMENTS];
        let mut signs = self.thresholds.start(registers, output);
        let stream = &mut self.stream[output * SEGMENTS * R::LANES..][..SEGMENTS * R::LANES];
        for (segment, stream) in stream.chunks_exact_mut(R::LANES).enumerate() {
            let base = match at_border[segment] && stage.borders.exist() {
                true => stage.borders.bases(registers, geometry, output, word, segment),
                false => inner,
            };
            let dot = registers.sub(base, differ[segment]);
            let x = registers.load_i16(stream);
            let v = match NARROW {
                true => stage.affine.finish(registers, &parameters, dot, x),
                false => stage.affine.finish_wide(registers, output, dot, x),
            };
            registers.store_i16(v, stream);
            signs.push(v);
        }
        let inside = registers.load(&geometry.inside[word..]);
        registers.store(signs.words(inside), &mut self.next[output * R::LANES..]);
    }
}
