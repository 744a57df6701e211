//! Small networks of every method, trained for a few steps by the training package and exported, and every described network
//! with random weights: what PyTorch made of a picture, layer by layer, is what the floating-point path makes of it, and golden
//! and every backend compute the same integers.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use bsr_model::{
    agreement::{Agreement, Vector},
    lower::{LoweringOptions, calibration_pictures, lower},
    zoo,
};

/// Largest difference to PyTorch, in grey levels: both round in f32, in another order.
const TOLERANCE: f32 = 1e-3;

/// The vectors of the methods, trained for a few steps, and those of every described network, with random weights.
fn vectors() -> Vec<Vector> {
    let trained = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/training/tests/vectors");
    let folders = [trained.clone(), trained.join("described")];
    let listed = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the vectors are there"));
    let paths = listed.map(|file| file.expect("a file that can be listed").path());
    let mut descriptions: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    descriptions.sort();
    let read = |path: &PathBuf| Vector::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    descriptions.iter().map(read).collect()
}

#[test]
fn every_described_network_has_a_vector() {
    let vectors: BTreeSet<_> = vectors().into_iter().map(|vector| vector.network.description.name).collect();
    // A text stands for a network at every scale; its vector is at the scale in its name.
    for description in zoo::descriptions().iter().filter(|description| zoo::find(&description.name).is_err()) {
        let at_2 = description.name.replace("x3", "x2").replace("x4", "x2");
        let name = &description.name;
        assert!(vectors.contains(name) || description.has_products() && vectors.contains(&at_2), "{name}");
    }
}

#[test]
fn every_method_of_the_training_package_has_a_vector() {
    let methods: BTreeSet<_> = vectors().into_iter().map(|vector| vector.network.description.method).collect();
    let expected = ["bam", "bbcu", "btm", "daq", "e2fif", "esb", "lmb", "ma2019", "scales"];
    assert_eq!(Vec::from_iter(&methods), expected);
}

#[test]
fn the_floating_point_path_makes_of_a_picture_what_pytorch_does() {
    for vector in vectors() {
        let name = &vector.network.description.name;
        assert!(vector.warnings.is_empty(), "{name}: {:?}", vector.warnings);
        let Agreement { sr, worst_layer } = vector.compare().unwrap_or_else(|error| panic!("{name}: {error}"));
        println!("{name}: at most {sr} grey levels from PyTorch, {worst_layer:?} in a layer");
        assert!(
            sr <= TOLERANCE && worst_layer.as_ref().is_none_or(|(_, most)| *most <= TOLERANCE),
            "{name}: {worst_layer:?}"
        );
    }
}

#[test]
fn an_exported_network_is_bit_exact_in_golden_and_every_backend() {
    for Vector { network, lr, .. } in vectors() {
        let name = &network.description.name;
        let integer = lower(&network, &calibration_pictures(lr.dim().0), &LoweringOptions::default()).unwrap().network;
        let lr = lr.mapv(|y| y as u8);
        let golden = run(&integer, lr.view()).unwrap();
        for backend in Backend::available() {
            let found = Prepared::new(&integer, backend).unwrap().run_with_taps(lr.view()).unwrap();
            assert!(found == golden, "{backend} differs on {name}");
        }
    }
}
