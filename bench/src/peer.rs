//! Another runtime, as a process that runs when it is asked to.
//!
//! ```text
//! peer -> bench    entry WHAT NAME    for each time that a run gives, in order
//!                  ready              or: missing REASON
//! bench -> peer    run
//! peer -> bench    CPU WALL ..        nanoseconds, a pair for each entry
//! ```

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::{
    contender::{Contender, Entry, Kind, Time, What},
    failure::Failure,
};

/// A peer that is ready.
pub(crate) struct Peer {
    name: String,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    entries: Vec<Entry>,
}

/// What became of a peer that was started.
pub(crate) enum Started {
    /// It is ready.
    Ready(Peer),
    /// It cannot run here, and why.
    Missing(String),
}

const HINT: &str = "`make bench-cpu` installs the peers; run the peer by hand to see more";

impl Peer {
    /// Starts the peer `name` of the package in `folder`.
    ///
    /// # Errors
    /// Python does not start, or the peer stops before it is ready.
    pub(crate) fn start(
        python: &Path,
        folder: &Path,
        name: &str,
        network: &Path,
        (height, width): (usize, usize),
        threads: usize,
    ) -> Result<Started, Failure> {
        let mut process = Command::new(python)
            .args(["-m", "bsr_peers", name, "--threads", &threads.to_string()])
            .args(["--height", &height.to_string(), "--width", &width.to_string()])
            .arg(network)
            .env("PYTHONPATH", folder)
            .env("OMP_NUM_THREADS", threads.to_string())
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start `{}`: {error}", python.display()), HINT))?;
        let requests = process.stdin.take().expect("its input is a pipe");
        let answers = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        let mut peer = Self { name: name.to_owned(), process, requests, answers, entries: Vec::new() };
        loop {
            let line = peer.answer()?;
            match line.split_once(' ') {
                Some(("entry", entry)) => peer.entries.push(peer.entry(entry, threads)?),
                Some(("missing", reason)) => return Ok(Started::Missing(reason.to_owned())),
                None if line == "ready" => return Ok(Started::Ready(peer)),
                _ => return Err(peer.unexpected(&line)),
            }
        }
    }

    fn entry(&self, text: &str, threads: usize) -> Result<Entry, Failure> {
        let (what, name) = match text.split_once(' ') {
            Some(("layer", name)) => (What::Layer, name),
            Some(("network", name)) => (What::Network, name),
            _ => return Err(self.unexpected(text)),
        };
        Ok(Entry { name: name.to_owned(), kind: Kind::Peer, what, threads })
    }

    fn answer(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err(Failure::new(format!("the peer `{}` stopped", self.name), HINT)),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(Failure::new(format!("the peer `{}` cannot be read: {error}", self.name), HINT)),
        }
    }

    fn unexpected(&self, line: &str) -> Failure {
        Failure::new(format!("the peer `{}` said `{line}`, which is none of its answers", self.name), HINT)
    }
}

impl Contender for Peer {
    fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    fn run(&mut self) -> Result<Vec<Time>, Failure> {
        self.requests
            .write_all(b"run\n")
            .map_err(|error| Failure::new(format!("the peer `{}` does not listen: {error}", self.name), HINT))?;
        let line = self.answer()?;
        let numbers: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
        let numbers = numbers.ok().filter(|numbers| numbers.len() == 2 * self.entries.len());
        let numbers = numbers.ok_or_else(|| self.unexpected(&line))?;
        let (pairs, _) = numbers.as_chunks::<2>();
        Ok(pairs
            .iter()
            .map(|&[cpu, wall]| Time { cpu: Duration::from_nanos(cpu), wall: Duration::from_nanos(wall) })
            .collect())
    }
}

impl Drop for Peer {
    /// A peer ends when it is no longer asked; one that hangs is killed.
    fn drop(&mut self) {
        // Nothing is left to do about a process that is already gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
