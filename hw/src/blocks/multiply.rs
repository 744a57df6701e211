//! Multipliers: one DSP48E1 each, with its three register stages.

use crate::rtl::Module;
use std::rc::Rc;

/// `product_o = a_i * b_i`, three cycles later.
pub fn multiply(a_bits: usize, b_bits: usize) -> Rc<Module> {
    let about = format!("product_o = a_i * b_i, signed, {a_bits} x {b_bits} bits. Latency 3, II 1. One DSP48E1.");
    let mut m = Module::new(format!("multiply_{a_bits}x{b_bits}"), about);
    m.input("clk_i", 1);
    m.input_signed("a_i", a_bits);
    m.input_signed("b_i", b_bits);
    m.output_port("product_o", a_bits + b_bits, true);
    m.custom(format!(
        "
reg signed [{0}:0] a_q;
reg signed [{1}:0] b_q;
reg signed [{2}:0] m_q;
reg signed [{2}:0] p_q;

assign product_o = p_q;

always @(posedge clk_i) begin
    a_q <= a_i;
    b_q <= b_i;
    m_q <= a_q * b_q;
    p_q <= m_q;
end
",
        a_bits - 1,
        b_bits - 1,
        a_bits + b_bits - 1
    ));
    Rc::new(m)
}

/// `sum_o = a_i * b_i + c_i`, three cycles later.
pub fn multiply_add(a_bits: usize, b_bits: usize, c_bits: usize) -> Rc<Module> {
    let product = a_bits + b_bits;
    assert!(c_bits > product, "the addend is the widest operand");
    let about =
        format!("sum_o = a_i * b_i + c_i, signed, {a_bits} x {b_bits} + {c_bits} bits. Latency 3, II 1. One DSP48E1.");
    let mut m = Module::new(format!("multiply_add_{a_bits}x{b_bits}_{c_bits}"), about);
    m.input("clk_i", 1);
    m.input_signed("a_i", a_bits);
    m.input_signed("b_i", b_bits);
    m.input_signed("c_i", c_bits);
    m.output_port("sum_o", c_bits, true);
    m.custom(format!(
        "
reg signed [{0}:0] a_q;
reg signed [{1}:0] b_q;
reg signed [{2}:0] m_q;
reg signed [{3}:0] c_q;
reg signed [{3}:0] c2_q;
reg signed [{3}:0] p_q;

assign sum_o = p_q;

always @(posedge clk_i) begin
    a_q <= a_i;
    b_q <= b_i;
    c_q <= c_i;
    m_q <= a_q * b_q;
    c2_q <= c_q;
    p_q <= {{{{{4}{{m_q[{2}]}}}}, m_q}} + c2_q;
end
",
        a_bits - 1,
        b_bits - 1,
        product - 1,
        c_bits - 1,
        c_bits - product
    ));
    Rc::new(m)
}
