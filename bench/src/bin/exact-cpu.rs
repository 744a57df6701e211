//! Compares every CPU backend with golden at every tap, on the pictures of a folder, for every built-in network.
//!
//! Exit code 0: all equal; 1: one differs; 2: a picture cannot be read.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use bsr_golden::{
    Trace, run,
    simd::{Backend, Prepared},
};
use bsr_model::{
    protocol::{Sample, list_pictures, read_picture},
    zoo,
};
use clap::Parser;
use miette::{IntoDiagnostic, WrapErr};
use ndarray::Axis;

/// Compare every CPU backend with golden at every tap, on whole pictures.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Folder of HR pictures, of which the LR pictures are made.
    folder: PathBuf,
    /// The built-in networks that are compared, in place of all.
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    models: Vec<String>,
}

fn main() -> miette::Result<ExitCode> {
    match check(&Arguments::parse()) {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(error) => {
            eprintln!("{error:?}");
            Ok(ExitCode::from(2))
        }
    }
}

/// Whether all are equal.
fn check(arguments: &Arguments) -> miette::Result<bool> {
    let folder = arguments.folder.display();
    let pictures = list_pictures(&arguments.folder).into_diagnostic()?;
    miette::ensure!(
        !pictures.is_empty(),
        help = "name a folder of PNG or JPEG files",
        "there is no picture in `{folder}`"
    );
    let names: Vec<&str> = match arguments.models.is_empty() {
        true => zoo::entries().iter().map(|entry| entry.name).collect(),
        false => arguments.models.iter().map(String::as_str).collect(),
    };
    let mut exact = true;
    for name in names {
        let entry = zoo::find(name).into_diagnostic()?;
        let network = entry.integer_network();
        for path in &pictures {
            let sample = Sample::new(&read_picture(path).into_diagnostic()?, entry.description().scale);
            let sample = sample.into_diagnostic().wrap_err_with(|| path.display().to_string())?;
            let lr = sample.lr_luma_u8().insert_axis(Axis(0));
            let started = Instant::now();
            let golden = run(&network, lr.view()).into_diagnostic()?;
            let mut found = Vec::new();
            for backend in Backend::available() {
                let prepared = Prepared::new(&network, backend).into_diagnostic()?;
                let trace = prepared.run_with_taps(lr.view()).into_diagnostic()?;
                let code = prepared.code();
                exact &= trace == golden;
                found.push(format!("{backend} ({code} code) {}", verdict(&trace, &golden)));
            }
            let (picture, seconds) = (path.file_stem().unwrap_or_default().display(), started.elapsed().as_secs_f64());
            println!("{name} {picture} {}x{}: {}; {seconds:.1} s", lr.dim().2, lr.dim().1, found.join(", "));
        }
    }
    Ok(exact)
}

/// The first tap that differs, in words.
fn verdict(found: &Trace, golden: &Trace) -> String {
    let tap = found.stages.iter().zip(&golden.stages).position(|(found, golden)| found != golden);
    match tap {
        Some(tap) => format!("DIFFERS at tap {tap}"),
        None if found != golden => "DIFFERS after the last tap".to_owned(),
        None => format!("equal at {} taps", golden.stages.len()),
    }
}
