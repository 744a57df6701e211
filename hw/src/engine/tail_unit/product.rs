//! One sum of products of a pair of columns.

use crate::blocks::{chain_bits, multiply_chain};
use crate::geometry::{Geometry, PRODUCT_BITS, TRANSFORMED_WEIGHT_BITS};
use crate::rtl::{Expr, Module, choose, slit};
use std::rc::Rc;

/// Cycles from the first channel of a pair's last round until the sum is kept.
pub(super) fn latency(g: &Geometry) -> usize {
    g.tail_channels + 4
}

/// `M_k` of one output: the sum over a pair's rounds of `U` products.
///
/// It cannot overflow. With `S = sum |w| * max |r|`, which the contract keeps below `2^31`, the transformed columns are at
/// most `2 max |r|` and the doubled weights at most twice the weights that they replace: `|M_k| <= 4 S < 2^33`.
pub(super) fn tail_product(g: &Geometry) -> Rc<Module> {
    let (a, b, u) = (TRANSFORMED_WEIGHT_BITS, g.transformed_bits(), g.tail_channels);
    let mut m = Module::new(
        "tail_product",
        format!(
            "Sum of products of a pair of columns, for one output and one transformed column: {u} channels a cycle,\n\
             each a cycle after the one before. first_i comes with the sum of the first round, {} cycles after its first\n\
             channel; keep_i, {} cycles after that of the last, keeps the sum until the next pair's.",
            u + 2,
            u + 3
        ),
    );
    m.input("clk_i", 1);
    let weights = m.input("weights_i", u * a);
    let columns = m.input("columns_i", u * b);
    let first = m.input("first_i", 1);
    let keep = m.input("keep_i", 1);
    let chain = multiply_chain(u, a, b);
    let sum = m.instance("chain", &chain, &[("a_i", &weights), ("b_i", &columns)], &["sum_o"]).remove(0);
    let spare = chain_bits(u, a, b).saturating_sub(PRODUCT_BITS);
    let sum = if spare == 0 {
        sum.extend(PRODUCT_BITS)
    } else {
        m.drops("chain", &sum.slice(PRODUCT_BITS, spare));
        sum.slice(0, PRODUCT_BITS).signed()
    };
    let accumulator = m.register_free("accumulator_q", PRODUCT_BITS, true);
    let before: Expr = choose(&first, &slit(0, PRODUCT_BITS), &accumulator.q);
    m.drive(&accumulator, &(&before + &sum));
    let kept = m.register_free("product_q", PRODUCT_BITS, true);
    m.drive_when(&kept, &keep, &accumulator.q);
    m.output("product_o", &kept.q);
    Rc::new(m)
}
