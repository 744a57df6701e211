//! `model`: describe, import, lower, evaluate and document binarized super-resolution networks.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done; 2: could not be done, with what, where,
//! found against expected, and a hint.

mod args;
mod card;
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
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed stderr must not turn the answer into a panic.
            let _ = writeln!(io::stderr(), "{:?}", miette::Report::new(failure));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let json = arguments.json;
    match &arguments.command {
        Command::List => list::run(json),
        Command::Inspect(arguments) => inspect::run(arguments, json),
        Command::Import(arguments) => import::run(arguments, json),
        Command::Lower(arguments) => lower::run(arguments, json),
        Command::Evaluate(arguments) => evaluate::run(arguments, json),
        Command::Card(arguments) => card::run(arguments, json),
        Command::Table => table::run(json),
    }
}
