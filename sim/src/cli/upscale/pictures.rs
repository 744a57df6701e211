//! A picture, or every picture of a folder. Chroma and alpha are enlarged by bicubic interpolation.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    time::Instant,
};

use bsr_model::protocol::{
    Picture, Resize, imresize_u8, list_pictures, luma_u8, read_picture, with_bicubic_chroma, write_picture,
};
use image::{ColorType, ExtendedColorType, ImageEncoder, ImageReader, codecs::png::PngEncoder};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::{Array3, Axis, concatenate};
use serde::Serialize;

use super::engine::Engine;
use crate::cli::{args::Upscale, failure::Failure, output};

/// What `sim upscale --json` prints for pictures.
#[derive(Debug, Serialize)]
struct Report {
    model: String,
    simd_backend: &'static str,
    threads: usize,
    wall_s: f64,
    pictures: Vec<Enlarged>,
}

/// One picture.
#[derive(Debug, Serialize)]
struct Enlarged {
    input: PathBuf,
    output: PathBuf,
    lr_width: usize,
    lr_height: usize,
    sr_width: usize,
    sr_height: usize,
}

/// Enlarges a file into a file, or a folder into a folder.
pub(super) fn run(engine: &Engine, arguments: &Upscale, json: bool) -> Result<(), Failure> {
    let start = Instant::now();
    let jobs = jobs(&arguments.input, &arguments.output)?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}").expect("a template of known keys");
    let bar = ProgressBar::new(jobs.len() as u64).with_style(style);
    let mut pictures = Vec::new();
    for (input, output) in jobs {
        bar.set_message(input.display().to_string());
        pictures.push(enlarge(engine, input, output)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = Report {
        model: engine.model.clone(),
        simd_backend: engine.backend().name(),
        threads: engine.threads(),
        wall_s: start.elapsed().as_secs_f64(),
        pictures,
    };
    if json { output::json(&report) } else { report.print() }
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        for Enlarged { output, lr_width, lr_height, sr_width, sr_height, .. } in &self.pictures {
            let path = output.display();
            output::line(&format!("{path}: {lr_width} x {lr_height} to {sr_width} x {sr_height}"))?;
        }
        let (model, backend, threads) = (&self.model, self.simd_backend, self.threads);
        output::line(&format!("{model} on {backend}, {threads} threads, {:.2} s", self.wall_s))
    }
}

/// Inputs and outputs; makes the folder of the outputs where the input is one.
fn jobs(input: &Path, output: &Path) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    if !input.is_dir() {
        if !output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
            let error = format!("`{}` is no PNG file", output.display());
            return Err(Failure::new(error, Some("pictures are written as PNG: name the output *.png")));
        }
        return Ok(vec![(input.to_owned(), output.to_owned())]);
    }
    let inputs = list_pictures(input)?;
    fs::create_dir_all(output).map_err(|error| Failure::cannot_write(output, error))?;
    let mut jobs: Vec<(PathBuf, PathBuf)> = Vec::new();
    for path in inputs {
        let stem = path.file_stem().unwrap_or_default();
        let to = output.join(stem).with_extension("png");
        if let Some((other, _)) = jobs.iter().find(|(_, taken)| *taken == to) {
            let error = format!("`{}` and `{}` would both become `{}`", other.display(), path.display(), to.display());
            return Err(Failure::new(error, Some("rename one of them")));
        }
        jobs.push((path, to));
    }
    Ok(jobs)
}

fn enlarge(engine: &Engine, input: PathBuf, output: PathBuf) -> Result<Enlarged, Failure> {
    let lr = read_picture(&input)?;
    let alpha = alpha(&input);
    let luma = engine.enlarge(luma_u8(&lr).view())?;
    let sr = with_bicubic_chroma(&lr, luma.view(), engine.scale).expect("the SR luma is `scale` times the LR picture");
    match alpha {
        Some(alpha) => write_with_alpha(&output, &sr, &imresize_u8(alpha.view(), Resize::Up(engine.scale)))?,
        None => write_picture(&output, &sr)?,
    }
    let (lr_width, lr_height, sr_width, sr_height) = (lr.width(), lr.height(), sr.width(), sr.height());
    Ok(Enlarged { input, output, lr_width, lr_height, sr_width, sr_height })
}

/// The alpha plane of a picture that [`read_picture`] reads, where it has one.
fn alpha(path: &Path) -> Option<Array3<u8>> {
    let bytes = fs::read(path).ok()?;
    let image = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.decode().ok()?;
    if !matches!(image.color(), ColorType::La8 | ColorType::Rgba8) {
        return None;
    }
    let alpha = image.to_luma_alpha8().pixels().map(|pixel| pixel.0[1]).collect();
    Array3::from_shape_vec((1, image.height() as usize, image.width() as usize), alpha).ok()
}

/// Writes a PNG with alpha; the file appears whole or not at all.
fn write_with_alpha(path: &Path, picture: &Picture, alpha: &Array3<u8>) -> Result<(), Failure> {
    let colour = if picture.channels() == 1 { ExtendedColorType::La8 } else { ExtendedColorType::Rgba8 };
    let all = concatenate(Axis(0), &[picture.pixels().view(), alpha.view()]).expect("alpha has the picture's size");
    let interleaved: Vec<u8> = all.permuted_axes([1, 2, 0]).iter().copied().collect();
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&interleaved, picture.width() as u32, picture.height() as u32, colour)
        .map_err(|error| Failure::cannot_write(path, std::io::Error::other(error)))?;
    bsr_model::files::write_atomically(path, &png).map_err(|error| Failure::cannot_write(path, error))
}
