//! Values of many bits, a beat at a time.

use super::BEAT_BITS;
use crate::rtl::{Expr, Module, cat, choose, lit};

/// Registers that take `bits` bits from beats, the lowest first: part `k` takes `data` when `takes(k)`.
pub(super) fn gather(m: &mut Module, name: &str, bits: usize, data: &Expr, takes: &dyn Fn(usize) -> Expr) -> Expr {
    let parts = super::beats(bits);
    if bits < BEAT_BITS {
        m.drops(&format!("{name}_rest"), &data.slice(bits, BEAT_BITS - bits));
    }
    let mut all: Vec<_> = (0..parts)
        .map(|k| {
            let width = (bits - k * BEAT_BITS).min(BEAT_BITS);
            let register = m.register_free(&format!("{name}{k}_q"), width, false);
            m.drive_when(&register, &takes(k), &data.slice(0, width));
            register.q
        })
        .collect();
    if all.len() == 1 {
        return all.remove(0);
    }
    all.reverse();
    cat(&all)
}

/// Beat `k` of a plain signal, with zeros above its last bit.
pub(super) fn beat_of(value: &Expr, k: usize) -> Expr {
    let width = (value.width() - k * BEAT_BITS).min(BEAT_BITS);
    value.slice(k * BEAT_BITS, width).extend(BEAT_BITS)
}

/// The part whose turn it is.
pub(super) fn by_turn(turn: &Expr, parts: &[Expr]) -> Expr {
    let first = parts.first().cloned().unwrap_or_else(|| lit(0, BEAT_BITS));
    (1..parts.len()).fold(first, |rest, k| choose(&turn.is(k as u64), &parts[k], &rest))
}
