//! Random cases: a network, a picture, stalls.

use bsr_golden::{Trace, run};
use bsr_hw::{Ddr, EngineConfig, Interface, Program, planes, predict};
use bsr_model::integer::IntegerNetwork;
use bsr_sim::{
    Simulator,
    bench::{Sending, Stall},
    session::{Outcome, Session},
};
use ndarray::{Array2, Array3};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner},
};

use crate::networks::network;

/// One run.
#[derive(Clone, Debug)]
pub struct Case {
    /// The network.
    pub network: IntegerNetwork,
    /// The LR picture, a [`raster`](bsr_hw::raster()).
    pub lr: Array2<u8>,
    /// Stalls on both sides.
    pub sending: Sending,
}

/// A network and a picture that run on `engine`, with stalls in half of the cases.
pub fn case(engine: &EngineConfig) -> impl Strategy<Value = Case> + use<> {
    let stalls = prop_oneof![Just(None), any::<u64>().prop_map(Some)];
    (network(engine), picture(max_width(engine), engine.colours), stalls).prop_map(|(network, lr, seed)| {
        let stall = seed.map_or(Stall::NONE, Stall::random);
        Case { network, lr, sending: Sending { stall, seed: seed.unwrap_or(0), ..Sending::default() } }
    })
}

/// The widest picture that the words of a row hold at every skew.
///
/// In strips there is no widest; pictures of more than a few are no other case.
pub fn max_width(engine: &EngineConfig) -> usize {
    match engine.interface {
        Interface::Stream => engine.strip_width + 1 - engine.pixels,
        Interface::Memory => 4 * engine.strip_width,
    }
}

/// Rasters of every shape up to `width`: one pixel, one row, one column, rows beyond every ring of the engine.
pub fn picture(width: usize, colours: usize) -> impl Strategy<Value = Array2<u8>> {
    let size = prop_oneof![
        1 => Just((1, 1)),
        2 => (Just(1), 1..=width),
        2 => (1usize..=13, Just(1)),
        6 => (1usize..=9, 1..=width),
        1 => (20usize..=40, 1..=width),
    ];
    let byte = prop_oneof![4 => any::<u8>(), 1 => Just(0), 1 => Just(255)];
    size.prop_flat_map(move |(height, width)| {
        let shape = (height, colours * width);
        vec(byte.clone(), shape.0 * shape.1)
            .prop_map(move |bytes| Array2::from_shape_vec(shape, bytes).expect("one element a byte"))
    })
}

/// The same `count` cases of `engine` every time.
pub fn fixed(engine: &EngineConfig, count: usize) -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    let strategy = case(engine);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("no case is rejected").current()).collect()
}

/// So many cases, or `$PROPTEST_CASES` of them; failures are kept in a file beside `source`.
pub fn runner(cases: u32, source: &'static str, test: &'static str) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    TestRunner::new(Config {
        cases: asked.unwrap_or(cases),
        max_shrink_iters: 400,
        source_file: Some(source),
        test_name: Some(test),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    })
}

impl Case {
    /// The LR picture, `[colour][row][column]`.
    pub fn planes(&self) -> Array3<u8> {
        planes(self.lr.view(), self.network.input.mean.len())
    }

    /// The golden run.
    ///
    /// # Panics
    /// If the network is outside the contract, which the strategies exclude.
    pub fn golden(&self) -> Trace {
        run(&self.network, self.planes().view()).expect("a network within the contract")
    }

    /// The run on a simulated engine, compared with the golden one.
    ///
    /// # Panics
    /// If the network is beyond the engine's limits, which the strategies exclude, or the bus does not answer.
    pub fn simulate(&self, engine: &EngineConfig, simulator: &Simulator) -> Outcome {
        let streaming = self.network.streaming().expect("a network that streams");
        let program = Program::new(engine, &self.network).expect("a network within the engine's limits");
        let session = Session {
            config: engine,
            network: &streaming,
            program: &program,
            lr: self.lr.view(),
            trace: &self.golden(),
            sending: self.sending,
            progress: None,
        };
        session.run(simulator, None).expect("the engine takes its network")
    }

    /// Every tap, sum and output beat of the RTL against golden, the bus rules, and the cycles where nothing stalls.
    ///
    /// # Errors
    /// The first thing that is wrong.
    ///
    /// # Panics
    /// As [`Case::simulate`].
    pub fn rtl_equals_golden(&self, engine: &EngineConfig, simulator: &Simulator) -> Result<(), TestCaseError> {
        let outcome = self.simulate(engine, simulator);
        if let Some(mismatch) = &outcome.comparison.first {
            return Err(TestCaseError::fail(mismatch.to_string()));
        }
        prop_assert_eq!(&outcome.violations, &[]);
        let frame = outcome.frame.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let streaming = self.network.streaming().expect("a network that streams");
        let (colours, height, width) = self.planes().dim();
        let values = (height * width * streaming.channels()) as u64;
        let stages = streaming.stages.len();
        // What an upsampler makes is what the tail reads, channels of the engine alone among it.
        let upsampled = (height * width * engine.channels * engine.scale * engine.scale) as u64;
        let (taps, sums) = if engine.upsampler { (stages as u64, upsampled) } else { (stages as u64 + 1, values) };
        prop_assert_eq!(outcome.comparison.taps_checked, values * taps);
        prop_assert_eq!(outcome.comparison.sums_checked, sums);
        prop_assert_eq!(
            outcome.comparison.beats_checked,
            (colours * height * width * engine.scale * engine.scale) as u64
        );
        if self.sending.stall == Stall::NONE && self.sending.memory.ddr == Ddr::STALL_FREE {
            prop_assert_eq!(frame.cycles(), predict(engine, stages, width, height).cycles);
        }
        Ok(())
    }
}
