//! Every backend that runs here equals the specification at every tap.

use crate::networks::network_and_picture;
use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::cases(200))]

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
