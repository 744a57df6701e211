//! From an accumulator to a narrower value: the shift and the clamp that head and tail share.

use crate::rtl::{Expr, Module, cat, choose, lit, repeat};

/// `value >> amount`, floor, for an amount known at run time.
pub(super) fn shift_right(m: &mut Module, name: &str, value: &Expr, amount: &Expr) -> Expr {
    let width = value.width();
    let sign = value.bit(width - 1);
    (0..amount.width()).fold(value.clone(), |at, k| {
        let by = 1 << k;
        let moved = if by < width { cat(&[repeat(&sign, by), at.slice(by, width - by)]) } else { repeat(&sign, width) };
        let next = choose(&amount.bit(k), &moved.signed(), &at);
        m.wire(&format!("{name}_shift{by}"), &next)
    })
}

/// Clamps to a pixel, 0..=255.
pub(super) fn clamp(m: &mut Module, value: &Expr) -> Expr {
    let negative = value.bit(value.width() - 1);
    let above = m.wire("above", &value.slice(8, value.width() - 9).any());
    choose(&negative, &lit(0, 8), &choose(&above, &lit(255, 8), &value.slice(0, 8)))
}
