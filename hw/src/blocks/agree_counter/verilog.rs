//! The text of the counter's body: the plain sum, then the primitives, one a line, level by level.

use super::compress::{Bit, Lut, Netlist};
use super::last_add::{Data, LastAdd};
use super::parity::column_index;
use super::table::Table;
use super::tree::{Item, Tree};
use crate::blocks::primitives::two_bodies;
use std::collections::BTreeMap;

/// Text of a line of concatenated bits after which the next line starts.
const WRAP: usize = 96;

/// Both bodies of a counter; `unread` are the names of ports that the plain sum does not read.
pub(super) fn body(tree: &Tree, netlist: &Netlist, add: &LastAdd, output: usize, unread: &[String]) -> String {
    let stages = output + netlist.registers();
    two_bodies(&plain(tree, netlist.width, stages, unread), &structural(tree, netlist, add, output))
}

fn plain(tree: &Tree, width: usize, stages: usize, unread: &[String]) -> String {
    let mut text = format!(
        "\nwire [{}:0] same = ~(act_i ^ wgt_i);\nwire [{}:0] count = {width}'($countones(same));\n",
        tree.taps() - 1,
        width - 1,
    );
    if !unread.is_empty() {
        text += &format!("wire unused_parities = &{{1'b0, {}}};\n", unread.join(", "));
    }
    text + "\n" + &output_registers(width, stages)
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

fn structural(tree: &Tree, netlist: &Netlist, add: &LastAdd, output: usize) -> String {
    let mut text = String::from("\n");
    let mut tables: BTreeMap<_, _> =
        netlist.levels.iter().flat_map(|l| &l.luts).map(|l| (l.table, l.table.init())).collect();
    if !add.columns.is_empty() {
        tables.insert(Table::Add, Table::Add.init());
    }
    for (table, init) in tables {
        text += &format!("localparam [63:0] {} = 64'h{init:016X};\n", table.name());
    }
    let names = Names { tree, netlist };
    for k in 0..netlist.levels.len() {
        text += &level(&names, k);
    }
    text += &last_add(&names, add);
    text + &output_registers(netlist.width, output)
}

/// Names of bits. Level `k` here is `level{k + 1}` in the text.
struct Names<'a> {
    tree: &'a Tree,
    netlist: &'a Netlist,
}

impl Names<'_> {
    /// A bit as the next level reads it: from the level's register, where it has one.
    fn read(&self, level: usize, index: usize) -> String {
        let register = if self.netlist.levels[level].register { "_q" } else { "" };
        format!("level{}{register}[{index}]", level + 1)
    }

    /// A bit as the last add reads it.
    fn last(&self, index: usize) -> String {
        self.read(self.netlist.levels.len() - 1, index)
    }

    /// An input of a LUT of this level.
    fn input(&self, level: usize, bit: Bit) -> String {
        let tap = |port: &str, k: usize| if self.tree.taps() == 1 { port.to_owned() } else { format!("{port}[{k}]") };
        match bit {
            Bit::Low => "1'b0".into(),
            Bit::High => "1'b1".into(),
            Bit::Act(k) | Bit::ActParity(1, Item::Tap(k)) => tap("act_i", k),
            Bit::Wgt(k) => tap("wgt_i", k),
            Bit::ActParity(1, Item::Node(node)) => format!("act_parity1_i[{}]", column_index(self.tree, node)),
            Bit::ActParity(time, item) => {
                let place = self.tree.read(time).iter().position(|read| *read == item).expect("the port has the item");
                format!("act_parity{time}_i[{place}]")
            }
            Bit::WgtParity(time, k) => format!("wgt_parity{time}_i[{k}]"),
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

fn level(names: &Names, k: usize) -> String {
    let level = &names.netlist.levels[k];
    let (n, bits) = (k + 1, level.columns.len());
    let mut text = format!(
        "\n// Level {n}: {}.\nwire [{}:0] level{n};\n\n",
        heights(names.netlist.width, &level.columns),
        bits - 1
    );
    for (place, lut) in level.luts.iter().enumerate() {
        text += &names.lut(k, place, lut);
    }
    if !level.passed.is_empty() {
        let copies = level.passed.iter().rev().map(|&index| names.read(k - 1, index)).collect();
        let first = bits - level.passed.len();
        let range = if first == bits - 1 { first.to_string() } else { format!("{}:{first}", bits - 1) };
        text += &format!("assign level{n}[{range}] = {};\n", concatenation(copies));
    }
    if level.register {
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

/// The rows, from the lowest column that has two bits, and the count.
fn last_add(names: &Names, add: &LastAdd) -> String {
    let width = names.netlist.width;
    let mut count: Vec<_> =
        add.plain.iter().rev().map(|bit| bit.map_or("1'b0".into(), |index| names.last(index))).collect();
    if add.columns.is_empty() {
        return format!("\nwire [{}:0] count = {};\n\n", width - 1, concatenation(count));
    }
    let n = add.columns.len();
    let padded = 4 * add.carry4();
    let low = add.plain.len();
    let mut text = format!(
        "\n// Last add, weights {} to {}: the count is at most {} < {}, so nothing carries out.\n\
         wire [{top}:0] half;\nwire [{top}:0] kept;\nwire [{top}:0] data;\nwire [{top}:0] sum;\nwire [{top}:0] carry;\n\n",
        1u64 << low,
        1u64 << (width - 1),
        names.tree.taps(),
        1u64 << width,
        top = padded - 1,
    );
    for (k, column) in add.columns.iter().enumerate() {
        let mut pins: Vec<_> = column.bits.iter().map(|&bit| names.last(bit)).collect();
        pins.resize(3, "1'b0".into());
        pins.push(if column.kept { format!("kept[{}]", k - 1) } else { "1'b0".into() });
        pins.extend(["1'b0".into(), "1'b1".into()]);
        let pins: Vec<_> = pins.iter().enumerate().map(|(k, net)| format!(".I{k}({net})")).collect();
        text += &format!("LUT6_2 #(.INIT(ADD)) u_add_{k} ({}, .O6(half[{k}]), .O5(kept[{k}]));\n", pins.join(", "));
    }
    let data = (0..padded).rev().map(|k| match add.columns.get(k).map(|column| (column, column.data)) {
        Some((_, Data::Kept)) => format!("kept[{}]", k - 1),
        Some((column, Data::First)) => names.last(column.bits[0]),
        _ => "1'b0".into(),
    });
    text += &format!("assign data = {};\n", concatenation(data.collect()));
    if padded > n {
        text += &format!("assign half[{}:{n}] = {}'d0;\nassign kept[{0}:{n}] = {1}'d0;\n", padded - 1, padded - n);
    }
    for chain in 0..add.carry4() {
        let range = format!("{}:{}", 4 * chain + 3, 4 * chain);
        let carry_in = if chain == 0 { "1'b0".into() } else { format!("carry[{}]", 4 * chain - 1) };
        text += &format!(
            "CARRY4 u_carry_{chain} (.CO(carry[{range}]), .O(sum[{range}]), .CI({carry_in}), .CYINIT(1'b0), \
             .DI(data[{range}]), .S(half[{range}]));\n"
        );
    }
    count.insert(0, format!("sum[{}:0]", n - 1));
    text + &format!("\nwire [{}:0] count = {};\n\n", width - 1, concatenation(count))
}

/// `{a, b, ..}`, wrapped; a single bit as it is.
pub(super) fn concatenation(bits: Vec<String>) -> String {
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
