//! `model`: describe, import, lower, evaluate and document binarized super-resolution networks.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done; 1: compared, and it differs; 2: could not be done, with what, where,
//! found against expected, and a hint.

mod agree;
mod args;
mod card;
mod costs;
mod describe;
mod evaluate;
mod failure;
mod import;
mod inspect;
mod list;
mod lower;
mod output;
mod source;
mod table;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use args::{Arguments, Command};
use clap::Parser;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            // A closed stderr must not turn the answer into a panic.
            let _ = writeln!(io::stderr(), "{:?}", miette::Report::new(failure));
            ExitCode::from(2)
        }
    }
}

/// True unless a comparison found a difference.
fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let json = arguments.json;
    let done = match &arguments.command {
        Command::Agree(arguments) => return agree::run(arguments, json),
        Command::List => list::run(json),
        Command::Describe(arguments) => describe::run(arguments, json),
        Command::Inspect(arguments) => inspect::run(arguments, json),
        Command::Import(arguments) => import::run(arguments, json),
        Command::Lower(arguments) => lower::run(arguments, json),
        Command::Evaluate(arguments) => evaluate::run(arguments, json),
        Command::Card(arguments) => card::run(arguments, json),
        Command::Table => table::run(json),
        Command::Costs => costs::run(json),
    };
    done.map(|()| true)
}
