//! `sim`: runs the generated RTL in Verilator and compares it with the golden model.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done, and exact; 1: it differs; 2: could not be done,
//! with what, where, found against expected, and a hint.

mod cli;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(&cli::Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            // A closed stderr must not turn the answer into a panic.
            let _ = writeln!(io::stderr(), "{:?}", miette::Report::new(failure));
            ExitCode::from(2)
        }
    }
}
