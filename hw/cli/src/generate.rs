//! `hw generate`.

use crate::args::{self, Generate};
use crate::failure::Failure;
use crate::report::Report;
use crate::{bundle, folder, subject, yosys};
use bsr_hw::{Design, Program, area, board};
use bsr_model::integer::IntegerNetwork;

/// A network, the engine for it, and the network as that engine loads it.
pub(crate) struct Subject {
    pub(crate) network: IntegerNetwork,
    pub(crate) design: Design,
    pub(crate) program: Program,
}

/// What the arguments ask for.
pub(crate) fn subject(network: &args::Network, engine: &args::Engine) -> Result<Subject, Failure> {
    of(subject::network(network)?, engine)
}

/// The network on the engine that the arguments ask for.
pub(crate) fn of(network: IntegerNetwork, engine: &args::Engine) -> Result<Subject, Failure> {
    let view = subject::streaming(&network)?;
    let config = subject::engine(engine, &network, &view);
    let design = bsr_hw::generate(&config).map_err(|error| {
        Failure::new(format!("these parameters make no engine: {error}"), "`--help` lists them and their defaults")
    })?;
    let program = Program::new(&config, &network).map_err(|error| {
        let hint = "leave out the option that names this limit, or lower the network for it with `model lower`";
        Failure::new(format!("the network does not run on this engine: {error}"), hint)
    })?;
    Ok(Subject { network, design, program })
}

/// Generates; true if every count is as predicted, or none was asked for.
pub(crate) fn run(options: &Generate) -> Result<bool, Failure> {
    let board = board::find(&options.board).map_err(|error| Failure::new(error, "the default is --board pynq-z2"))?;
    let Subject { network, design, program } = subject(&options.network, &options.engine)?;
    folder::check(&options.output, options.force)?;
    // Found before any work is done.
    let yosys = options.yosys.then(yosys::Yosys::find).transpose()?;

    let vectors = bundle::vectors(&design, &program, &network)?;
    let mut files = bundle::files(&design, &program, &network, &vectors);
    let inventory = area::inventory(&design.config).expect("a design was generated from these parameters");
    let mut report = Report::new(&network, board, &design, &program, &vectors, &inventory, &files);
    if let Some(yosys) = yosys {
        report.count(yosys.count(&design)?);
    }
    let json = report.json();
    files.insert("report.json".into(), json.clone().into_bytes());
    folder::write(&options.output, files, options.force)?;
    if options.json {
        print!("{json}");
    } else {
        print!("{}", report.summary(&options.output));
    }
    Ok(report.as_predicted())
}
