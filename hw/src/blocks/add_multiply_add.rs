//! The multiplier of a sum: a DSP48E1 with its pre-adder.

use super::primitives::two_bodies;
use crate::rtl::Module;
use std::rc::Rc;

/// Bits of the ports of a DSP48E1: the pre-adder reads two operands of 25 bits.
const A: usize = 30;
const B: usize = 18;
const C: usize = 48;
const D: usize = 25;

/// `sum_o = a_i * (b_i + d_i) + c_i`, four cycles after `b_i` and `d_i`, three after `a_i` and `c_i`. The sum of `b_i` and
/// `d_i` fits their width.
///
/// The body for synthesis names the primitive: of an adder before a multiplication Yosys makes the pre-adder only where
/// the sum is the wider factor.
pub fn add_multiply_add(a_bits: usize, b_bits: usize, c_bits: usize) -> Rc<Module> {
    let product = a_bits + b_bits;
    assert!(a_bits <= B && b_bits <= D && product < c_bits && c_bits < C, "the operands fit a DSP48E1");
    let about = format!(
        "sum_o = a_i * (b_i + d_i) + c_i, signed, {a_bits} x {b_bits} + {c_bits} bits. Latency 4 from b_i and d_i, 3 from\n\
         a_i and c_i, II 1. One DSP48E1, whose pre-adder makes b_i + d_i."
    );
    let mut m = Module::new(format!("add_multiply_add_{a_bits}x{b_bits}_{c_bits}"), about);
    m.input("clk_i", 1);
    m.input_signed("a_i", a_bits);
    m.input_signed("b_i", b_bits);
    m.input_signed("d_i", b_bits);
    m.input_signed("c_i", c_bits);
    m.output_port("sum_o", c_bits, true);
    m.custom(two_bodies(&plain(a_bits, b_bits, c_bits), &structural(a_bits, b_bits, c_bits)));
    Rc::new(m)
}

fn plain(a_bits: usize, b_bits: usize, c_bits: usize) -> String {
    let product = a_bits + b_bits;
    format!(
        "reg signed [{a}:0] a_q;
reg signed [{b}:0] b_q;
reg signed [{b}:0] d_q;
reg signed [{b}:0] s_q;
reg signed [{m}:0] m_q;
reg signed [{c}:0] c_q;
reg signed [{c}:0] c2_q;
reg signed [{c}:0] p_q;

assign sum_o = p_q;

always @(posedge clk_i) begin
    b_q <= b_i;
    d_q <= d_i;
    s_q <= b_q + d_q;
    a_q <= a_i;
    c_q <= c_i;
    m_q <= a_q * s_q;
    c2_q <= c_q;
    p_q <= {{{{{rest}{{m_q[{m}]}}}}, m_q}} + c2_q;
end",
        a = a_bits - 1,
        b = b_bits - 1,
        c = c_bits - 1,
        m = product - 1,
        rest = c_bits - product
    )
}

/// `A2` and `D` into the pre-adder, `B2`, the sum of the product and `C`.
fn structural(a_bits: usize, b_bits: usize, c_bits: usize) -> String {
    let wide = |name: &str, bits: usize, port: usize| match port - bits {
        0 => name.to_owned(),
        rest => format!("{{{{{rest}{{{name}[{}]}}}}, {name}}}", bits - 1),
    };
    let (a, b) = (wide("b_i", b_bits, A), wide("a_i", a_bits, B));
    let (c, d) = (wide("c_q", c_bits, C), wide("d_i", b_bits, D));
    format!(
        "reg [{top}:0] c_q;
wire [{rest}:0] unread;

always @(posedge clk_i) c_q <= c_i;

DSP48E1 #(
    .USE_DPORT(\"TRUE\"), .AREG(1), .ACASCREG(1), .BREG(1), .BCASCREG(1),
    .ALUMODEREG(0), .CARRYINREG(0), .CARRYINSELREG(0), .INMODEREG(0), .OPMODEREG(0)
) u_dsp (
    .CLK(clk_i),
    .A({a}),
    .B({b}),
    .C({c}),
    .D({d}),
    .ALUMODE(4'd0), .INMODE(5'b00100), .OPMODE(7'b0110101), .CARRYINSEL(3'd0), .CARRYIN(1'b0),
    .CEA1(1'b0), .CEA2(1'b1), .CEAD(1'b1), .CEALUMODE(1'b0), .CEB1(1'b0), .CEB2(1'b1), .CEC(1'b1),
    .CECARRYIN(1'b0), .CECTRL(1'b0), .CED(1'b1), .CEINMODE(1'b0), .CEM(1'b1), .CEP(1'b1),
    .RSTA(1'b0), .RSTALLCARRYIN(1'b0), .RSTALUMODE(1'b0), .RSTB(1'b0), .RSTC(1'b0), .RSTCTRL(1'b0),
    .RSTD(1'b0), .RSTINMODE(1'b0), .RSTM(1'b0), .RSTP(1'b0),
    .P({{unread, sum_o}})
);",
        top = c_bits - 1,
        rest = C - c_bits - 1
    )
}
