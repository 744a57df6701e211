//! Primitives of the 7-series that modules name for synthesis, beside a body that simulators read.

/// Simulation models of the primitives, as `(file name, text)`; synthesis tools bring their own.
pub fn primitive_models() -> [(&'static str, &'static str); 4] {
    [
        ("CARRY4.v", include_str!("primitives/CARRY4.v")),
        ("DSP48E1.v", include_str!("primitives/DSP48E1.v")),
        ("LUT6.v", include_str!("primitives/LUT6.v")),
        ("LUT6_2.v", include_str!("primitives/LUT6_2.v")),
    ]
}

/// The body of a module: `plain` for simulation, `structural` for synthesis, and for simulation with `BSR_STRUCTURAL`.
pub(super) fn two_bodies(plain: &str, structural: &str) -> String {
    format!(
        "
`ifdef SYNTHESIS
`ifndef BSR_STRUCTURAL
`define BSR_STRUCTURAL
`endif
`endif

`ifndef BSR_STRUCTURAL
{plain}
`else
{structural}
`endif
"
    )
}
