//! The times as a table and as JSON.

use serde::Serialize;

use crate::contender::{Entry, Kind, Time, What};

/// A line of the report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    name: String,
    kind: Kind,
    what: What,
    threads: usize,
    cpu_ms: f64,
    wall_ms: f64,
    /// CPU time in that of our fastest backend at the same thing and number of threads; none where there is none.
    ratio_to_ours: Option<f64>,
}

/// Lines of entries and their shortest times, each thing's fastest first.
pub(crate) fn lines(results: &[(Entry, Time)]) -> Vec<Line> {
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    let line = |(entry, time): &(Entry, Time)| {
        let same = |other: &&(Entry, Time)| {
            other.0.kind == Kind::Ours && other.0.what == entry.what && other.0.threads == entry.threads
        };
        let ours = results.iter().filter(same).map(|(_, time)| ms(time.cpu)).min_by(f64::total_cmp);
        Line {
            name: entry.name.clone(),
            kind: entry.kind,
            what: entry.what,
            threads: entry.threads,
            cpu_ms: ms(time.cpu),
            wall_ms: ms(time.wall),
            ratio_to_ours: ours.map(|ours| ms(time.cpu) / ours),
        }
    };
    let mut lines: Vec<_> = results.iter().map(line).collect();
    let order = |line: &Line| (line.what as u8, line.threads);
    lines.sort_by(|a, b| order(a).cmp(&order(b)).then(a.cpu_ms.total_cmp(&b.cpu_ms)));
    lines
}

/// Prints lines as a table.
pub(crate) fn print(lines: &[Line]) {
    println!("{:<8} {:>7}  {:<36} {:>10} {:>10} {:>8}", "what", "threads", "name", "CPU ms", "wall ms", "ratio");
    for line in lines {
        let what = match line.what {
            What::Layer => "layer",
            What::Network => "network",
            What::Ends => "ends",
        };
        let ratio = line.ratio_to_ours.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        println!(
            "{what:<8} {:>7}  {:<36} {:>10.3} {:>10.3} {ratio:>8}",
            line.threads, line.name, line.cpu_ms, line.wall_ms
        );
    }
}
