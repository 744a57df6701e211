//! The output: pixels from the line buffer to AXI4-Stream.

use crate::rtl::Module;
use std::rc::Rc;

/// The register in front of the AXI4-Stream sink. It keeps its beat when a frame is dropped: a beat that was offered
/// is never taken back.
pub(super) fn output_register() -> Rc<Module> {
    let mut m =
        Module::clocked("output_register", "One beat in front of the sink; TVALID, TDATA and TLAST hold until TREADY.");
    let valid = m.input("valid_i", 1);
    let data = m.input("data_i", 8);
    let last = m.input("last_i", 1);
    let ready = m.input("tready_i", 1);
    let full = m.register("full_q", 1, 0);
    let free = m.wire("free", &(&!&full.q | &ready));
    m.drive_when(&full, &free, &valid);
    let takes = m.wire("takes", &(&free & &valid));
    for (name, value) in [("tdata", &data), ("tlast", &last)] {
        let register = m.register(&format!("{name}_q"), value.width(), 0);
        m.drive_when(&register, &takes, value);
        m.output(&format!("{name}_o"), &register.q);
    }
    m.output("tvalid_o", &full.q);
    m.output("free_o", &free);
    Rc::new(m)
}
