//! The driver as a Python wheel, which a board installs without a network or a build; the same files give the same bytes.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bsr_hw::driver;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::LazyLock;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What `pyproject.toml` says of the package.
#[derive(Deserialize)]
struct PyProject {
    project: Project,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Project {
    name: String,
    version: String,
    description: String,
    requires_python: String,
    license: License,
    dependencies: Vec<String>,
    optional_dependencies: BTreeMap<String, Vec<String>>,
    scripts: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct License {
    text: String,
}

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    let (_, text) = driver::FILES.iter().find(|(path, _)| *path == "pyproject.toml").expect("a file of the driver");
    toml::from_str::<PyProject>(text).expect("a file of this repository").project
});

/// `bsr_driver-0.1.0`.
fn stem() -> String {
    format!("{}-{}", PROJECT.name.replace('-', "_"), PROJECT.version)
}

/// Its file name: for any Python 3 on any machine.
pub(super) fn name() -> String {
    format!("{}-py3-none-any.whl", stem())
}

/// Its bytes.
pub(super) fn bytes() -> ZipResult<Vec<u8>> {
    let folder = format!("{}.dist-info", stem());
    let modules = driver::FILES.iter().filter(|(path, _)| path.ends_with(".py"));
    let mut files: Vec<(String, String)> = modules.map(|(path, text)| ((*path).into(), (*text).into())).collect();
    files.push((format!("{folder}/METADATA"), metadata()));
    files.push((format!("{folder}/WHEEL"), WHEEL.into()));
    files.push((format!("{folder}/entry_points.txt"), entry_points()));
    let record = record(&files, &folder);
    files.push((format!("{folder}/RECORD"), record));

    let mut archive = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (path, text) in files {
        archive.start_file(path, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

const WHEEL: &str = "Wheel-Version: 1.0\nGenerator: hw package\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

fn metadata() -> String {
    let Project { name, version, description, requires_python, license, dependencies, optional_dependencies, .. } =
        &*PROJECT;
    let mut text = format!(
        "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {description}\nLicense: {}\n\
         Requires-Python: {requires_python}\n",
        license.text
    );
    for needed in dependencies {
        let _ = writeln!(text, "Requires-Dist: {needed}");
    }
    for (extra, needed) in optional_dependencies {
        let _ = writeln!(text, "Provides-Extra: {extra}");
        for needed in needed {
            let _ = writeln!(text, "Requires-Dist: {needed}; extra == \"{extra}\"");
        }
    }
    text
}

fn entry_points() -> String {
    let scripts = PROJECT.scripts.iter().map(|(name, function)| format!("{name} = {function}\n"));
    format!("[console_scripts]\n{}", scripts.collect::<String>())
}

/// A line a file: path, hash, bytes; the list itself without the last two.
fn record(files: &[(String, String)], folder: &str) -> String {
    let lines = files.iter().map(|(path, text)| {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        format!("{path},sha256={hash},{}\n", text.len())
    });
    format!("{}{folder}/RECORD,,\n", lines.collect::<String>())
}
