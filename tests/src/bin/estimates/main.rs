//! What is estimated beside what is counted: cycles against the simulated RTL, resources against Yosys, as Markdown.
//!
//! `estimates [NAME..]` takes minutes an engine; names choose some of them. Exit code 0: cycles, DSP and block RAM are
//! as estimated and the rest within 5 %; 1: something is not, and it is marked.

mod engines;

use bsr_hw::config::Interface;
use bsr_hw::{EngineConfig, predict};
use bsr_model::files::write_integer;
use bsr_tests::engines::simulator;
use bsr_tests::loaded::{frame, loaded, picture};
use bsr_tests::telling::telling_network;
use serde_json::Value;
use std::process::{Command, ExitCode};

/// LR rows of the simulated frame; the strip's full width.
const HEIGHT: usize = 6;
/// How far an estimate may be from the count.
const TOLERANCE: f64 = 0.05;

/// An estimate and the count.
struct Pair {
    estimated: f64,
    counted: f64,
    exact: bool,
}

impl Pair {
    fn holds(&self) -> bool {
        let allowed = if self.exact { 0.0 } else { TOLERANCE * self.counted };
        (self.estimated - self.counted).abs() <= allowed
    }

    /// Both, or the count and the distance; bold where it is too far.
    fn cell(&self) -> String {
        let text = if self.exact && self.holds() {
            self.counted.to_string()
        } else if self.exact {
            format!("{} for {}", self.estimated, self.counted)
        } else {
            format!("{} {:+.1} %", self.counted, 100.0 * (self.estimated / self.counted - 1.0))
        };
        if self.holds() { text } else { format!("**{text}**") }
    }
}

fn main() -> ExitCode {
    let chosen: Vec<_> = std::env::args().skip(1).collect();
    println!("| engine | cycles | DSP48E1 | BRAM36 | LUT | CARRY4 | FF |\n|---|---|---|---|---|---|---|");
    let mut holds = true;
    for (name, engine) in engines::all() {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        eprintln!("{name}");
        let pairs: Vec<_> = [cycles(&engine)].into_iter().chain(resources(&engine)).collect();
        holds &= pairs.iter().all(Pair::holds);
        let cells: Vec<_> = pairs.iter().map(Pair::cell).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A frame as wide as the strip, predicted and simulated.
fn cycles(engine: &EngineConfig) -> Pair {
    let width = engine.strip_width - (engine.pixels - 1);
    let mut bench = loaded(engine, &simulator(engine), &telling_network(engine, 1));
    let run = frame(&mut bench, &picture(HEIGHT, width * engine.colours)).expect("the frame runs to its end");
    let predicted = predict(engine, engine.max_stages, width, HEIGHT).cycles;
    Pair { estimated: predicted as f64, counted: run.cycles() as f64, exact: true }
}

/// DSP48E1, BRAM36, LUT, CARRY4 and flip-flops by `hw estimate --yosys`.
fn resources(engine: &EngineConfig) -> Vec<Pair> {
    let told = estimate(engine);
    let number = |value: &Value| value.as_f64().expect("a number");
    let counted = |key: &str| number(&told["counted"][key]);
    let pair = |key: &str, counted: f64, exact: bool| Pair { estimated: number(&told[key]), counted, exact };
    vec![
        pair("dsp", counted("dsp48e1"), true),
        pair("bram36", counted("bram36"), true),
        pair("lut", counted("lut") + counted("lut_memory"), false),
        pair("carry4", counted("carry4"), false),
        pair("ff", counted("ff"), false),
    ]
}

fn estimate(engine: &EngineConfig) -> Value {
    let folder = tempfile::tempdir().expect("a folder for the network");
    let file = folder.path().join("network.safetensors");
    write_integer(&file, &telling_network(engine, 1)).expect("the network is valid");
    let sizes = [
        ("--lanes", engine.lanes),
        ("--pixels", engine.pixels),
        ("--chains", engine.chains),
        ("--strip-width", engine.strip_width),
        ("--popcount-stages", engine.popcount_stages),
        ("--load-lanes", engine.load_lanes),
        ("--head-lanes", engine.head_lanes),
        ("--tail-channels", engine.tail_channels),
    ];
    let own = std::env::current_exe().expect("a running program has a path");
    // `make estimates` builds it there.
    let mut command = Command::new(own.with_file_name("hw"));
    command.args(["estimate", "--yosys", "--json", "--integer"]).arg(&file);
    command.args(["--interface", if engine.interface == Interface::Memory { "memory" } else { "stream" }]);
    command.args(sizes.iter().flat_map(|(option, size)| [(*option).to_owned(), size.to_string()]));
    let output = command.output().expect("hw lies beside this program and starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("hw estimate: {errors}"));
    let sized = serde_json::to_value(engine).expect("an engine is data");
    assert_eq!(told["config"], sized, "the options make another engine");
    told
}
