//! This project's backends, on a whole network.

use bsr_golden::simd::{Backend, Part, PrepareError, Prepared};
use bsr_model::integer::IntegerNetwork;
use ndarray::Array3;

use crate::{
    contender::{Clock, Contender, Entry, Kind, Time, What},
    failure::Failure,
};

/// A network prepared for a backend.
pub(crate) struct Ours {
    prepared: Prepared,
    layers: usize,
    picture: Array3<u8>,
    threads: usize,
    pool: rayon::ThreadPool,
}

impl Ours {
    /// Prepares a network of `layers` binary layers.
    ///
    /// # Errors
    /// The backend does not run here.
    pub(crate) fn new(
        network: &IntegerNetwork,
        layers: usize,
        backend: Backend,
        picture: Array3<u8>,
        threads: usize,
    ) -> Result<Self, PrepareError> {
        let prepared = Prepared::new(network, backend)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        Ok(Self { prepared, layers, picture, threads, pool })
    }
}

impl Contender for Ours {
    fn entries(&self) -> Vec<Entry> {
        let name = format!("bsr {}", self.prepared.backend());
        [What::Network, What::Layer, What::Ends]
            .map(|what| Entry { name: name.clone(), kind: Kind::Ours, what, threads: self.threads })
            .to_vec()
    }

    fn run(&mut self) -> Result<Vec<Time>, Failure> {
        let clock = Clock::start();
        let mut ends = Vec::with_capacity(self.layers + 2);
        let run = || self.prepared.run_in_parts(self.picture.view(), |part| ends.push((part, clock.time())));
        self.pool.install(run).map_err(|error| Failure::new(error, "the picture is made for the network"))?;
        let at = |wanted| ends.iter().rfind(|(part, _)| *part == wanted).map(|&(_, time)| time);
        let (head, body, whole) = (at(Part::Head), at(Part::Layer), at(Part::Tail));
        let (head, body, whole) = head.zip(body).zip(whole).map(|((a, b), c)| (a, b, c)).expect("a run has all parts");
        let between = |start: Time, end: Time| Time { cpu: end.cpu - start.cpu, wall: end.wall - start.wall };
        Ok(vec![whole, between(head, body).divided(self.layers), head.and(between(body, whole))])
    }
}
