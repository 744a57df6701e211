//! The descriptions of the papers' networks: each is read, filled with random weights, lowered, and kept in files.

use std::{fs, path::Path};

use bsr_model::{
    checkpoint::{ImportError, import, random},
    description::{Description, Layer},
    files::{decode_compact, decode_integer, encode_compact, encode_integer},
    float::FloatNetwork,
    integer::IntegerNetwork,
    lower::{LoweringOptions, calibration_pictures, lower},
};

/// All descriptions, with fewer blocks and channels.
fn small() -> Vec<Description> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("descriptions");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let small = |path: &std::path::PathBuf| {
        let mut description = Description::from_toml(&fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(Some(description.name.as_str()), path.file_stem().unwrap().to_str());
        description.channels = 6;
        for layer in &mut description.layers {
            if let Layer::Repeat(repeat) = layer {
                repeat.times = 2;
            }
        }
        description
    };
    files.iter().map(small).collect()
}

fn float(description: &Description) -> FloatNetwork {
    let imported = import(description, &random(description, 7).unwrap()).unwrap();
    assert_eq!(imported.warnings, [], "{}", description.name);
    imported.network
}

fn integer(network: &FloatNetwork) -> IntegerNetwork {
    let options = LoweringOptions { stream_bits: 14, ..LoweringOptions::default() };
    lower(network, &calibration_pictures(1), &options).unwrap().network
}

#[test]
fn every_description_gives_a_network_that_comes_back_from_its_files() {
    let descriptions = small();
    assert!(descriptions.len() >= 15);
    for description in descriptions {
        let (float, integer) = (float(&description), integer(&float(&description)));
        assert_eq!(decode_compact(&encode_compact(&float)).unwrap(), float, "{}", description.name);
        assert_eq!(decode_integer(&encode_integer(&integer).unwrap()).unwrap(), integer, "{}", description.name);
    }
}

#[test]
fn methods_that_an_engine_runs_stream_and_the_others_name_a_layer_and_a_way_out() {
    for description in small() {
        let integer = integer(&float(&description));
        let streams = matches!(description.method.as_str(), "e2fif" | "esb") || description.name.contains("lsf");
        match integer.streaming() {
            Ok(_) => assert!(streams, "{} streams", description.name),
            Err(error) => {
                assert!(!streams, "{error}");
                let layer = if description.method == "ma2019" { "`head`" } else { "`body.0.conv1`" };
                assert!(error.to_string().contains(layer) && error.hint().is_some(), "{error}");
            }
        }
    }
}

#[test]
fn only_what_version_1_has_no_words_for_is_of_version_2() {
    for description in small() {
        let expected = if matches!(description.method.as_str(), "e2fif" | "esb") { 1 } else { 2 };
        assert_eq!(description.format_version(), expected, "{}", description.name);
        let lsf = description.name.contains("lsf");
        assert_eq!(integer(&float(&description)).format_version(), if lsf { 1 } else { expected });
    }
}

#[test]
fn each_missing_tensor_is_named() {
    for description in small() {
        let tensors = random(&description, 3).unwrap();
        for name in tensors.0.keys().filter(|name| !name.ends_with(".bias")) {
            let mut incomplete = tensors.clone();
            incomplete.0.remove(name);
            let error = import(&description, &incomplete).unwrap_err();
            assert!(matches!(&error, ImportError::Missing { tensor, .. } if tensor == name), "{error}");
        }
    }
}
