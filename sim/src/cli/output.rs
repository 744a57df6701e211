//! How results reach stdout, and progress a terminal.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use indicatif::ProgressBar;
use serde::Serialize;

use super::failure::Failure;

/// Prints a result as JSON.
pub(crate) fn json(result: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(result).expect("reports have only string keys"))
}

/// Prints a line; a reader that has gone away is no failure.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error, None::<String>)),
        _ => Ok(()),
    }
}

/// Shows on a bar how far `cycles` of about `all` are, while `work` runs.
pub(crate) fn with_cycles<T>(bar: &ProgressBar, all: u64, cycles: &AtomicU64, work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) && !bar.is_hidden() {
                let percent = (100 * cycles.load(Ordering::Relaxed) / all.max(1)).min(99);
                bar.set_message(format!("RTL, {percent} % of {all} cycles"));
                std::thread::sleep(Duration::from_millis(120));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// A spinner on stderr, silent where that is no terminal.
pub(crate) fn spinner() -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
