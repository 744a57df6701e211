//! `model lower`: a network to integers, with every choice reported.

use std::path::{Path, PathBuf};

use bsr_model::{
    description::Colour,
    files::{read_compact, write_integer},
    float::FloatNetwork,
    lower::{Lowered, LoweringOptions, LoweringReport, calibration_pictures, lower},
    protocol::{Sample, list_pictures, read_picture},
    zoo,
};
use ndarray::{Array3, Axis};
use serde::Serialize;

use crate::{args::Lower, failure::Failure, output, source};

#[derive(Serialize)]
struct Report {
    output: String,
    #[serde(flatten)]
    lowering: LoweringReport,
}

pub(crate) fn run(arguments: &Lower, json: bool) -> Result<(), Failure> {
    let network = network(arguments)?;
    let calibration = match &arguments.calibrate {
        Some(folder) => pictures(folder, &network)?,
        None => calibration_pictures(network.description.colour.channels()),
    };
    let mut options = options(arguments.stream_bits);
    options.fraction_bits = arguments.fraction_bits;
    let Lowered { network, report } = lower(&network, &calibration, &options)?;
    let path = &arguments.output;
    write_integer(path, &network).map_err(|error| Failure::cannot_write(path, error))?;
    let report = Report { output: path.display().to_string(), lowering: report };
    if json { output::json(&report) } else { print(&report) }
}

/// The default options, with other stream bits where they are given.
pub(crate) fn options(stream_bits: Option<u32>) -> LoweringOptions {
    let default = LoweringOptions::default();
    LoweringOptions { stream_bits: stream_bits.unwrap_or(default.stream_bits), ..default }
}

fn network(arguments: &Lower) -> Result<FloatNetwork, Failure> {
    if let Some(name) = &arguments.model {
        return Ok(zoo::find(name)?.float_network());
    }
    if let Some(path) = &arguments.compact {
        return Ok(read_compact(path)?);
    }
    source::of(&arguments.trained)
}

/// The LR pictures of a folder of HR pictures, as the network reads them.
fn pictures(folder: &Path, network: &FloatNetwork) -> Result<Vec<Array3<f32>>, Failure> {
    let paths = list_pictures(folder)?;
    let progress = output::progress(paths.len(), "calibration pictures");
    let lr = |path: &PathBuf| {
        let sample = Sample::new(&read_picture(path)?, network.description.scale)
            .map_err(|error| Failure::new(error, Some("leave it out of the folder")).about("cannot use", path))?;
        progress.inc(1);
        Ok(match network.description.colour {
            Colour::Y => sample.lr_luma().mapv(|y| y as f32).insert_axis(Axis(0)),
            Colour::Rgb => three_planes(sample.lr().pixels()),
        })
    };
    paths.iter().map(lr).collect()
}

/// R, G and B; a grey picture three times.
fn three_planes(pixels: &Array3<u8>) -> Array3<f32> {
    let (channels, height, width) = pixels.dim();
    Array3::from_shape_fn((3, height, width), |(c, y, x)| f32::from(pixels[[c % channels, y, x]]))
}

fn print(report: &Report) -> Result<(), Failure> {
    let lowering = &report.lowering;
    let stream = &lowering.stream;
    output::line(&format!("{}, written to `{}`", lowering.network, report.output))?;
    output::line(&format!(
        "stream: {} bits, {} of them fraction; peak {:.1} at {}; {} of {} values saturate on {} pictures",
        lowering.stream_bits,
        lowering.fraction_bits,
        stream.peak,
        stream.peak_layer,
        stream.saturated,
        stream.values,
        stream.pictures
    ))?;
    for conv in [&lowering.head].into_iter().chain(&lowering.convs).chain([&lowering.tail]) {
        output::line(&format!(
            "{}: {}-bit weights, shift {}, sums below {}, rounding error at most {:.4}",
            conv.name, conv.weight_bits, conv.shift, conv.largest_sum, conv.error
        ))?;
    }
    let stages = || lowering.stages.iter();
    let worst = |errors: Vec<f64>| errors.into_iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    output::line(&format!(
        "{} binary stages: shift {}, rounding error at most {:.4} of a stream unit",
        lowering.stages.len(),
        lowering.affine_shift,
        worst(stages().map(|stage| stage.error).collect())
    ))?;
    let factors = stages().flat_map(|stage| stage.spatial.iter().chain(&stage.channel)).map(|factor| factor.error);
    let factors: Vec<f64> = factors.collect();
    if !factors.is_empty() {
        output::line(&format!("{} factors: error at most {:.4}", factors.len(), worst(factors)))?;
    }
    let convs = [&lowering.head].into_iter().chain(&lowering.convs);
    let slopes = convs.flat_map(|conv| &conv.activation);
    let slopes = slopes.chain(stages().flat_map(|stage| stage.branch.iter().chain(&stage.activation)));
    let slopes: Vec<f64> = slopes.map(|activation| activation.error).collect();
    if !slopes.is_empty() {
        output::line(&format!("{} activations: slopes off by at most {:.5}", slopes.len(), worst(slopes)))?;
    }
    Ok(())
}
