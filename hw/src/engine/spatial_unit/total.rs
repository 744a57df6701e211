//! Sums of a pixel over the passes. Words of a pass come in the order of their columns, so that a count finds what the
//! pass before left; the head's passes follow each other word by word, and need one place.

use super::{Port, Word, addend_record_bits};
use crate::blocks::{RamStyle, ram};
use crate::geometry::{ACCUMULATOR_BITS, FACTOR_SHIFT_BITS, Geometry};
use crate::rtl::{Expr, Module, cat, choose, index_bits, lit};

/// Totals of a word's pixels, one cycle after its sums; complete with its last pass.
pub(super) struct Total {
    pub(super) values: Vec<Expr>,
    /// Of the stage, beside the values.
    pub(super) shift: Expr,
    /// Whether the stage has factors, beside the values.
    pub(super) has: Expr,
}

/// Adds the sums of a word to those of the passes before, or to the stage's addend.
pub(super) fn total(m: &mut Module, g: &Geometry, word: &Word, sums: &[Expr]) -> Total {
    m.section("Totals.");
    let write = Port::new(m, "addend", index_bits(g.stages), addend_record_bits());
    let record = write.memory(m, "addends", RamStyle::Immediate, &word.stage);
    let addend = m.wire("addend", &record.slice(0, ACCUMULATOR_BITS));
    let of_stage = m.wire("of_stage", &(&word.valid & &!&word.head));
    let of_head = m.wire("of_head", &(&word.valid & &word.head));
    let index = count(m, g, word, &of_stage);
    let leads = m.wire("first_pass", &word.pass.is(0));
    let width = sums.len() * ACCUMULATOR_BITS;
    let totals = m.promise("totals", width);
    let head = m.register_free("head_q", width, false);
    m.drive_when(&head, &of_head, &totals);
    let kept = m.instance(
        "passes",
        &ram(g.words, width, RamStyle::Immediate),
        &[
            ("write_en_i", &of_stage),
            ("write_address_i", &index),
            ("write_data_i", &totals),
            ("read_address_i", &index),
        ],
        &["read_data_o"],
    );
    let kept = m.wire("passes_before", &choose(&word.head, &head.q, &kept[0]));
    let mut parts = vec![];
    for (pixel, sum) in sums.iter().enumerate() {
        let before = kept.slice(pixel * ACCUMULATOR_BITS, ACCUMULATOR_BITS);
        let before = m.wire(&format!("before{pixel}"), &choose(&leads, &addend, &before).signed());
        parts.push(m.wire(&format!("total{pixel}"), &(&before + sum)).unsigned());
    }
    let values = parts.iter().enumerate().map(|(k, total)| m.delay(&format!("total{k}_q"), &total.signed())).collect();
    parts.reverse();
    m.fulfil(&totals, &cat(&parts));
    let shift = m.delay("shift_q", &record.slice(ACCUMULATOR_BITS, FACTOR_SHIFT_BITS));
    let has = m.delay("has_q", &record.slice(ACCUMULATOR_BITS + FACTOR_SHIFT_BITS, 1));
    Total { values, shift, has }
}

/// The number of a stage's word within its pass.
fn count(m: &mut Module, g: &Geometry, word: &Word, of_stage: &Expr) -> Expr {
    let (next_q, next) = m.state("next_word", g.word_bits(), 0);
    let index = m.wire("word_number", &choose(&word.first, &lit(0, g.word_bits()), &next_q));
    m.comb(|s| {
        s.set(&next, &next_q);
        s.when(of_stage, |s| s.set(&next, &index.plus(1)));
    });
    index
}
