//! Counts the resources of a design with Yosys: `synth_xilinx -family xc7`, the hierarchy kept, so that every kind of
//! module is synthesised once.

mod count;
mod find;
mod progress;

pub(crate) use count::Counted;
pub(crate) use find::Yosys;

use crate::failure::Failure;
use bsr_hw::Design;
use progress::Progress;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::thread;

/// Where Yosys writes its counts.
const COUNTS: &str = "counts.json";
/// Where it writes a netlist.
const NETLIST: &str = "netlist.json";

impl Yosys {
    /// Synthesises and counts; minutes for a whole engine.
    pub(crate) fn count(&self, design: &Design) -> Result<Counted, Failure> {
        let script = synthesis(design, &design.top, "") + &format!("tee -q -o {COUNTS} stat -json\n");
        let (counts, lines) = self.make(design, &script, COUNTS)?;
        Counted::parse(&counts).map_err(|error| self.gave_up(&lines).because(error))
    }

    /// The netlist below `top` as JSON, mapped module by module as for [`Self::count`] and then made flat.
    pub(crate) fn flat_netlist(&self, design: &Design, top: &str) -> Result<Vec<u8>, Failure> {
        let script = synthesis(design, top, "-noiopad -noclkbuf") + &format!("flatten\nclean\nwrite_json {NETLIST}\n");
        self.make(design, &script, NETLIST).map(|(netlist, _)| netlist)
    }

    /// Where it is from.
    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    /// Runs a script on the design; returns what it wrote to `result`, and the last lines that Yosys said.
    fn make(&self, design: &Design, script: &str, result: &str) -> Result<(Vec<u8>, Vec<String>), Failure> {
        let place = tempfile::tempdir().map_err(|error| Failure::io("write", &std::env::temp_dir(), error))?;
        let failed = |error| Failure::io("write", place.path(), error);
        for file in &design.files {
            fs::write(place.path().join(&file.name), &file.text).map_err(failed)?;
        }
        fs::write(place.path().join("script.ys"), script).map_err(failed)?;
        let progress = Progress::start(&self.description);
        let lines = self.run(place.path(), "script.ys", &progress)?;
        let made = fs::read(place.path().join(result)).map_err(|_| self.gave_up(&lines))?;
        Ok((made, lines))
    }

    /// Runs a script and returns the last lines that Yosys said.
    fn run(&self, place: &std::path::Path, script: &str, progress: &Progress) -> Result<Vec<String>, Failure> {
        let mut command = self.command(script);
        command.current_dir(place).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::io("start", &self.program, error))?;
        let mut errors = child.stderr.take().expect("it is piped");
        let errors = thread::spawn(move || {
            let mut text = String::new();
            // What cannot be read is not told.
            let _ = errors.read_to_string(&mut text);
            text
        });
        let mut last = vec![];
        for line in BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok) {
            progress.line(&line);
            if !line.trim().is_empty() {
                last.push(line);
            }
            if last.len() > 8 {
                last.remove(0);
            }
        }
        let status = child.wait().map_err(|error| Failure::io("run", &self.program, error))?;
        last.extend(errors.join().unwrap_or_default().lines().rev().take(8).map(str::to_owned));
        if status.success() { Ok(last) } else { Err(self.gave_up(&last)) }
    }

    fn gave_up(&self, lines: &[String]) -> Failure {
        let what = format!("{} did not synthesise the engine; it said last:\n{}", self.description, lines.join("\n"));
        Failure::new(what, "nothing was written; leave out --yosys, or install the pinned Yosys: tools/install.sh")
    }
}

/// Reads the design and maps `top` to the 7 series.
fn synthesis(design: &Design, top: &str, options: &str) -> String {
    let files: Vec<_> = design.files.iter().map(|file| file.name.as_str()).collect();
    format!("read_verilog -sv {}\nsynth_xilinx -family xc7 {options} -top {top}\n", files.join(" "))
}
