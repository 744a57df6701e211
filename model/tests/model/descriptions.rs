//! The descriptions of the papers' networks: each is read, filled with random weights, lowered, and kept in files.

use std::{fs, path::Path};

use bsr_model::{
    checkpoint::{ImportError, import, random},
    description::{Description, Droppable},
    files::{decode_compact, decode_integer, encode_compact, encode_integer},
    float::FloatNetwork,
    integer::{Gap, IntegerNetwork},
    lower::{LoweringOptions, calibration_pictures, lower},
};

/// All descriptions, with fewer blocks and channels.
fn small() -> Vec<Description> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("descriptions");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let small = |path: &std::path::PathBuf| {
        let description = Description::from_toml(&fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(Some(description.name.as_str()), path.file_stem().unwrap().to_str());
        description.reduced(2, 6)
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
    lower(network, &calibration_pictures(network.description.colour.channels()), &options).unwrap().network
}

#[test]
fn every_description_gives_a_network_that_comes_back_from_its_files() {
    let descriptions = small();
    assert!(descriptions.len() >= 33);
    for description in descriptions {
        let (float, integer) = (float(&description), integer(&float(&description)));
        assert_eq!(decode_compact(&encode_compact(&float)).unwrap(), float, "{}", description.name);
        assert_eq!(decode_integer(&encode_integer(&integer).unwrap()).unwrap(), integer, "{}", description.name);
    }
}

#[test]
fn methods_that_an_engine_runs_stream_and_the_others_name_a_layer_and_a_way_out() {
    for description in small() {
        let Description { name, method, backbone, .. } = &description;
        let methods = matches!(method.as_str(), "e2fif" | "esb" | "bam" | "btm" | "bbcu");
        let plain = methods && matches!(backbone.as_str(), "srresnet" | "edsr");
        let scales = method == "scales" && backbone == "srresnet" && !name.contains("full");
        let streams = scales || plain && !name.contains("bbcul");
        match integer(&float(&description)).streaming() {
            Ok(_) => assert!(streams, "{name} streams"),
            Err(error) => {
                assert!(!streams, "{error}");
                assert!(error.to_string().contains("layer `") && error.hint().is_some(), "{error}");
            }
        }
    }
}

#[test]
fn averages_of_the_picture_are_refused_by_layer_with_three_ways_out_that_are_networks_of_their_own() {
    for (name, layer) in [("e2fif_rcan_x2", "`groups.0.blocks.0.ca`"), ("scales_full_x2", "`body.0.conv1`")] {
        let description = small().into_iter().find(|description| description.name == name).unwrap();
        let refusal = integer(&float(&description)).streaming().map(|_| ()).unwrap_err();
        assert!(refusal.to_string().contains(layer), "{refusal}");
        let hint = refusal.hint().unwrap();
        let ways = ["--drop channel-rescale", "--gap strip", "--gap previous-frame"];
        assert!(ways.iter().all(|way| hint.contains(way)), "{hint}");
        let derived = [
            description.derived(&[Droppable::ChannelRescale], None),
            description.derived(&[], Some(Gap::Strip(64))),
            description.derived(&[], Some(Gap::PreviousFrame)),
        ];
        let networks = derived.map(|description| integer(&float(&description)));
        for (at, network) in networks.iter().enumerate() {
            assert!(networks[..at].iter().all(|other| other.name != network.name && other.layers != network.layers));
        }
        assert!(networks[0].layers.iter().all(|layer| layer.gaps().is_empty()));
    }
}

#[test]
fn only_what_version_1_has_no_words_for_is_of_version_2() {
    let products = |description: &Description| description.to_toml().contains("out = \"");
    for description in small().iter().filter(|description| !products(description)) {
        let expected = if matches!(description.method.as_str(), "e2fif" | "esb") { 1 } else { 2 };
        assert_eq!(description.format_version(), expected, "{}", description.name);
        let lsf = description.name.contains("lsf");
        assert_eq!(integer(&float(description)).format_version(), if lsf { 1 } else { expected });
    }
}

#[test]
fn what_brings_layers_together_is_of_version_3() {
    for description in small() {
        let joined = matches!(description.backbone.as_str(), "rcan" | "rdn" | "vdsr")
            || matches!(description.method.as_str(), "daq")
            || ["bbcul", "repeattail"].iter().any(|part| description.name.contains(part));
        let version = integer(&float(&description)).format_version();
        assert_eq!(version == 3, joined, "{} is of version {version}", description.name);
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
