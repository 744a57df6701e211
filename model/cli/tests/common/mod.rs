//! The command, run; and files to run it on.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "an unwrap that fails is a failed test")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use bsr_model::protocol::{Picture, write_picture};
use ndarray::Array2;
use safetensors::{Dtype, tensor::TensorView};
use serde_json::Value;

/// Runs `model` on a wide terminal line, so that no message is wrapped.
fn model(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_model")).args(arguments).env("COLUMNS", "2000").output().unwrap()
}

/// The stdout of a run that succeeds.
pub(crate) fn succeeds(arguments: &[&str]) -> String {
    let output = model(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The report of a run with `--json`.
pub(crate) fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&succeeds(&[arguments, &["--json"]].concat())).unwrap()
}

/// The stderr of a run that ends with exit code 2 and prints no data, as one line.
pub(crate) fn fails(arguments: &[&str]) -> String {
    let output = model(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    errors.replace(['│', '╰', '─', '▶', '├'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes a grey picture with edges in it.
pub(crate) fn picture(path: &Path, height: usize, width: usize) {
    let level = |(y, x)| if (x * 3 + y * 2) % 17 < 8 { 220 - y as u8 } else { 30 + x as u8 };
    write_picture(path, &Picture::grey(Array2::from_shape_fn((height, width), level))).unwrap();
}

/// A checkpoint of `e2fif_x2_c32b8` with this many channels, every name behind `prefix`.
pub(crate) fn trained(prefix: &str, channels: usize) -> Vec<u8> {
    let mut shapes = BTreeMap::from([
        ("head.weight".to_owned(), vec![channels, 1, 3, 3]),
        ("head.bias".to_owned(), vec![channels]),
        ("tail.0.weight".to_owned(), vec![4, channels, 3, 3]),
        ("tail.0.bias".to_owned(), vec![4]),
    ]);
    for (block, conv) in (0..8).flat_map(|block| [(block, 1), (block, 2)]) {
        shapes.insert(format!("body.{block}.conv{conv}.0.weight"), vec![channels, channels, 3, 3]);
        for name in ["weight", "bias", "running_mean", "running_var"] {
            shapes.insert(format!("body.{block}.conv{conv}.1.{name}"), vec![channels]);
        }
    }
    let tensors: Vec<_> =
        shapes.iter().map(|(name, shape)| (format!("{prefix}{name}"), shape, values(name, shape))).collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name.as_str(), TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// Small values of both signs; variances are positive.
fn values(name: &str, shape: &[usize]) -> Vec<u8> {
    let value = |i: usize| match name.ends_with("running_var") {
        true => 50.0,
        false => ((i * 7919) % 41) as f32 / 41.0 - 0.49,
    };
    (0..shape.iter().product()).flat_map(|i| value(i).to_le_bytes()).collect()
}

/// A folder like one of the zoo, with a set of one picture beside it.
pub(crate) fn entry_and_set(folder: &Path) -> [PathBuf; 3] {
    let built_in = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap();
    let (entry, set, training) = (folder.join("entry"), folder.join("Drawn"), folder.join("training.json"));
    fs::create_dir(&entry).unwrap();
    fs::create_dir(&set).unwrap();
    picture(&set.join("edges.png"), 32, 36);
    fs::write(entry.join("compact.safetensors"), built_in.compact_bytes).unwrap();
    fs::write(entry.join("integer.safetensors"), built_in.integer_bytes).unwrap();
    let wider = r#"{"step": 5, "topology": {"method": "e2fif", "scale": 2, "channels": 64}}"#;
    let run = r#"{"step": 7, "recipe": {"batch": 4}, "data": [{"name": "Drawn", "pictures": 1, "terms": "our own"}]}"#;
    fs::write(&training, format!(r#"{{"runs": [{{"checkpoint": "older.pt"}}, {wider}, {run}]}}"#)).unwrap();
    [entry, set, training]
}
