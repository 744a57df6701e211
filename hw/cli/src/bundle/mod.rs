//! The files of a generated engine.

mod picture;
mod readme;
mod registers;
mod testbench;

use crate::failure::Failure;
use crate::folder::Files;
use bsr_hw::{Design, Prediction, Program, driver, predict, raster};
use bsr_model::integer::IntegerNetwork;
use ndarray::Array2;
use std::fmt::Write as _;

/// The vectors: a small picture and what the golden model makes of it.
pub(crate) struct Vectors {
    /// Raster of the LR picture.
    pub(crate) lr: Array2<u8>,
    /// Raster of the SR picture.
    pub(crate) sr: Array2<u8>,
    /// LR columns and rows.
    pub(crate) size: (usize, usize),
    /// What the frame takes.
    pub(crate) prediction: Prediction,
}

/// The vectors for an engine, computed with the golden model.
pub(crate) fn vectors(design: &Design, program: &Program, network: &IntegerNetwork) -> Result<Vectors, Failure> {
    let (width, height) = (design.geometry().max_width().min(picture::WIDTH), picture::HEIGHT);
    let lr = picture::draw(design.config.colours, width, height);
    let trace = bsr_golden::run(network, lr.view()).map_err(|error| {
        Failure::new(
            format!("the golden model does not run `{}`", network.name),
            "lower the network again with `model lower`",
        )
        .because(error)
    })?;
    let prediction = predict(&design.config, program.stages, width, height);
    Ok(Vectors { lr: raster(lr.view()), sr: raster(trace.sr.view()), size: (width, height), prediction })
}

/// Every file but the report.
pub(crate) fn files(design: &Design, program: &Program, network: &IntegerNetwork, vectors: &Vectors) -> Files {
    let mut files = Files::new();
    let mut add = |name: &str, text: String| {
        files.insert(name.to_owned(), text.into_bytes());
    };
    let mut list = String::new();
    for file in &design.files {
        add(&format!("rtl/{}", file.name), file.text.clone());
        let _ = writeln!(list, "rtl/{}", file.name);
    }
    add("rtl/files.f", list);
    add("weights.txt", weights(program));
    add("registers.json", registers::json());
    add("registers.md", registers::markdown());
    add("vectors/stimulus.txt", bytes(&vectors.lr));
    add("vectors/expected.txt", bytes(&vectors.sr));
    add("tb/testbench.v", testbench::text(program, vectors));
    add("README.txt", readme::text(design, network, vectors));
    files.insert("model.bsr".into(), driver::model_file(design, program, &network.name));
    files
}

/// `AAA_DDDDDDDD`: a register write a line, byte address and data in hexadecimal digits, for `$readmemh`.
fn weights(program: &Program) -> String {
    program.writes().iter().fold(String::new(), |mut text, (address, data)| {
        let _ = writeln!(text, "{address:03x}_{data:08x}");
        text
    })
}

/// A byte a line, raster order, in hexadecimal digits, for `$readmemh`.
fn bytes(picture: &Array2<u8>) -> String {
    picture.iter().fold(String::new(), |mut text, byte| {
        let _ = writeln!(text, "{byte:02x}");
        text
    })
}
