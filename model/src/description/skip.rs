//! What a layer adds to its result, with its sources found.

use super::{
    DescriptionError, PlacedLayer, PlacedSkip, Skip,
    expand::{Extent, Unfolding, layer_error},
    names::resolve,
};

/// Most terms of a sum.
const MAX_TERMS: usize = 8;

impl Unfolding<'_> {
    /// The skip of a layer with so many outputs.
    pub(super) fn skip(
        &self,
        name: &str,
        skip: &Skip,
        output: usize,
        indices: &[usize],
    ) -> Result<PlacedSkip, DescriptionError> {
        let input = self.now.channels;
        match skip {
            Skip::None => Ok(PlacedSkip::None),
            Skip::Identity if input == output => Ok(PlacedSkip::Identity),
            Skip::Repeat if output.is_multiple_of(input) => Ok(PlacedSkip::Repeat),
            Skip::Identity | Skip::Repeat => {
                let found = format!("adds {input} channels to {output}");
                Err(layer_error(name, found, "a skip with as many channels, or `skip = \"none\"`"))
            }
            Skip::From(source) => {
                let source = self.position(name, &resolve(source, indices)?)?;
                self.same_extent(name, source, output, "adds the output")
            }
            Skip::InputOf(reader) => {
                let source = self.input_of(name, &resolve(reader, indices)?)?;
                self.same_extent(name, source, output, "adds the input")
            }
            Skip::Sum(terms) => self.sum(name, terms, output, indices),
            Skip::Enlarged(filter) => {
                let extent = Extent { channels: output, ..self.now };
                let expected = Extent { channels: self.network.colour.channels(), scale: self.network.scale };
                if extent != expected {
                    let found =
                        format!("adds the enlarged picture to {output} channels at {} times its size", extent.scale);
                    let expected = format!("{} at {} times", expected.channels, expected.scale);
                    return Err(layer_error(name, found, expected));
                }
                Ok(PlacedSkip::Enlarged(*filter))
            }
        }
    }

    fn sum(
        &self,
        name: &str,
        terms: &[Skip],
        output: usize,
        indices: &[usize],
    ) -> Result<PlacedSkip, DescriptionError> {
        let simple = |term: &Skip| !matches!(term, Skip::None | Skip::Sum(_) | Skip::Enlarged(_));
        if !(2..=MAX_TERMS).contains(&terms.len()) || !terms.iter().all(simple) {
            let expected = format!("2 to {MAX_TERMS} terms, each of them a skip of the stream");
            return Err(layer_error(name, format!("adds a sum of {} terms", terms.len()), expected));
        }
        let terms = terms.iter().map(|term| self.skip(name, term, output, indices));
        Ok(PlacedSkip::Sum(terms.collect::<Result<_, _>>()?))
    }

    /// Position of the layer that wrote what `reader` reads.
    pub(super) fn input_of(&self, name: &str, reader: &str) -> Result<usize, DescriptionError> {
        let before = self.position(name, reader)?.checked_sub(1);
        let before = before.filter(|&at| !matches!(self.placed[at], PlacedLayer::LongSkip { .. }));
        before.ok_or_else(|| layer_error(name, format!("adds the input of `{reader}`"), "one that reads the stream"))
    }

    fn same_extent(
        &self,
        name: &str,
        source: usize,
        output: usize,
        found: &str,
    ) -> Result<PlacedSkip, DescriptionError> {
        if self.extents[source] == (Extent { channels: output, ..self.now }) {
            return Ok(PlacedSkip::From(source));
        }
        let found = format!("{found} of a layer with {} channels", self.extents[source].channels);
        Err(layer_error(name, found, format!("{output} channels of the same size")))
    }
}
