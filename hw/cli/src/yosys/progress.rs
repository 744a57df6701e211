//! Which pass of the synthesis runs, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A line on stderr that follows the passes; invisible where stderr is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start(tool: &str) -> Self {
        eprintln!("counting with {tool}; minutes for a whole engine");
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("a constant that parses");
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// `31.47. Executing ABC9 pass.` is a pass of the synthesis.
    pub(super) fn line(&self, line: &str) {
        if let Some((_, pass)) = line.split_once(". Executing ") {
            self.0.set_message(pass.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
