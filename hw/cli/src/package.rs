//! `hw package`: all that a board with PYNQ needs, and what makes the bitstream on a machine with Vivado.

mod archive;
mod engine;
mod readme;
mod wheel;

use crate::args::Package;
use crate::failure::Failure;
use crate::folder::{self, Files};
use crate::generate::Subject;
use bsr_hw::board::pynq::{self, Clock};
use bsr_hw::board::{self, Board};
use bsr_hw::{EngineConfig, driver};
use bsr_model::files::hash;
use serde::Serialize;

/// What was packaged: `report.json`, which becomes `bsr.json` beside the bitstream.
#[derive(Serialize)]
struct Report<'a> {
    generator: &'static str,
    version: &'static str,
    model: &'a str,
    board: &'a Board,
    /// What the script tries first.
    clock_mhz: f64,
    config: &'a EngineConfig,
    stages: usize,
    hashes: Hashes,
}

/// SHA-256 of the Verilog and of the model file.
#[derive(Serialize)]
struct Hashes {
    rtl: String,
    model: String,
}

/// Packages.
pub(crate) fn run(options: &Package) -> Result<(), Failure> {
    let board = board::find(&options.board).map_err(|error| Failure::new(error, "the default is --board pynq-z2"))?;
    if !board.name.starts_with("pynq-") {
        let what = format!("there is no Vivado script for `{}`, expected a board with PYNQ", board.name);
        return Err(Failure::new(what, "`hw boards` lists them; `hw generate` writes the Verilog for any"));
    }
    let clock = Clock::new(options.clock.unwrap_or(board.clock_mhz)).map_err(|error| {
        let hint = format!("the nearest is --clock {}", error.nearest.mhz());
        Failure::new(error, hint)
    })?;
    let subject = engine::subject(options, board)?;
    folder::check(&options.output, options.force)?;

    let model = driver::model_file(&subject.design, &subject.program, &subject.network.name);
    let report = Report {
        generator: "hw package",
        version: env!("CARGO_PKG_VERSION"),
        model: &subject.network.name,
        board,
        clock_mhz: clock.mhz(),
        config: &subject.design.config,
        stages: subject.program.stages,
        hashes: Hashes { rtl: subject.design.sha256(), model: hash(&model) },
    };
    let json = serde_json::to_string_pretty(&report).expect("the report has string keys and finite numbers") + "\n";
    let files = files(&subject, board, clock, model, &json)?;
    let count = files.len() + 1;
    folder::write(&options.output, files, options.force)?;
    if options.json {
        print!("{json}");
    } else {
        let lanes = subject.design.config.lanes;
        println!("{}: {count} files, an engine of {lanes} lanes", options.output.display());
        println!("README.txt says what to do with them");
    }
    Ok(())
}

fn files(subject: &Subject, board: &Board, clock: Clock, model: Vec<u8>, report: &str) -> Result<Files, Failure> {
    let design = &subject.design;
    let failed = |error| Failure::new("cannot pack deploy.tar.gz", "check that there is memory left").because(error);
    let mut deploy = Files::new();
    deploy.insert(wheel::name(), wheel::bytes().map_err(|error| failed(error.into()))?);
    deploy.insert("model.bsr".into(), model);
    for (name, bytes) in driver::DEPLOYED {
        deploy.insert((*name).to_owned(), bytes.to_vec());
    }
    let archive = archive::tar_gz(&deploy).map_err(failed)?;
    let mut files = Files::new();
    let mut add = |name: &str, text: String| {
        files.insert(name.to_owned(), text.into_bytes());
    };
    for file in &design.files {
        add(&format!("rtl/{}", file.name), file.text.clone());
    }
    add("build.tcl", pynq::build_script(board, clock));
    add("component.xml", pynq::component(design));
    add("described.hwh", pynq::handoff(design, board, clock));
    add("accelerator.core", pynq::core_file(design));
    add("accelerator.xdc", pynq::constraints(clock));
    add("README.txt", readme::text(&subject.network, board, clock));
    add("report.json", report.to_owned());
    files.insert("deploy.tar.gz".into(), archive);
    Ok(files)
}
