//! The papers' networks, described, with random weights: golden and every backend compute the same integers, and those
//! stay close to the network in floating point.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bsr_golden::{
    run,
    simd::{Backend, Prepared},
};
use bsr_model::{
    checkpoint::{import, random},
    description::{Description, Layer},
    float::FloatNetwork,
    lower::{LoweringOptions, calibration_pictures, lower},
};
use ndarray::{Array3, s};

/// Every description of the repository, with two blocks and few channels.
fn networks() -> Vec<FloatNetwork> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/descriptions");
    let listed = fs::read_dir(folder).expect("the descriptions are there");
    let mut files: Vec<_> = listed.map(|file| file.expect("a file that can be listed").path()).collect();
    files.sort();
    let network = |path: &PathBuf| {
        let mut description = described(path);
        description.channels = 9;
        for layer in &mut description.layers {
            if let Layer::Repeat(repeat) = layer {
                repeat.times = 2;
            }
        }
        let tensors = random(&description, 11).expect("a description that was read");
        import(&description, &tensors).expect("every tensor is there").network
    };
    files.iter().map(network).collect()
}

fn described(path: &Path) -> Description {
    let text = fs::read_to_string(path).expect("a description is a file of text");
    Description::from_toml(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A piece of a calibration picture, in whole grey levels.
fn picture() -> Array3<u8> {
    let pictures = calibration_pictures(1);
    pictures[2].slice(s![.., 10..27, 5..26]).mapv(|v| v as u8)
}

#[test]
fn every_described_network_is_bit_exact_and_close_to_floating_point() {
    let lr = picture();
    for network in networks() {
        let name = &network.description.name;
        let options = LoweringOptions { stream_bits: 15, ..LoweringOptions::default() };
        let integer = lower(&network, &calibration_pictures(1), &options).unwrap().network;
        let golden = run(&integer, lr.view()).unwrap();
        for backend in Backend::available() {
            let found = Prepared::new(&integer, backend).unwrap().run_with_taps(lr.view()).unwrap();
            assert!(found == golden, "{backend} differs on {name}");
        }
        let float = network.run(lr.mapv(f32::from).view()).mapv(|v| v.clamp(0.0, 255.0));
        let difference = &golden.sr.mapv(f32::from) - &float;
        let (mean, drift) = (difference.mapv(f32::abs).mean().unwrap(), difference.mean().unwrap());
        println!("{name}: mean error {mean}, drift {drift}");
        assert!(mean < 0.5 && drift.abs() < 0.1, "{name}: mean error {mean}, drift {drift}");
    }
}
