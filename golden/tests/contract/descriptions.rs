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
    description::Description,
    float::FloatNetwork,
    lower::{LoweringOptions, calibration_pictures, lower},
};
use ndarray::Array3;

/// Every description of the repository, with one or two blocks and few channels.
fn networks() -> Vec<FloatNetwork> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/descriptions");
    let listed = fs::read_dir(folder).expect("the descriptions are there");
    let mut files: Vec<_> = listed.map(|file| file.expect("a file that can be listed").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let network = |path: &PathBuf| {
        let description = described(path);
        // An attention rounds a whole channel to a part in 500, and random weights make grey levels of every sign that flips:
        // many of them in a row would measure that.
        let repeats = if description.backbone == "rcan" { 1 } else { 2 };
        let description = description.reduced(repeats, 9);
        let tensors = random(&description, 11).expect("a description that was read");
        import(&description, &tensors).expect("every tensor is there").network
    };
    files.iter().map(network).collect()
}

fn described(path: &Path) -> Description {
    let text = fs::read_to_string(path).expect("a description is a file of text");
    Description::from_toml(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A piece of a calibration picture, in whole grey levels; colours are shifted against each other.
fn picture(colours: usize) -> Array3<u8> {
    let grey = calibration_pictures(1).swap_remove(2);
    Array3::from_shape_fn((colours, 17, 21), |(c, y, x)| grey[[0, 10 + y + c, 5 + x + 2 * c]] as u8)
}

/// The network of the worked example, smaller.
fn worked_example() -> FloatNetwork {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/descriptions/README.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let text = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).expect("it has an example").0;
    let text = text.replace("channels = 64", "channels = 5").replace("out = 256", "out = 20");
    let description = Description::from_toml(&text).unwrap_or_else(|error| panic!("the example: {error}"));
    let mut tensors = random(&description, 5).expect("a description that was read");
    // Slopes of the five channels behind the shuffle.
    for at in 0..2 {
        let slopes = tensors.0.get_mut(&format!("up.{at}.act.weight")).expect("an upsampler has slopes");
        slopes.values.truncate(5);
        slopes.shape = vec![5];
    }
    import(&description, &tensors).expect("every tensor is there").network
}

/// Golden equals every backend, and both are close to floating point.
fn exact_and_close(network: &FloatNetwork) {
    let name = &network.description.name;
    let lr = &picture(network.description.colour.channels());
    let options = LoweringOptions { stream_bits: 15, ..LoweringOptions::default() };
    let calibration = calibration_pictures(lr.dim().0);
    let integer = lower(network, &calibration, &options).unwrap_or_else(|error| panic!("{name}: {error}")).network;
    let golden = run(&integer, lr.view()).unwrap_or_else(|error| panic!("{name}: {error}"));
    for backend in Backend::available() {
        let prepared = Prepared::new(&integer, backend).expect("golden runs it");
        let found = prepared.run_with_taps(lr.view()).expect("golden reads it");
        assert!(found == golden, "{backend} differs on {name}");
    }
    let float = network.run(lr.mapv(f32::from).view()).mapv(|v| v.clamp(0.0, 255.0));
    let difference = &golden.sr.mapv(f32::from) - &float;
    let mean = |values: Array3<f32>| values.sum() / values.len() as f32;
    let (error, drift) = (mean(difference.mapv(f32::abs)), mean(difference));
    assert!(error < 0.5 && drift.abs() < 0.1, "{name}: mean error {error}, drift {drift}");
}

#[test]
fn every_described_network_is_bit_exact_and_close_to_floating_point() {
    networks().iter().for_each(exact_and_close);
}

#[test]
fn the_worked_example_is_bit_exact_and_close_to_floating_point() {
    exact_and_close(&worked_example());
}
