//! The crate from outside: random networks in three arithmetics, and what is refused.

mod bad_input;
mod descriptions;
mod every_backend_runs;
mod golden_equals_real_arithmetic;
mod networks;
mod plain;
mod random_descriptions;
mod simd_equals_golden;
mod trained;
mod unsafe_code;

use proptest::test_runner::{Config, FileFailurePersistence};

/// A configuration that keeps failures in a file beside the test.
fn cases(cases: u32) -> Config {
    let regressions = FileFailurePersistence::WithSource("regressions");
    Config { cases, failure_persistence: Some(Box::new(regressions)), ..Config::default() }
}
