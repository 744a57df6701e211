//! The backends that this CPU has do run, and at any number of channels, size, border and end of a range they equal golden.

use std::collections::BTreeSet;

use crate::plain::Plain;
use bsr_golden::{
    run,
    simd::{Backend, BackendError, Prepared},
};
use bsr_model::integer::{
    Activation, BinaryConv, Branch, IntegerNetwork, Layer, LeakyRelu, Operand, Prelu, SigmoidTable, SpatialFactor,
};
use ndarray::Array3;
use proptest::prelude::*;

/// Channels that every kernel takes.
const CHANNELS: usize = 64;

const SMALL: Plain = Plain { channels: 9, stages: 2, stream_bits: 12, kernel: 3, size: (5, 9), seed: 1 };

/// The vector instruction sets that the CPU says it has, asked for here and not through the crate.
#[cfg(target_arch = "x86_64")]
fn features() -> Vec<(&'static str, Backend, bool)> {
    let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
    let popcount = is_x86_feature_detected!("avx512vpopcntdq") && is_x86_feature_detected!("avx512vnni");
    vec![
        ("AVX2", Backend::Avx2, is_x86_feature_detected!("avx2")),
        ("AVX-512 F and BW", Backend::Avx512, avx512),
        ("AVX-512 F, BW, VPOPCNTDQ and VNNI", Backend::Avx512Popcount, avx512 && popcount),
    ]
}

/// The vector instruction sets that the CPU says it has.
#[cfg(target_arch = "aarch64")]
fn features() -> Vec<(&'static str, Backend, bool)> {
    vec![("NEON", Backend::Neon, std::arch::is_aarch64_feature_detected!("neon"))]
}

/// No vector instruction set has a backend on another architecture.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> Vec<(&'static str, Backend, bool)> {
    Vec::new()
}

/// Compares every available backend with golden; gives those that ran code of their own.
fn compare(plain: Plain) -> Vec<Backend> {
    let (network, lr) = plain.draw();
    compare_network(&network, &lr, plain)
}

/// The same for a network that was made of a plain one.
fn compare_network(network: &IntegerNetwork, lr: &Array3<u8>, plain: Plain) -> Vec<Backend> {
    let golden = run(network, lr.view()).expect("a legal network");
    let mut ran = Vec::new();
    for backend in Backend::available() {
        let prepared = Prepared::new(network, backend).expect("an available backend");
        assert_eq!(prepared.backend(), backend);
        let found = prepared.run_with_taps(lr.view()).expect("a legal picture");
        for (layer, (found, expected)) in found.stages.iter().zip(&golden.stages).enumerate() {
            assert!(found == expected, "{backend} at tap {layer} of {plain:?}");
        }
        assert!(found == golden, "{backend} after the last tap of {plain:?}");
        if prepared.code() == backend {
            ran.push(backend);
        }
    }
    ran
}

/// The available backends whose code takes any number of channels.
fn of_any_shape() -> Vec<Backend> {
    Backend::available().into_iter().filter(|&backend| backend != Backend::Avx512Popcount).collect()
}

#[test]
fn every_backend_that_the_cpu_has_runs_its_own_code() {
    let ran = compare(Plain { channels: 64, ..SMALL });
    let features = features();
    for &(name, backend, present) in &features {
        let reason = backend.check();
        assert_eq!(ran.contains(&backend), present, "{name}: {present}, {backend}: {reason:?}; the CPU: {features:?}");
        assert_eq!(matches!(reason, Err(BackendError::MissingFeature { .. })), !present, "{backend}: {reason:?}");
    }
    assert!(ran.contains(&Backend::Portable));
}

#[test]
fn a_small_network_equals_golden() {
    assert_eq!(compare(SMALL), of_any_shape());
}

#[test]
fn any_number_of_channels_equals_golden() {
    for channels in (1..=257).chain([288, 320, 383]) {
        let plain = Plain { channels, stages: 1, size: (2, 3), seed: channels as u64, ..SMALL };
        let ran = compare(plain);
        assert!(of_any_shape().iter().all(|backend| ran.contains(backend)), "{channels} channels: {ran:?}");
    }
}

#[test]
fn any_width_equals_golden() {
    for width in (1..=257).chain([320, 511, 512, 513, 1025]) {
        let plain = Plain { channels: 3, stages: 2, size: (3, width), seed: width as u64, ..SMALL };
        assert_eq!(compare(plain), of_any_shape(), "width {width}");
    }
}

#[test]
fn any_width_of_64_channels_equals_golden() {
    let mut of_its_own = 0;
    for width in 1..=257 {
        let height = if width < 10 { 1 + width % 3 } else { 1 };
        let ran = compare(Plain { channels: 64, stages: 2, size: (height, width), seed: width as u64, ..SMALL });
        of_its_own += usize::from(ran.contains(&Backend::Avx512Popcount));
    }
    // Some are drawn with parameters beyond the 32 bits of its finish.
    assert!(
        Backend::Avx512Popcount.check().is_err() || of_its_own > 100,
        "the popcount kernel took {of_its_own} of 257"
    );
}

#[test]
fn pictures_larger_than_a_register_equal_golden() {
    for size in [(1, 700), (700, 1), (13, 67), (40, 41), (2, 600)] {
        assert_eq!(compare(Plain { channels: 5, size, ..SMALL }), of_any_shape(), "{size:?}");
    }
}

