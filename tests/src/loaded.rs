//! An engine on the bench with a network in it.

use bsr_golden::run;
use bsr_hw::{EngineConfig, Program, planes, raster};
use bsr_model::integer::IntegerNetwork;
use bsr_sim::{
    Bench, Simulator,
    bench::{BenchError, FrameRun, Sending},
};
use ndarray::Array2;

/// A bench whose engine holds `network`.
///
/// # Panics
/// If the network is beyond the engine's limits, or the bus does not take it.
pub fn loaded(engine: &EngineConfig, simulator: &Simulator, network: &IntegerNetwork) -> Bench {
    let mut bench = Bench::new(simulator, engine, 1, ());
    load(&mut bench, engine, network);
    bench
}

/// Loads another network into the engine on the bench.
///
/// # Panics
/// As [`loaded`].
pub fn load(bench: &mut Bench, engine: &EngineConfig, network: &IntegerNetwork) {
    let program = Program::new(engine, network).expect("a network within the engine's limits");
    bench.load(program.writes()).expect("the engine takes a network while it is idle");
}

/// The bytes of the SR picture that `network` makes of the raster `lr`, raster order.
///
/// # Panics
/// If the network is outside the contract.
pub fn golden(network: &IntegerNetwork, lr: &Array2<u8>) -> Vec<u8> {
    let lr = planes(lr.view(), network.input.mean.len());
    let trace = run(network, lr.view()).expect("a network within the contract");
    raster(trace.sr.view()).into_iter().collect()
}

/// One frame without stalls.
///
/// # Errors
/// As [`Bench::run_frame`].
pub fn frame(bench: &mut Bench, lr: &Array2<u8>) -> Result<FrameRun, BenchError> {
    bench.run_frame(lr.view(), Sending::default())
}

/// A raster without repetition, rows of so many bytes.
pub fn picture(height: usize, bytes: usize) -> Array2<u8> {
    Array2::from_shape_fn((height, bytes), |(row, byte)| (row * 37 + byte * 91 + row * byte * 5 + 11) as u8)
}
