//! Columns as words of `G` pixels and places in a word.

use crate::geometry::Geometry;
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};

/// A column, counted from the first of word 0.
pub(super) struct InWords {
    /// `column / G`.
    pub word: Expr,
    /// `column mod G`; none where a word is a pixel.
    pub place: Option<Expr>,
}

/// `column`, a plain signal, in words; the caller knows that the word fits `bits` bits. Of the column, the lowest
/// `bits + g.place_bits()` bits are read.
pub(super) fn in_words(m: &mut Module, g: &Geometry, name: &str, column: &Expr, bits: usize) -> InWords {
    let low = g.place_bits();
    let read = (bits + low).min(column.width());
    if g.pixels.is_power_of_two() {
        let place = (low > 0).then(|| column.slice(0, low));
        return InWords { word: column.slice(low, read - low).extend(bits), place };
    }
    let column = m.wire(&format!("{name}_divided"), &column.slice(0, read));
    divided(m, g, name, &column, bits)
}

/// Long division, a bit at a time: two or three bits are a LUT of both the quotient and the rest.
fn divided(m: &mut Module, g: &Geometry, name: &str, column: &Expr, bits: usize) -> InWords {
    let (low, pixels) = (index_bits(g.pixels), g.pixels as u64);
    let mut rest = lit(0, low);
    let mut word = vec![];
    for at in (0..column.width()).rev() {
        let next = m.wire(&format!("{name}_rest{at}"), &cat(&[rest, column.bit(at)]));
        let fits = m.wire(&format!("{name}_fits{at}"), &next.ge(&lit(pixels, low + 1)));
        let rests = next.slice(0, low);
        rest = choose(&fits, &rests.minus(pixels), &rests);
        word.push(fits);
    }
    let word = word.split_off(word.len().saturating_sub(bits));
    InWords { word: cat(&word).extend(bits), place: Some(m.wire(&format!("{name}_place"), &rest)) }
}

/// The lowest `bits` bits of a column: that of a place in the word that starts at `first`, a plain signal, a multiple of `G`.
pub(super) fn column_of(g: &Geometry, first: &Expr, place: &Expr, bits: usize) -> Expr {
    match g.place_bits() {
        0 => first.slice(0, bits),
        low if g.pixels.is_power_of_two() => cat(&[first.slice(low, bits - low), place.clone()]),
        _ => &first.slice(0, bits) + &place.extend(bits),
    }
}
