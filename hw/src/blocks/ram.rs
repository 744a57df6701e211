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
    /// The same, read in the cycle of the address.
    Immediate,
}

/// `read_data_o` is the word at `read_address_i` one cycle later, or in the same cycle if immediate; a word written in
/// a cycle is read from the next on.
pub fn ram(depth: usize, width: usize, style: RamStyle) -> Rc<Module> {
    let (prefix, attribute) = match style {
        RamStyle::Block => ("block", "block"),
        RamStyle::Distributed => ("lut", "distributed"),
        RamStyle::Immediate => ("immediate", "distributed"),
    };
    let (late, declaration, read) = match style {
        RamStyle::Immediate => ("in the same cycle", String::new(), ""),
        _ => (
            "one cycle later",
            format!("reg [{}:0] read_data_q;\n", width - 1),
            "\n    read_data_q <= mem[read_address_i];",
        ),
    };
    let source = if style == RamStyle::Immediate { "mem[read_address_i]" } else { "read_data_q" };
    let about = format!(
        "Memory of {depth} words of {width} bits: one write port, one read port.\n\
         read_data_o = mem[read_address_i], {late}; a word written in a cycle is read from the next on."
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
{declaration}
assign read_data_o = {source};

always @(posedge clk_i) begin
    if (write_en_i) mem[write_address_i] <= write_data_i;{read}
end
",
        width - 1,
        depth - 1
    ));
    Rc::new(m)
}
