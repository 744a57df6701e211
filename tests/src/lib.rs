//! Shared helpers of the cross-crate tests: random networks and pictures.
