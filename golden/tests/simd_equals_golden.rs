//! Every backend that runs here equals the specification at every tap.

mod common;

use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use common::network_and_picture;
use proptest::{prelude::*, test_runner::FileFailurePersistence};

fn config() -> ProptestConfig {
    let regressions = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { cases: 300, failure_persistence: Some(Box::new(regressions)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Oracle: the specification.
    #[test]
    fn every_tap_of_every_backend_equals_golden((network, lr) in network_and_picture()) {
        let golden = run(&network, lr.view())?;
        for backend in Backend::available() {
            let prepared = Prepared::new(&network, backend)?;
            let found = prepared.run_with_taps(lr.view())?;
            prop_assert_eq!(found.stages.len(), golden.stages.len());
            for (layer, (found, expected)) in found.stages.iter().zip(&golden.stages).enumerate() {
                prop_assert_eq!(found, expected, "{} at tap {}", backend, layer);
            }
            prop_assert_eq!(&found.sum, &golden.sum, "{} before the tail", backend);
            prop_assert_eq!(&found.sr, &golden.sr, "{} after the tail", backend);
            prop_assert_eq!(&prepared.run(lr.view())?, &golden.sr, "{} without taps", backend);
        }
    }
}
