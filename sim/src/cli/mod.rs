//! The `sim` command.

mod args;
mod backend;
mod doctor;
mod failure;
mod output;
mod panel;
mod reference;
mod report;
mod run;
mod subject;
mod upscale;
mod without_rtl;

pub(crate) use args::Arguments;
pub(crate) use failure::Failure;

use args::Command;

/// Does what the arguments ask for; true if it is exact.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    match &arguments.command {
        Command::Run(options) => run::run(options, arguments.json),
        Command::Upscale(options) => upscale::run(options, arguments.json),
        Command::Doctor => doctor::run(arguments.json),
    }
}
