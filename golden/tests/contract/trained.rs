//! Small networks of every method, trained for a few steps by the training package and exported: what PyTorch made of
//! a picture is what the floating-point path makes of it, and golden and every backend compute the same integers.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use bsr_model::{
    checkpoint::{self, Tensors, import},
    description::Description,
    float::FloatNetwork,
    lower::{LoweringOptions, calibration_pictures, lower},
};
use ndarray::Array3;

/// Largest difference to PyTorch, in grey levels: both round in f32, in another order.
const TOLERANCE: f32 = 1e-3;

/// A network as exported, and a picture with what PyTorch made of it, both `[1][y][x]`.
struct Vector {
    network: FloatNetwork,
    lr: Array3<f32>,
    sr: Array3<f32>,
}

fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/training/tests/vectors");
    let listed = fs::read_dir(folder).expect("the vectors are there").map(|file| file.expect("listed").path());
    let mut descriptions: Vec<_> = listed.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    descriptions.sort();
    descriptions.iter().map(vector).collect()
}

fn vector(path: &PathBuf) -> Vector {
    let text = fs::read_to_string(path).expect("a description is a file of text");
    let description = Description::from_toml(&text).expect("the package writes valid descriptions");
    let tensors = checkpoint::read(&path.with_extension("safetensors")).expect("beside it is its checkpoint");
    let imported = import(&description, &tensors).expect("a description names the tensors of its checkpoint");
    assert!(imported.warnings.is_empty(), "{}: {:?}", description.name, imported.warnings);
    let pictures = checkpoint::read(&path.with_extension("vector.safetensors")).expect("and its vector");
    Vector { network: imported.network, lr: plane(&pictures, "lr"), sr: plane(&pictures, "sr") }
}

fn plane(tensors: &Tensors, name: &str) -> Array3<f32> {
    let tensor = &tensors.0[name];
    let shape = (1, tensor.shape[0], tensor.shape[1]);
    Array3::from_shape_vec(shape, tensor.values.clone()).expect("a picture is a plane")
}

#[test]
fn every_method_of_the_training_package_has_a_vector() {
    let methods: std::collections::BTreeSet<_> =
        vectors().into_iter().map(|vector| vector.network.description.method).collect();
    assert_eq!(Vec::from_iter(&methods), ["bbcu", "btm", "e2fif", "esb", "lmb", "ma2019", "scales"]);
}

#[test]
fn the_floating_point_path_makes_of_a_picture_what_pytorch_does() {
    for Vector { network, lr, sr } in vectors() {
        let difference = (&network.run(lr.view()) - &sr).mapv(f32::abs).into_iter().fold(0.0, f32::max);
        println!("{}: at most {difference} grey levels from PyTorch", network.description.name);
        assert!(difference <= TOLERANCE, "{}: {difference}", network.description.name);
    }
}

#[test]
fn an_exported_network_is_bit_exact_in_golden_and_every_backend() {
    for Vector { network, lr, .. } in vectors() {
        let name = &network.description.name;
        let integer = lower(&network, &calibration_pictures(1), &LoweringOptions::default()).unwrap().network;
        let lr = lr.mapv(|y| y as u8);
        let golden = run(&integer, lr.view()).unwrap();
        for backend in Backend::available() {
            let found = Prepared::new(&integer, backend).unwrap().run_with_taps(lr.view()).unwrap();
            assert!(found == golden, "{backend} differs on {name}");
        }
    }
}
