//! Columns as bytes: products with a constant.

use crate::rtl::{Expr, Module, cat, lit};

/// `value * factor` modulo `2^value.width()`, of a plain signal; the factor is 1, 3 or 9 times a power of two.
pub(super) fn times(m: &mut Module, name: &str, value: &Expr, factor: usize) -> Expr {
    let bits = value.width();
    let zeros = factor.trailing_zeros() as usize;
    let odd = factor >> zeros;
    let shifted = |value: &Expr, by: usize| cat(&[value.slice(0, bits - by), lit(0, by)]);
    let product = if odd == 1 { value.clone() } else { &shifted(value, (odd - 1).trailing_zeros() as usize) + value };
    if zeros == 0 {
        return product;
    }
    let product = if odd == 1 { product } else { m.wire(&format!("{name}_times{odd}"), &product) };
    m.drops(&format!("{name}_high"), &product.slice(bits - zeros, zeros));
    shifted(&product, zeros)
}
