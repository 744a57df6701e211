//! `model import`: a trained checkpoint into a compact one.

use bsr_model::files::write_compact;
use serde::Serialize;

use crate::{
    args::Import,
    failure::Failure,
    output,
    source::{self, Names},
};

#[derive(Serialize)]
struct Report {
    network: String,
    layers: usize,
    warnings: Vec<String>,
    output: String,
}

pub(crate) fn run(arguments: &Import, json: bool) -> Result<(), Failure> {
    let names = Names { key: arguments.key.as_deref(), strip_prefix: arguments.strip_prefix.as_deref() };
    let imported = source::trained(&arguments.checkpoint, &arguments.network, names)?;
    let path = &arguments.output;
    write_compact(path, &imported.network).map_err(|error| Failure::cannot_write(path, error))?;
    let report = Report {
        network: imported.network.description.name,
        layers: imported.network.layers.len(),
        warnings: imported.warnings.iter().map(ToString::to_string).collect(),
        output: path.display().to_string(),
    };
    if json {
        return output::json(&report);
    }
    output::line(&format!("{}: {} layers, written to `{}`", report.network, report.layers, report.output))
}
