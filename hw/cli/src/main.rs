//! `hw`: generates the RTL of an engine that runs a network, with all that is needed to simulate and to judge it, and
//! estimates its rate and resources, and packages it for a board.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done, and every count as predicted; 1: Yosys counted
//! something else or more levels than asked; 2: could not be done, with what, where, found against expected, and a hint.

mod args;
mod boards;
mod bundle;
mod estimate;
mod explore;
mod failure;
mod folder;
mod generate;
mod levels;
mod package;
mod report;
mod subject;
mod yosys;

use clap::Parser;
use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let done = match args::Arguments::parse().command {
        args::Command::Generate(options) => generate::run(&options),
        args::Command::Package(options) => package::run(&options).map(|()| true),
        args::Command::Estimate(options) => estimate::run(&options),
        args::Command::Explore(options) => explore::run(&options),
        args::Command::Levels(options) => levels::run(&options),
        args::Command::Boards(options) => {
            boards::run(&options);
            Ok(true)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            // A closed stderr must not turn the answer into a panic.
            let _ = writeln!(io::stderr(), "{:?}", miette::Report::new(failure));
            ExitCode::from(2)
        }
    }
}
