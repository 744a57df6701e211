//! The text of the module's body: the plain sum, then the primitives, one a line, level by level.

use super::compress::{Bit, Lut, Netlist};
use super::pipeline::Pipeline;
use std::collections::BTreeMap;

/// Text of a line of concatenated bits after which the next line starts.
const WRAP: usize = 96;

/// Both bodies, one of them selected by `BSR_STRUCTURAL`.
pub(super) fn body(netlist: &Netlist, pipeline: &Pipeline) -> String {
    let stages = pipeline.output + pipeline.after.iter().filter(|r| **r).count();
    format!(
        "
`ifdef SYNTHESIS
`ifndef BSR_STRUCTURAL
`define BSR_STRUCTURAL
`endif
`endif

`ifndef BSR_STRUCTURAL
{}
`else
{}
`endif
",
        plain(netlist, stages),
        structural(netlist, pipeline)
    )
}

fn plain(netlist: &Netlist, stages: usize) -> String {
    format!(
        "\nwire [{}:0] same = ~(act_i ^ wgt_i);\nwire [{}:0] count = {}'($countones(same));\n\n{}",
        netlist.taps - 1,
        netlist.width - 1,
        netlist.width,
        output_registers(netlist.width, stages)
    )
}

/// `count`, `registers` cycles later.
fn output_registers(width: usize, registers: usize) -> String {
    let mut text = String::new();
    for k in 1..=registers {
        text += &format!("reg [{}:0] agree_{k}_q;\n", width - 1);
    }
    text += &format!("\nassign agree_o = agree_{registers}_q;\n\nalways @(posedge clk_i) begin\n");
    text += "    agree_1_q <= count;\n";
    for k in 2..=registers {
        text += &format!("    agree_{k}_q <= agree_{}_q;\n", k - 1);
    }
    text + "end\n"
}

fn structural(netlist: &Netlist, pipeline: &Pipeline) -> String {
    let mut text = String::from("\n");
    let tables: BTreeMap<_, _> =
        netlist.levels.iter().flat_map(|l| &l.luts).map(|l| (l.table, l.table.init())).collect();
    for (table, init) in tables {
        text += &format!("localparam [63:0] {} = 64'h{init:016X};\n", table.name());
    }
    let names = Names { taps: netlist.taps, pipeline };
    for k in 0..netlist.levels.len() {
        text += &level(netlist, &names, k);
    }
    text += &last_add(netlist, &names);
    text + &output_registers(netlist.width, pipeline.output)
}

/// Names of bits. Level `k` here is `level{k + 1}` in the text.
struct Names<'a> {
    taps: usize,
    pipeline: &'a Pipeline,
}

impl Names<'_> {
    /// A bit as the next level reads it: from the level's register, where it has one.
    fn read(&self, level: usize, index: usize) -> String {
        let register = if self.pipeline.after[level] { "_q" } else { "" };
        format!("level{}{register}[{index}]", level + 1)
    }

    /// An input of a LUT of this level.
    fn input(&self, level: usize, bit: Bit) -> String {
        let tap = |port: &str, k: usize| if self.taps == 1 { port.to_owned() } else { format!("{port}[{k}]") };
        match bit {
            Bit::Low => "1'b0".into(),
            Bit::High => "1'b1".into(),
            Bit::Act(k) => tap("act_i", k),
            Bit::Wgt(k) => tap("wgt_i", k),
            Bit::Before(index) => self.read(level - 1, index),
        }
    }

    fn lut(&self, level: usize, place: usize, lut: &Lut) -> String {
        let pins: Vec<_> =
            lut.inputs.iter().enumerate().map(|(k, bit)| format!(".I{k}({})", self.input(level, *bit))).collect();
        let n = level + 1;
        let (kind, outputs) = match lut.o5 {
            None => ("LUT6", format!(".O(level{n}[{}])", lut.o6)),
            Some(o5) => ("LUT6_2", format!(".O6(level{n}[{}]), .O5(level{n}[{o5}])", lut.o6)),
        };
        format!("{kind} #(.INIT({})) u_{n}_{place} ({}, {outputs});\n", lut.table.name(), pins.join(", "))
    }
}

fn level(netlist: &Netlist, names: &Names, k: usize) -> String {
    let level = &netlist.levels[k];
    let (n, bits) = (k + 1, level.columns.len());
    let mut text =
        format!("\n// Level {n}: {}.\nwire [{}:0] level{n};\n\n", heights(netlist.width, &level.columns), bits - 1);
    for (place, lut) in level.luts.iter().enumerate() {
        text += &names.lut(k, place, lut);
    }
    if !level.passed.is_empty() {
        let copies = level.passed.iter().rev().map(|&index| names.read(k - 1, index)).collect();
        let first = bits - level.passed.len();
        let range = if first == bits - 1 { first.to_string() } else { format!("{}:{first}", bits - 1) };
        text += &format!("assign level{n}[{range}] = {};\n", concatenation(copies));
    }
    if names.pipeline.after[k] {
        text += &format!("\nreg [{}:0] level{n}_q;\n\nalways @(posedge clk_i) level{n}_q <= level{n};\n", bits - 1);
    }
    text
}

/// How many bits each weight has, in words.
fn heights(width: usize, columns: &[usize]) -> String {
    let count = |c| columns.iter().filter(|&&column| column == c).count();
    let parts: Vec<_> =
        (0..width).map(|c| (c, count(c))).filter(|p| p.1 > 0).map(|(c, n)| format!("{n} of {}", 1u64 << c)).collect();
    format!("bits of each weight are {}", parts.join(", "))
}

/// The two rows, from the lowest column that has two bits, and the count.
fn last_add(netlist: &Netlist, names: &Names) -> String {
    let (rows, width, last) = (netlist.rows(), netlist.width, netlist.levels.len() - 1);
    let low = rows.iter().position(|bits| bits.len() == 2).unwrap_or(width);
    let row = |k: usize, from: usize, to: usize| {
        let bit = |bits: &Vec<usize>| bits.get(k).map_or("1'b0".into(), |&index| names.read(last, index));
        rows[from..to].iter().rev().map(bit).collect::<Vec<_>>()
    };
    if low == width {
        return format!("\nwire [{}:0] count = {};\n\n", width - 1, concatenation(row(0, 0, width)));
    }
    let mut count = row(0, 0, low);
    count.insert(0, "sum".into());
    format!(
        "\n// Last add, weights {} to {}: the count is at most {} < {}, so nothing carries out.\n\
         wire [{top}:0] row_a = {};\nwire [{top}:0] row_b = {};\nwire [{top}:0] sum = row_a + row_b;\n\
         wire [{}:0] count = {};\n\n",
        1u64 << low,
        1u64 << (width - 1),
        netlist.taps,
        1u64 << width,
        concatenation(row(0, low, width)),
        concatenation(row(1, low, width)),
        width - 1,
        concatenation(count),
        top = width - 1 - low,
    )
}

/// `{a, b, ..}`, wrapped; a single bit as it is.
fn concatenation(bits: Vec<String>) -> String {
    if let [bit] = bits.as_slice() {
        return bit.clone();
    }
    let (mut lines, mut line) = (vec![], String::new());
    let last = bits.len() - 1;
    for (k, bit) in bits.into_iter().enumerate() {
        line += &bit;
        if k == last {
            break;
        }
        line += ",";
        if line.len() > WRAP {
            lines.push(std::mem::take(&mut line));
        } else {
            line += " ";
        }
    }
    lines.push(line);
    if lines.len() == 1 { format!("{{{}}}", lines[0]) } else { format!("{{\n    {}\n}}", lines.join("\n    ")) }
}
