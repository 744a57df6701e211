//! Reads the structural body of a generated leaf and clocks it, 64 vectors at a time.
//!
//! A signal is a vector of words, one a bit; bit `v` of a word belongs to vector `v`. Statements run in the order of
//! the text, registers take their values at the end of a cycle.

use std::collections::HashMap;

/// Bits of a signal, least significant first.
type Bits = Vec<u64>;

enum Statement {
    Lut { init: u64, inputs: Vec<String>, outputs: Vec<(String, u64)> },
    Carry4 { carry_in: String, data: String, select: String, sum: String, carry: String },
    Assign { target: String, value: String },
}

/// A leaf as its text says it.
pub(crate) struct Reader {
    widths: HashMap<String, usize>,
    statements: Vec<Statement>,
    registers: Vec<(String, String)>,
    signals: HashMap<String, Bits>,
}

impl Reader {
    /// Reads the text between `` `else `` and `` `endif ``.
    pub(crate) fn new(text: &str) -> Self {
        let body = text.split("`else").nth(1).expect("a structural body");
        let body = body.split_once("`endif").expect("its end").0;
        let plain: Vec<_> =
            body.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code).trim()).collect();
        let mut reader =
            Self { widths: HashMap::new(), statements: vec![], registers: vec![], signals: HashMap::new() };
        let mut tables = HashMap::new();
        for statement in plain.join(" ").split(';').map(str::trim) {
            reader.statement(statement, &mut tables);
        }
        reader.signals = reader.widths.iter().map(|(name, &width)| (name.clone(), vec![0; width])).collect();
        reader
    }

    fn statement(&mut self, text: &str, tables: &mut HashMap<String, u64>) {
        let text = text.trim_start_matches("end").trim();
        let clocked = text.strip_prefix("always @(posedge clk_i)").map(|t| t.trim().trim_start_matches("begin").trim());
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        if text.is_empty() {
        } else if let Some((q, d)) = clocked.unwrap_or(text).split_once(" <= ") {
            self.registers.push((q.trim().into(), d.trim().into()));
        } else if first == "localparam" {
            let (name, value) = rest.trim_start_matches("[63:0] ").split_once(" = 64'h").expect("an INIT");
            tables.insert(name.into(), u64::from_str_radix(value, 16).expect("hexadecimal"));
        } else if first == "wire" || first == "reg" {
            let (declared, value) = rest.split_once(" = ").map_or((rest, None), |(d, v)| (d, Some(v)));
            let (range, name) = declared.split_once(' ').unwrap_or(("[0:0]", declared));
            let top: usize =
                range.trim_matches(['[', ']']).split_once(':').expect("a range").0.parse().expect("a number");
            self.widths.insert(name.into(), top + 1);
            if let Some(value) = value {
                self.statements.push(Statement::Assign { target: name.into(), value: value.into() });
            }
        } else if first == "assign" {
            let (target, value) = rest.split_once(" = ").expect("an assignment");
            self.statements.push(Statement::Assign { target: target.into(), value: value.into() });
        } else if first == "CARRY4" {
            let pins = pins(rest);
            assert_eq!(pins["CYINIT"], "1'b0");
            let pin = |name: &str| pins[name].clone();
            let [carry_in, data, select, sum, carry] = ["CI", "DI", "S", "O", "CO"].map(pin);
            self.statements.push(Statement::Carry4 { carry_in, data, select, sum, carry });
        } else {
            self.statements.push(lut(text, tables));
        }
    }

    /// LUT sites of the text.
    pub(crate) fn luts(&self) -> usize {
        self.statements.iter().filter(|s| matches!(s, Statement::Lut { .. })).count()
    }

    /// CARRY4 of the text.
    pub(crate) fn carry4(&self) -> usize {
        self.statements.iter().filter(|s| matches!(s, Statement::Carry4 { .. })).count()
    }

    /// Register bits of the text.
    pub(crate) fn register_bits(&self) -> usize {
        self.registers.iter().map(|(q, _)| self.widths[q]).sum()
    }

    /// The outputs with these inputs, before the clock edge; then the edge.
    pub(crate) fn clock(&mut self, inputs: &HashMap<String, Bits>) -> HashMap<String, Bits> {
        self.signals.extend(inputs.iter().map(|(name, bits)| (name.clone(), bits.clone())));
        for statement in &self.statements {
            for (target, value) in run(statement, &self.signals) {
                write(&mut self.signals, &target, value);
            }
        }
        let outputs = self.signals.iter().filter(|(name, _)| name.ends_with("_o"));
        let outputs = outputs.map(|(name, bits)| (name.clone(), bits.clone())).collect();
        let next: Vec<_> = self.registers.iter().map(|(q, d)| (q.clone(), read(&self.signals, d))).collect();
        for (q, value) in next {
            write(&mut self.signals, &q, value);
        }
        outputs
    }
}

