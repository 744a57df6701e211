//! What is timed, and the time it took.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use serde::Serialize;

use crate::failure::Failure;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// This project's.
    Ours,
    /// Another runtime's, or the prototype's.
    Peer,
}

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// One fused binary layer.
    Layer,
    /// The whole network, pixels to pixels.
    Network,
    /// What a network does beside its binary layers: head, tail, conversions.
    Ends,
}

/// Time of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// Of all threads together.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

/// A name and what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) what: What,
    pub(crate) threads: usize,
}

/// Something that runs again and again.
pub(crate) trait Contender {
    /// What the times of [`run`](Self::run) stand for.
    fn entries(&self) -> Vec<Entry>;

    /// Runs once; gives a time for each entry.
    ///
    /// # Errors
    /// A peer that stopped.
    fn run(&mut self) -> Result<Vec<Time>, Failure>;
}

/// A clock that has been started.
pub(crate) struct Clock(ProcessTime, Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(ProcessTime::now(), Instant::now())
    }

    /// Time since the start.
    pub(crate) fn time(&self) -> Time {
        Time { cpu: self.0.elapsed(), wall: self.1.elapsed() }
    }
}

impl Time {
    /// A share of it.
    pub(crate) fn divided(self, by: usize) -> Self {
        let by = u32::try_from(by).expect("fewer layers than 2^32");
        Self { cpu: self.cpu / by, wall: self.wall / by }
    }

    /// This and another time, one after the other.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { cpu: self.cpu + other.cpu, wall: self.wall + other.wall }
    }

    /// The smaller of each.
    pub(crate) fn least(self, other: Self) -> Self {
        Self { cpu: self.cpu.min(other.cpu), wall: self.wall.min(other.wall) }
    }
}