#[test]
fn one_thread_and_three_give_the_same_taps() {
    let shapes = [SMALL, Plain { channels: 64, stages: 1, ..SMALL }];
    for (backend, plain) in Backend::available().into_iter().flat_map(|b| shapes.map(|plain| (b, plain))) {
        let (network, lr) = Plain { size: (90, 61), ..plain }.draw();
        let prepared = Prepared::new(&network, backend).expect("an available backend");
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            pool.install(|| prepared.run_with_taps(lr.view()))
        };
        assert!(on(1) == on(3), "{backend}, {plain:?}");
    }
}

#[test]
fn a_network_runs_again_on_pictures_of_this_and_of_another_size() {
    let shapes = [SMALL, Plain { channels: 64, ..SMALL }];
    for (backend, plain) in Backend::available().into_iter().flat_map(|b| shapes.map(|plain| (b, plain))) {
        let (network, first) = plain.draw();
        let (_, other) = Plain { size: (4, 11), ..plain }.draw();
        let prepared = Prepared::new(&network, backend).expect("an available backend");
        for lr in [&first, &first, &other, &first] {
            let golden = run(&network, lr.view()).expect("a legal network");
            assert!(
                prepared.run_with_taps(lr.view()).as_ref() == Ok(&golden),
                "{backend}, {:?} of {plain:?}",
                lr.dim()
            );
        }
    }
}

/// Three slopes in turn, in units of `2^-7`.
fn prelu(slopes: [i32; 3]) -> Activation {
    Activation::Prelu(Prelu { slope: (0..CHANNELS).map(|c| slopes[c % 3]).collect(), shift: 7 })
}

#[test]
fn a_stage_with_any_part_equals_golden_whoever_computes_it() {
    type Change = fn(&mut BinaryConv);
    // Name, change, whether the sliced kernel computes it, whether the popcount kernel does.
    let changes: [(&str, Change, bool, bool); 6] = [
        ("branch", |stage| stage.branch = Some(branch()), true, false),
        ("slopes below 1/2", |stage| stage.activation = Some(prelu([13, 0, 63])), true, true),
        ("slopes of any kind", |stage| stage.activation = Some(prelu([13, 100, -200])), true, false),
        ("spatial factor", |stage| stage.spatial = Some(factor()), true, true),
        ("local mean", |stage| stage.operand = Operand::LocalMean { kernel: 3 }, false, true),
        ("local mean of 5x5", |stage| stage.operand = Operand::LocalMean { kernel: 5 }, false, false),
    ];
    for (part, change, sliced, popcount) in changes {
        let mut ran = BTreeSet::new();
        for (seed, size) in [(1, (5, 9)), (2, (1, 1)), (3, (2, 7)), (4, (14, 6)), (5, (3, 1))] {
            let plain = Plain { channels: CHANNELS, seed, size, ..SMALL };
            let (mut network, lr) = plain.draw();
            network.sigmoid = Some(SigmoidTable { values: (0..256).map(|at| at * 257).collect() });
            network.layers.iter_mut().for_each(|layer| {
                if let Layer::BinaryConv(stage) = layer {
                    change(stage);
                }
            });
            ran.extend(compare_network(&network, &lr, plain).into_iter().map(Backend::name));
        }
        let computed = |backend: &Backend| match backend {
            Backend::Portable => true,
            Backend::Avx512Popcount => popcount,
            _ => sliced,
        };
        let expected = Backend::available().into_iter().filter(computed).map(Backend::name).collect();
        assert_eq!(ran, expected, "{part}");
    }
}

/// A slope and offsets before the skip.
fn branch() -> Branch {
    let offset = (0..CHANNELS as i32).map(|c| 5 * c - 100).collect();
    Branch { activation: LeakyRelu { slope: 45, shift: 7 }.into(), offset }
}

fn factor() -> SpatialFactor {
    SpatialFactor { weight: (0..CHANNELS as i32).map(|c| 40 * c - 1000).collect(), add: 77, shift: 9 }
}

#[test]
fn a_stream_beyond_16_bits_runs_on_the_portable_code_and_says_so() {
    assert_eq!(compare(Plain { stream_bits: 20, ..SMALL }), [Backend::Portable]);
}

proptest! {
    #![proptest_config(crate::cases(80))]

    /// Oracle: the specification.
    #[test]
    fn the_ends_of_every_range_equal_golden(
        channels in prop_oneof![1usize..=20, 60usize..=68],
        stages in 1usize..=3,
        stream_bits in prop_oneof![Just(16u32), 4u32..=16],
        kernel in prop::sample::select(vec![1usize, 3, 3, 5, 7]),
        size in (1usize..=9, 1usize..=9),
        seed: u64,
    ) {
        let plain = Plain { channels, stages, stream_bits, kernel, size, seed };
        let ran = compare(plain);
        prop_assert!(of_any_shape().iter().all(|backend| ran.contains(backend)), "{ran:?}");
    }

    /// Oracle: the specification.
    #[test]
    fn the_ends_of_every_range_of_64_channels_equal_golden(
        stages in 1usize..=3,
        stream_bits in 4u32..=16,
        size in (1usize..=9, 1usize..=9),
        seed: u64,
    ) {
        compare(Plain { channels: 64, stages, stream_bits, kernel: 3, size, seed });
    }
}
