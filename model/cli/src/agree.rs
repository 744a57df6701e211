//! `model agree`: the floating-point path beside what PyTorch computed.

use std::path::{Path, PathBuf};

use bsr_model::agreement::{Vector, VectorError};
use serde::Serialize;

use crate::{args::Agree, failure::Failure, output};

/// Largest difference that is rounding in f32, in another order, in grey levels.
const TOLERANCE: f32 = 1e-3;

#[derive(Serialize)]
struct Row {
    name: String,
    layers: usize,
    worst_layer: Option<String>,
    difference_layers: Option<f32>,
    difference_sr: f32,
    agrees: bool,
}

/// True if every vector agrees.
pub(crate) fn run(arguments: &Agree, json: bool) -> Result<bool, Failure> {
    let mut rows = Vec::new();
    for folder in &arguments.folders {
        for path in descriptions(folder)? {
            rows.push(
                row(&path)
                    .map_err(|error| Failure::new(error, None::<String>).about("cannot use the vector", &path))?,
            );
        }
    }
    let agrees = rows.iter().all(|row| row.agrees);
    if json {
        output::json(&rows)?
    } else {
        print(&rows)?
    }
    Ok(agrees)
}

fn descriptions(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let refuse = |error: std::io::Error| Failure::new(error, None::<String>).about("cannot read the folder", folder);
    let paths = std::fs::read_dir(folder).map_err(refuse)?.map(|file| file.map(|file| file.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(refuse)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    if paths.is_empty() {
        let hint = "`python -m bsr_training vectors` and `described` write them";
        return Err(Failure::new(format!("`{}` has no vectors", folder.display()), Some(hint)));
    }
    Ok(paths)
}

fn row(path: &Path) -> Result<Row, VectorError> {
    let vector = Vector::read(path)?;
    let agreement = vector.compare()?;
    let of_layers = agreement.worst_layer.as_ref().map(|(_, difference)| *difference);
    Ok(Row {
        name: vector.network.description.name.clone(),
        layers: vector.layers.len(),
        agrees: agreement.sr <= TOLERANCE && of_layers.is_none_or(|difference| difference <= TOLERANCE),
        difference_sr: agreement.sr,
        difference_layers: of_layers,
        worst_layer: agreement.worst_layer.map(|(name, _)| name),
    })
}

fn print(rows: &[Row]) -> Result<(), Failure> {
    output::line("| network | layers | worst layer | its difference | of the SR picture |\n|---|---|---|---|---|")?;
    rows.iter().try_for_each(|row| {
        let layer = row.worst_layer.as_deref().unwrap_or_default();
        let difference = row.difference_layers.map_or(String::new(), |difference| format!("{difference:.1e}"));
        output::line(&format!(
            "| `{}` | {} | {layer} | {difference} | {:.1e} |",
            row.name, row.layers, row.difference_sr
        ))
    })
}
