//! Multipliers: one DSP48E1 each, with its three register stages.

use crate::rtl::{Module, value_bits};
use std::fmt::Write as _;
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

/// `sum_o` = the sum of `count` products `a_k * b_k`, in a chain of DSP48E1 that hand their sums on: product `k` is given
/// `k` cycles after the first, and the sum is there three cycles after the last.
pub fn multiply_chain(count: usize, a_bits: usize, b_bits: usize) -> Rc<Module> {
    let product = a_bits + b_bits;
    let sum = chain_bits(count, a_bits, b_bits);
    let about = format!(
        "sum_o = the sum of {count} products a_k * b_k, signed, {a_bits} x {b_bits} bits, II 1. Product k is given k cycles\n\
         after the first; sum_o is there 3 cycles after the last is given. {count} DSP48E1 in a cascade."
    );
    let mut m = Module::new(format!("multiply_chain_{count}x{a_bits}x{b_bits}"), about);
    m.input("clk_i", 1);
    m.input("a_i", count * a_bits);
    m.input("b_i", count * b_bits);
    m.output_port("sum_o", sum, true);
    let (mut declared, mut clocked) = (String::new(), String::new());
    for k in 0..count {
        let registers = [("a", a_bits), ("b", b_bits), ("m", product), ("p", sum)];
        for (name, bits) in registers {
            let _ = writeln!(declared, "reg signed [{}:0] {name}{k}_q;", bits - 1);
        }
        for (name, bits) in &registers[..2] {
            let _ = writeln!(clocked, "    {name}{k}_q <= $signed({name}_i[{}:{}]);", (k + 1) * bits - 1, k * bits);
        }
        let _ = writeln!(clocked, "    m{k}_q <= a{k}_q * b{k}_q;");
        let wide = format!("{{{{{}{{m{k}_q[{}]}}}}, m{k}_q}}", sum - product, product - 1);
        let _ = match k {
            0 => writeln!(clocked, "    p0_q <= {wide};"),
            _ => writeln!(clocked, "    p{k}_q <= p{}_q + {wide};", k - 1),
        };
    }
    let last = count - 1;
    m.custom(format!("\n{declared}\nassign sum_o = p{last}_q;\n\nalways @(posedge clk_i) begin\n{clocked}end\n"));
    Rc::new(m)
}

/// Bits of the sum of a chain: no sum leaves them.
pub fn chain_bits(count: usize, a_bits: usize, b_bits: usize) -> usize {
    a_bits + b_bits + value_bits(count)
}