/// `KIND #(.INIT(NAME)) instance (.PIN(net), ..)`.
fn lut(text: &str, tables: &HashMap<String, u64>) -> Statement {
    let (kind, rest) = text.split_once(" #(.INIT(").expect("a LUT");
    let (table, rest) = rest.split_once(")) ").expect("an instance");
    let pins = pins(rest);
    let inputs = (0..6).map(|k| pins[format!("I{k}").as_str()].clone()).collect();
    let outputs = match kind {
        "LUT6" => vec![(pins["O"].clone(), 0)],
        "LUT6_2" => vec![(pins["O6"].clone(), 0), (pins["O5"].clone(), 1)],
        _ => panic!("`{kind}` is no LUT"),
    };
    Statement::Lut { init: tables[table], inputs, outputs }
}

/// `instance (.PIN(net), ..)`.
fn pins(text: &str) -> HashMap<&str, String> {
    let pins = text.split_once(" (").expect("pins").1.trim_end_matches(')').split(", ");
    let pins = pins.map(|pin| pin.trim_start_matches('.').split_once('(').expect("a connection"));
    pins.map(|(pin, net)| (pin, net.trim_end_matches(')').to_owned())).collect()
}

fn run(statement: &Statement, signals: &HashMap<String, Bits>) -> Vec<(String, Bits)> {
    match statement {
        Statement::Assign { target, value } => vec![(target.clone(), read(signals, value))],
        Statement::Lut { init, inputs, outputs } => {
            let inputs: Vec<_> = inputs.iter().map(|net| read(signals, net)[0]).collect();
            let output = |&(ref net, lower): &(String, u64)| {
                let pins = if lower == 1 { &inputs[..5] } else { &inputs[..] };
                (net.clone(), vec![look_up(*init, pins)])
            };
            outputs.iter().map(output).collect()
        }
        Statement::Carry4 { carry_in, data, select, sum, carry } => {
            let (data, select) = (read(signals, data), read(signals, select));
            let mut at = read(signals, carry_in)[0];
            let (mut sums, mut carries) = (vec![], vec![]);
            for (data, select) in data.iter().zip(&select) {
                sums.push(select ^ at);
                at = select & at | !select & data;
                carries.push(at);
            }
            vec![(sum.clone(), sums), (carry.clone(), carries)]
        }
    }
}

/// `INIT[{.., I1, I0}]`, the last input choosing between the halves of the table.
fn look_up(init: u64, inputs: &[u64]) -> u64 {
    match inputs.split_last() {
        None => 0u64.wrapping_sub(init & 1),
        Some((last, rest)) => look_up(init, rest) & !last | look_up(init >> (1 << rest.len()), rest) & last,
    }
}

/// The value of `{a, b}`, `a ^ b`, `~a`, `a[1]`, `a` or a constant.
fn read(signals: &HashMap<String, Bits>, text: &str) -> Bits {
    let text = text.trim();
    if let Some((a, b)) = text.split_once(" ^ ") {
        return read(signals, a).iter().zip(read(signals, b)).map(|(a, b)| a ^ b).collect();
    }
    if let Some(parts) = text.strip_prefix('{') {
        return parts.trim_end_matches('}').split(',').rev().flat_map(|part| read(signals, part)).collect();
    }
    if let Some(inverted) = text.strip_prefix('~') {
        return read(signals, inverted).iter().map(|word| !word).collect();
    }
    if let Some((bits, _)) = text.split_once("'d0") {
        return vec![0; bits.parse().expect("a width")];
    }
    match text {
        "1'b0" => vec![0],
        "1'b1" => vec![u64::MAX],
        _ => {
            let (name, first, last) = place(text);
            let bits = &signals[name];
            bits[first.unwrap_or(0)..=last.unwrap_or(bits.len() - 1)].to_vec()
        }
    }
}

fn write(signals: &mut HashMap<String, Bits>, target: &str, value: Bits) {
    let (name, first, last) = place(target);
    let bits = signals.entry(name.to_owned()).or_insert_with(|| value.clone());
    let range = first.unwrap_or(0)..=last.unwrap_or(bits.len() - 1);
    assert_eq!(range.clone().count(), value.len(), "width of `{target}`");
    bits[range].copy_from_slice(&value);
}

/// The name, the first and the last bit of `a`, `a[1]` or `a[3:1]`.
fn place(text: &str) -> (&str, Option<usize>, Option<usize>) {
    let Some((name, range)) = text.split_once('[') else { return (text, None, None) };
    let (last, first) = range.trim_end_matches(']').split_once(':').unwrap_or((range.trim_end_matches(']'), ""));
    let last = last.parse().expect("a bit");
    (name, Some(first.parse().unwrap_or(last)), Some(last))
}
