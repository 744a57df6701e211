//! `sim doctor`: which tools are found and what each unlocks.

use std::{path::PathBuf, process::Command};

use serde::Serialize;

use super::{Compiler, Search, ToolError, Verilator, run};

/// One tool.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Name of the tool.
    pub tool: &'static str,
    /// Whether nothing runs without it.
    pub required: bool,
    /// Version, where it was found.
    pub version: Option<String>,
    /// Where it was found.
    pub path: Option<PathBuf>,
    /// What it unlocks.
    pub unlocks: &'static str,
    /// Why it cannot be used, and what to do.
    pub problem: Option<String>,
}

/// Looks for every tool.
pub fn doctor(search: &Search) -> Vec<Finding> {
    vec![verilator(search), compiler(search), yosys(search), python(search)]
}

fn finding(
    tool: &'static str,
    required: bool,
    unlocks: &'static str,
    found: Result<(String, PathBuf), ToolError>,
) -> Finding {
    let (version, path, problem) = match found {
        Ok((version, path)) => (Some(version), Some(path), None),
        Err(error) => (None, None, Some(format!("{error}; {}", error.hint()))),
    };
    Finding { tool, required, version, path, unlocks, problem }
}

fn verilator(search: &Search) -> Finding {
    let found = Verilator::find(search).map(|tool| (tool.version.to_string(), tool.program));
    finding("verilator", true, "sim run: the RTL in simulation", found)
}

fn compiler(search: &Search) -> Finding {
    let found = Compiler::find(search).map(|tool| (tool.version, tool.program));
    finding("g++", true, "sim run: builds the simulator", found)
}

/// Yosys is the wheel `pyosys`, which runs inside Python, or a program.
fn yosys(search: &Search) -> Finding {
    let wheel = search.site_packages().find(|folder| folder.join("pyosys").is_dir());
    let found = match (wheel, search.on_path("yosys")) {
        (Some(folder), _) => Ok((package_version(&folder, "pyosys"), folder.join("pyosys"))),
        (None, Some(program)) => first_line(&program, "-V").map(|version| (version, program)),
        (None, None) => Err(ToolError::Missing { name: "Yosys", looked: ".tools/, $PATH".into() }),
    };
    finding("yosys", false, "hw generate: counted LUT, FF, BRAM and DSP", found)
}

fn python(search: &Search) -> Finding {
    let found = match search.on_path("python3") {
        Some(program) => first_line(&program, "--version").map(|version| (version, program)),
        None => Err(ToolError::Missing { name: "python3", looked: "$PATH".into() }),
    };
    finding("python3", false, "tools/install.sh: the pinned wheels", found)
}

fn package_version(folder: &std::path::Path, package: &str) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let version = entries.into_iter().find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some(name.strip_prefix(package)?.strip_prefix('-')?.strip_suffix(".dist-info")?.to_owned())
    });
    version.unwrap_or_else(|| "unknown".into())
}

fn first_line(program: &std::path::Path, flag: &str) -> Result<String, ToolError> {
    let said = run(Command::new(program).arg(flag))?;
    Ok(String::from_utf8_lossy(&said.stdout).lines().next().unwrap_or_default().to_owned())
}
