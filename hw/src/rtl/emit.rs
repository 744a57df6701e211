//! Prints a module as a Verilog file, its statements by RustHDL's printer.

use super::expr::{Expr, plain_brackets};
use super::module::{Flop, Instance, Item, Module, Signal};
use rust_hdl_core::atom::AtomKind;
use rust_hdl_core::verilog_gen::verilog_combinatorial;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// What a file's body was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Built and checked through RustHDL.
    RustHdl,
    /// A leaf in Verilog text.
    Custom,
}

impl Module {
    /// The module and all it instantiates, one of each name, in alphabetical order.
    ///
    /// # Panics
    /// If a check of [`Self::check`] fails or two different modules share a name.
    pub fn files(self: &Rc<Self>) -> BTreeMap<String, (Language, String)> {
        let mut files = BTreeMap::new();
        self.collect(&mut files);
        files
    }

    fn collect(&self, files: &mut BTreeMap<String, (Language, String)>) {
        self.check();
        let language = if self.custom.is_some() { Language::Custom } else { Language::RustHdl };
        let text = self.verilog();
        if let Some((_, known)) = files.get(&self.name) {
            assert!(*known == text, "two modules are named `{}`", self.name);
            return;
        }
        files.insert(self.name.clone(), (language, text));
        for item in &self.items {
            if let Item::Instance(instance) = item {
                instance.module.collect(files);
            }
        }
    }

    fn verilog(&self) -> String {
        let mut out = String::new();
        for line in self.about.trim().lines() {
            let line = line.trim();
            out += &if line.is_empty() { "//\n".to_owned() } else { format!("// {line}\n") };
        }
        out += "\n`default_nettype none\n\n";
        let _ = writeln!(out, "module {} (", self.name);
        let ports: Vec<_> = self.signals.iter().filter(|s| s.kind.is_parameter()).map(port).collect();
        out += &ports.join(",\n");
        out += "\n);\n";
        if let Some(text) = &self.custom {
            out += &indent(text.trim_matches('\n'));
        } else {
            self.body(&mut out);
        }
        out += "\nendmodule\n\n`default_nettype wire\n";
        out
    }

    fn body(&self, out: &mut String) {
        let declared: Vec<_> = self.signals.iter().filter(|s| !s.kind.is_parameter()).map(declaration).collect();
        out.push('\n');
        *out += &declared.concat();
        let mut dense = false;
        for item in &self.items {
            let spaced = !matches!(item, Item::Assign(..));
            if spaced || !dense {
                out.push('\n');
            }
            dense = matches!(item, Item::Assign(..) | Item::Comment(_));
            match item {
                Item::Comment(text) => {
                    let _ = writeln!(out, "    // {text}");
                }
                Item::Assign(target, value) => {
                    let _ = writeln!(out, "    assign {} = {};", target.text(), unwrapped(value));
                }
                Item::Comb(statements) => *out += &indent(&plain_brackets(&verilog_combinatorial(statements))),
                Item::Instance(instance) => print_instance(out, instance),
            }
        }
        self.clocked_blocks(out);
    }

    fn clocked_blocks(&self, out: &mut String) {
        let (reset, free): (Vec<_>, Vec<_>) = self.flops.iter().partition(|f| f.reset.is_some());
        if !reset.is_empty() {
            let _ = writeln!(out, "\n    always @(posedge {}) begin\n        if (!{}) begin", self.clock, self.reset);
            for flop in &reset {
                let value = flop.reset.expect("partitioned by reset");
                let _ = writeln!(out, "            {} <= {}'d{value};", flop.q.text(), flop.q.width());
            }
            *out += "        end else begin\n";
            for flop in &reset {
                *out += &update(flop, 12);
            }
            *out += "        end\n    end\n";
        }
        if !free.is_empty() {
            let _ = writeln!(out, "\n    always @(posedge {}) begin", self.clock);
            for flop in &free {
                *out += &update(flop, 8);
            }
            *out += "    end\n";
        }
    }
}

fn update(flop: &Flop, indent: usize) -> String {
    let next = unwrapped(flop.next.as_ref().expect("checked before printing"));
    let guard = flop.enable.as_ref().map_or(String::new(), |e| format!("if ({}) ", unwrapped(e)));
    format!("{:indent$}{guard}{} <= {next};\n", "", flop.q.text())
}

/// The text without one outer pair of parentheses.
fn unwrapped(value: &Expr) -> String {
    let text = value.text();
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    for c in inner.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth < 0 {
            return text;
        }
    }
    inner.to_owned()
}

fn range(signal: &Signal) -> String {
    let sign = if signal.signed { "signed " } else { "" };
    if signal.width == 1 { sign.to_owned() } else { format!("{sign}[{}:0] ", signal.width - 1) }
}

fn port(signal: &Signal) -> String {
    let direction = if signal.kind == AtomKind::InputParameter { "input " } else { "output" };
    format!("    {direction} wire {}{}", range(signal), signal.name)
}

fn declaration(signal: &Signal) -> String {
    let kind = if signal.variable { "reg " } else { "wire" };
    let attribute = signal.attribute.map_or(String::new(), |a| format!(" /* {a} */"));
    format!("    {kind} {}{}{attribute};\n", range(signal), signal.name)
}

fn print_instance(out: &mut String, instance: &Instance) {
    let _ = writeln!(out, "    {} {} (", instance.module.name, instance.name);
    let pins: Vec<_> =
        instance.connections.iter().map(|(port, e)| format!("        .{port}({})", unwrapped(e))).collect();
    *out += &pins.join(",\n");
    *out += "\n    );\n";
}

fn indent(text: &str) -> String {
    text.lines().map(|l| if l.is_empty() { "\n".into() } else { format!("    {l}\n") }).collect()
}

/// Lines of files that are `(custom, text)`: built through RustHDL, custom.
pub fn line_shares<'a>(files: impl IntoIterator<Item = (bool, &'a str)>) -> (usize, usize) {
    files.into_iter().fold((0, 0), |(built, leaf), (custom, text)| {
        let lines = text.lines().count();
        if custom { (built, leaf + lines) } else { (built + lines, leaf) }
    })
}
