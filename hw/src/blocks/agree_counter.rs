//! The XNOR popcount: how many taps agree.
//!
//! `agree = #{ i : act[i] == wgt[i] }`, written twice in one module: as the plain sum for simulation, and as LUT6 and
//! LUT6_2 primitives for synthesis, where the structure of a popcount decides its size. Three taps are an XNOR and a
//! full adder in two LUT6; columns of equal weight then shrink, level by level, until one carry chain adds the rest.

mod compress;
mod cost;
mod pipeline;
mod table;
mod verilog;

pub use cost::{AgreeCost, agree_cost};

use crate::rtl::{Module, value_bits};
use compress::Netlist;
use pipeline::Pipeline;
use std::rc::Rc;

/// `agree_o = #{ i : act_i[i] == wgt_i[i] }`, `stages` cycles later.
///
/// Simulators read `$countones`. With the macro `SYNTHESIS` or `BSR_STRUCTURAL` the body is the netlist of
/// [`agree_cost`]; to simulate that one, add the models of [`lut_models`].
///
/// # Panics
/// If `taps` or `stages` is 0.
pub fn agree_counter(taps: usize, stages: usize) -> Rc<Module> {
    let netlist = Netlist::new(taps);
    let pipeline = Pipeline::new(&netlist, stages);
    let about = format!(
        "agree_o = #{{ i : act_i[i] == wgt_i[i] }}, the XNOR popcount of {taps} taps, 0..{taps}. Latency {stages}, II 1.\n\
         Simulation reads the plain sum; SYNTHESIS or BSR_STRUCTURAL selects the same count in LUT primitives."
    );
    let mut m = Module::new(format!("agree_counter_{taps}"), about);
    m.input("clk_i", 1);
    m.input("act_i", taps);
    m.input("wgt_i", taps);
    m.output_port("agree_o", value_bits(taps), false);
    m.custom(verilog::body(&netlist, &pipeline));
    Rc::new(m)
}

/// Simulation models of the primitives, as `(file name, text)`; synthesis tools bring their own.
pub fn lut_models() -> [(&'static str, &'static str); 2] {
    [("LUT6.v", include_str!("agree_counter/LUT6.v")), ("LUT6_2.v", include_str!("agree_counter/LUT6_2.v"))]
}
