//! Memory with one write port and one read port.

use crate::rtl::{Module, index_bits};
use std::rc::Rc;

/// What a memory is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RamStyle {
    /// Block RAM.
    Block,
    /// LUTs used as memory.
    Distributed,
}

/// `read_data_o` is the word at `read_address_i` one cycle later; a word written in a cycle is read from the next on.
pub fn ram(depth: usize, width: usize, style: RamStyle) -> Rc<Module> {
    let (prefix, attribute) = match style {
        RamStyle::Block => ("block", "block"),
        RamStyle::Distributed => ("lut", "distributed"),
    };
    let about = format!(
        "Memory of {depth} words of {width} bits: one write port, one read port.\n\
         read_data_o = mem[read_address_i], one cycle later; a word written in a cycle is read from the next on."
    );
    let mut m = Module::new(format!("{prefix}_ram_{depth}x{width}"), about);
    let address = index_bits(depth);
    m.input("clk_i", 1);
    m.input("write_en_i", 1);
    m.input("write_address_i", address);
    m.input("write_data_i", width);
    m.input("read_address_i", address);
    m.output_port("read_data_o", width, false);
    m.custom(format!(
        "
(* ram_style = \"{attribute}\" *)
reg [{0}:0] mem [0:{1}];
reg [{0}:0] read_data_q;

assign read_data_o = read_data_q;

always @(posedge clk_i) begin
    if (write_en_i) mem[write_address_i] <= write_data_i;
    read_data_q <= mem[read_address_i];
end
",
        width - 1,
        depth - 1
    ));
    Rc::new(m)
}
