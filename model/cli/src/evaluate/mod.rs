//! `model evaluate`: PSNR and SSIM on a folder of HR pictures.

mod figures;
mod networks;

pub(crate) use networks::Networks;

use std::path::Path;

use bsr_model::protocol::{CLASSIC, NETWORKS, Sample, list_pictures, read_picture};
use figures::{Figures, mean};
use rayon::prelude::*;
use serde::Serialize;

use crate::{args::Evaluate, failure::Failure, output};

/// The result; `None` where there is no such figure, and infinite where every picture is exact (JSON has null for both).
#[derive(Serialize)]
pub(crate) struct Report {
    model: String,
    protocol: String,
    pub(crate) set: String,
    pub(crate) images: usize,
    scale: usize,
    pub(crate) stream_bits: u32,
    pub(crate) fraction_bits: u32,
    pub(crate) psnr_bicubic: f64,
    pub(crate) psnr_float: Option<f64>,
    pub(crate) psnr_float_u8: Option<f64>,
    pub(crate) psnr_int: f64,
    pub(crate) ssim_bicubic: f64,
    pub(crate) ssim_float: Option<f64>,
    pub(crate) ssim_int: f64,
}

pub(crate) fn run(arguments: &Evaluate, json: bool) -> Result<(), Failure> {
    let report = of_folder(&Networks::from_arguments(arguments)?, &arguments.folder)?;
    if json { output::json(&report) } else { print(&report) }
}

/// The figures of networks on the HR pictures of a folder.
pub(crate) fn of_folder(networks: &Networks, folder: &Path) -> Result<Report, Failure> {
    let paths = list_pictures(folder)?;
    let progress = output::progress(paths.len(), "pictures");
    let figures = paths.par_iter().map(|path| {
        let figures = evaluate(networks, path);
        progress.inc(1);
        figures
    });
    let figures = figures.collect::<Result<Vec<_>, _>>()?;
    progress.finish_and_clear();
    Ok(report(networks, folder, &figures))
}

fn evaluate(networks: &Networks, path: &Path) -> Result<Figures, Failure> {
    let hint = Some("leave it out of the folder");
    let sample = Sample::new(&read_picture(path)?, networks.scale)
        .map_err(|error| Failure::new(error, hint).about("cannot make an LR picture of", path))?;
    let sr = networks.run(&sample).map_err(|failure| failure.about("cannot super-resolve", path))?;
    Figures::new(&sample, &sr).map_err(|error| Failure::new(error, hint).about("cannot compare", path))
}

fn report(networks: &Networks, folder: &Path, figures: &[Figures]) -> Report {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let set = folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into());
    let bicubic = mean(figures.iter().map(|f| f.bicubic));
    let int = mean(figures.iter().map(|f| f.int));
    let float = networks.float.is_some().then(|| mean(figures.iter().filter_map(|f| f.float)));
    let float_u8 = networks.float.is_some().then(|| mean(figures.iter().filter_map(|f| f.float_u8)));
    Report {
        model: networks.name.clone(),
        protocol: format!("bicubic row: {CLASSIC}; network rows: {NETWORKS}"),
        set,
        images: figures.len(),
        scale: networks.scale,
        stream_bits: networks.formats.stream_bits,
        fraction_bits: networks.formats.fraction_bits,
        psnr_bicubic: bicubic.psnr,
        psnr_float: float.map(|score| score.psnr),
        psnr_float_u8: float_u8.map(|score| score.psnr),
        psnr_int: int.psnr,
        ssim_bicubic: bicubic.ssim,
        ssim_float: float.map(|score| score.ssim),
        ssim_int: int.ssim,
    }
}

fn print(report: &Report) -> Result<(), Failure> {
    let Report { model, set, images, scale, .. } = report;
    output::line(&format!("{model} on {set}: {images} pictures, x{scale}"))?;
    output::line(&format!("  {:<34}  {:>7}  {:>6}", "", "PSNR", "SSIM"))?;
    let integer = format!("integer, {}-bit stream", report.stream_bits);
    let rows = [
        ("bicubic", Some(report.psnr_bicubic), Some(report.ssim_bicubic)),
        ("floating point, unrounded Y", report.psnr_float, report.ssim_float),
        ("floating point, the same u8 Y", report.psnr_float_u8, None),
        (&integer, Some(report.psnr_int), Some(report.ssim_int)),
    ];
    for (name, psnr, ssim) in rows {
        let Some(psnr) = psnr else { continue };
        let ssim = ssim.map(|ssim| format!("{ssim:.4}")).unwrap_or_default();
        output::line(format!("  {name:<34}  {psnr:>7.3}  {ssim:>6}").trim_end())?;
    }
    if let Some(float) = report.psnr_float_u8 {
        output::line(&format!("  lowering costs {:.3} dB", float - report.psnr_int))?;
    }
    output::line(&format!("protocol: {}", report.protocol))
}
