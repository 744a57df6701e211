//! Multipliers: a DSP48E1 each, with its three register stages.

use crate::rtl::{Module, value_bits};
use std::fmt::Write as _;
use std::rc::Rc;

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
    m.custom(chain(count, a_bits, b_bits, &|_| String::new(), None));
    Rc::new(m)
}

/// As [`multiply_chain`], with `c_i` added, and `a_k` and `c_i` taken over only in cycles in which their bits of `take_i`,
/// that of `c_i` last, are set; `c_i` a cycle after the first product.
pub fn multiply_accumulate(count: usize, a_bits: usize, b_bits: usize, c_bits: usize) -> Rc<Module> {
    let sum = chain_bits(count, a_bits, b_bits);
    assert!(c_bits < sum, "the sum is the widest");
    let about = format!(
        "sum_o = c + the sum of {count} products a_k * b_k, signed, {a_bits} x {b_bits} bits, II 1. Product k is given k\n\
         cycles after the first; sum_o is there 3 cycles after the last is given. a_k is taken over when take_i[k] is\n\
         set, c when take_i[{count}] is, a cycle after the first product. {count} DSP48E1 in a cascade."
    );
    let mut m = Module::new(format!("multiply_accumulate_{count}x{a_bits}x{b_bits}_{c_bits}"), about);
    m.input("clk_i", 1);
    m.input("a_i", count * a_bits);
    m.input("b_i", count * b_bits);
    m.input_signed("c_i", c_bits);
    m.input("take_i", count + 1);
    m.output_port("sum_o", sum, true);
    m.custom(chain(count, a_bits, b_bits, &|k| format!("if (take_i[{k}]) "), Some(c_bits)));
    Rc::new(m)
}

/// The text of a chain. `take` guards the register of `a_k`, or of an addend of `c_bits`.
fn chain(count: usize, a_bits: usize, b_bits: usize, take: &dyn Fn(usize) -> String, c_bits: Option<usize>) -> String {
    let (product, sum) = (a_bits + b_bits, chain_bits(count, a_bits, b_bits));
    let (mut declared, mut clocked) = (String::new(), String::new());
    let wide = |name: &str, bits: usize| format!("{{{{{}{{{name}[{}]}}}}, {name}}}", sum - bits, bits - 1);
    if let Some(bits) = c_bits {
        let _ = writeln!(declared, "reg signed [{}:0] c_q;", bits - 1);
        let _ = writeln!(clocked, "    {}c_q <= c_i;", take(count));
    }
    for k in 0..count {
        for (name, bits) in [("a", a_bits), ("b", b_bits), ("m", product), ("p", sum)] {
            let _ = writeln!(declared, "reg signed [{}:0] {name}{k}_q;", bits - 1);
        }
        for (name, bits, guard) in [("a", a_bits, take(k)), ("b", b_bits, String::new())] {
            let (high, low) = ((k + 1) * bits - 1, k * bits);
            let _ = writeln!(clocked, "    {guard}{name}{k}_q <= $signed({name}_i[{high}:{low}]);");
        }
        let _ = writeln!(clocked, "    m{k}_q <= a{k}_q * b{k}_q;");
        let before = match (k, c_bits) {
            (0, None) => String::new(),
            (0, Some(bits)) => wide("c_q", bits) + " + ",
            _ => format!("p{}_q + ", k - 1),
        };
        let _ = writeln!(clocked, "    p{k}_q <= {before}{};", wide(&format!("m{k}_q"), product));
    }
    let last = count - 1;
    format!("\n{declared}\nassign sum_o = p{last}_q;\n\nalways @(posedge clk_i) begin\n{clocked}end\n")
}

/// Bits of the sum of a chain: no sum leaves them.
pub fn chain_bits(count: usize, a_bits: usize, b_bits: usize) -> usize {
    a_bits + b_bits + value_bits(count)
}
