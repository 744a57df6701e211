//! The XNOR popcount: how many taps agree.

use crate::rtl::{Module, value_bits};
use std::rc::Rc;

/// `agree_o = #{ i : act_i[i] == wgt_i[i] }`, `stages` cycles later.
///
/// The body is the plain sum; its registers follow it, where synthesis may move them.
pub fn agree_counter(taps: usize, stages: usize) -> Rc<Module> {
    let bits = value_bits(taps);
    let about = format!(
        "agree_o = #{{ i : act_i[i] == wgt_i[i] }}, the XNOR popcount of {taps} taps, 0..{taps}. Latency {stages}, II 1."
    );
    let mut m = Module::new(format!("agree_counter_{taps}"), about);
    m.input("clk_i", 1);
    m.input("act_i", taps);
    m.input("wgt_i", taps);
    m.output_port("agree_o", bits, false);
    let mut text = format!(
        "
wire [{}:0] same = ~(act_i ^ wgt_i);
wire [{top}:0] count;

`ifdef SYNTHESIS
reg [{top}:0] sum;
integer i;

always @(*) begin
    sum = {bits}'d0;
    for (i = 0; i < {taps}; i = i + 1) sum = sum + {{{top}'d0, same[i]}};
end

assign count = sum;
`else
assign count = {bits}'($countones(same));
`endif

",
        taps - 1,
        top = bits - 1,
    );
    for stage in 1..=stages {
        text += &format!("reg [{}:0] agree_{stage}_q;\n", bits - 1);
    }
    text +=
        &format!("\nassign agree_o = agree_{stages}_q;\n\nalways @(posedge clk_i) begin\n    agree_1_q <= count;\n");
    for stage in 2..=stages {
        text += &format!("    agree_{stage}_q <= agree_{}_q;\n", stage - 1);
    }
    text += "end\n";
    m.custom(text);
    Rc::new(m)
}
