//! Checkpoints that fit, and those that do not.

use bsr_model::{
    checkpoint::{self, CheckpointError, ImportError, ImportWarning, Tensors, import},
    float::FloatLayer,
};

use crate::{
    common::{description, tensor, tensors},
    pickle::{saved, whole_module},
};

fn renamed(rename: impl Fn(&str) -> String) -> Tensors {
    Tensors(tensors().0.into_iter().map(|(name, tensor)| (rename(&name), tensor)).collect())
}

#[test]
fn both_sets_of_names_give_the_same_network() {
    let ours = renamed(|name| name.replace("head.0.conv1.0", "head"));
    assert_eq!(import(&description(), &ours), import(&description(), &tensors()));
}

#[test]
fn a_missing_tensor_is_named_with_what_is_there() {
    let mut incomplete = tensors();
    incomplete.0.remove("body.1.conv1.1.running_var");
    let error = import(&description(), &incomplete).unwrap_err();
    let ImportError::Missing { tensor, layer, found, needed, closest, prefix, .. } = error else { panic!("{error}") };
    assert_eq!((tensor.as_str(), layer, found, needed), ("body.1.conv1.1.running_var", 2, 13, 14));
    assert_eq!((closest.as_deref(), prefix), (Some("body.0.conv1.1.running_var"), None));
}

#[test]
fn a_prefix_before_every_name_is_recognised_and_can_be_stripped() {
    let parallel = renamed(|name| format!("module.{name}"));
    let error = import(&description(), &parallel).unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("pass `--strip-prefix module.`"));
    let stripped = parallel.strip_prefix("module.").unwrap();
    assert_eq!(import(&description(), &stripped), import(&description(), &tensors()));
}

#[test]
fn a_tensor_of_another_shape_is_refused() {
    let mut wrong = tensors();
    wrong.0.insert("tail.0.bias".into(), tensor(&[5], 0));
    let expected = ImportError::Shape { tensor: "tail.0.bias".into(), found: vec![5], expected: vec![4] };
    assert_eq!(import(&description(), &wrong).unwrap_err(), expected);
}

#[test]
fn values_that_cannot_be_computed_with_are_refused() {
    for (name, value) in [
        ("head.0.conv1.0.weight", f32::NAN),
        ("body.0.conv1.0.weight", f32::INFINITY),
        ("body.0.conv1.1.running_var", -1.0),
        ("tail.0.bias", f32::NEG_INFINITY),
    ] {
        let mut broken = tensors();
        broken.0.get_mut(name).unwrap().values[1] = value;
        let error = import(&description(), &broken).unwrap_err();
        assert!(matches!(&error, ImportError::Value { tensor, index: 1, .. } if tensor == name), "{error}");
    }
}

#[test]
fn zero_weights_and_tensors_without_a_use_are_warned_of() {
    let mut odd = tensors();
    odd.0.get_mut("body.0.conv1.0.weight").unwrap().values[4] = 0.0;
    odd.0.insert("ema.decay".into(), tensor(&[1], 0));
    odd.0.insert("sub_mean.weight".into(), tensor(&[1], 0));
    odd.0.insert("body.0.conv1.1.num_batches_tracked".into(), tensor(&[], 0));
    let imported = import(&description(), &odd).unwrap();
    let zero = ImportWarning::ZeroSigns { tensor: "body.0.conv1.0.weight".into(), count: 1 };
    assert_eq!(imported.warnings, [zero, ImportWarning::Unused { tensor: "ema.decay".into() }]);
    let FloatLayer::BinaryConv(stage) = &imported.network.layers[1] else { panic!("the second layer is a stage") };
    assert!(stage.weight.is_positive(0, 0, 1, 1), "the sign of 0 is +1");
}

#[test]
fn batch_normalisation_folds_with_the_bias_of_the_convolution() {
    let mut biased = tensors();
    biased.0.insert("body.0.conv1.0.bias".into(), tensor(&[3], 77));
    let of = |name: &str, c: usize| f64::from(biased.0[&format!("body.0.conv1.{name}")].values[c]);
    let imported = import(&description(), &biased).unwrap();
    let FloatLayer::BinaryConv(stage) = &imported.network.layers[1] else { panic!("the second layer is a stage") };
    for c in 0..3 {
        for dot in [-27.0, 0.0, 13.0] {
            let normal = (dot + of("0.bias", c) - of("1.running_mean", c)) / (of("1.running_var", c) + 1e-5).sqrt();
            let expected = of("1.weight", c) * normal + of("1.bias", c);
            let folded = f64::from(stage.scale[c]) * dot + f64::from(stage.offset[c]);
            assert!((folded - expected).abs() < 1e-5, "{folded} {expected}");
        }
    }
}

#[test]
fn a_pickled_state_dict_is_read_as_it_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["model_best.pt", "model_best.pth", "MODEL.PTH"] {
        let path = folder.path().join(name);
        std::fs::write(&path, saved(&tensors())).unwrap();
        assert_eq!(checkpoint::read(&path).unwrap(), tensors());
    }
}

#[test]
fn a_whole_pickled_module_is_refused_by_its_class_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.pth");
    std::fs::write(&path, whole_module()).unwrap();
    let error = checkpoint::read(&path).unwrap_err();
    assert!(error.to_string().contains("__main__.Net"), "{error}");
    assert!(error.hint().unwrap().contains("model.state_dict()"));
}

#[test]
fn the_tensors_of_one_key_are_taken_from_a_pickle_with_several() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net_g.pth");
    let two = ["params", "params_ema"].map(|key| renamed(|name| format!("{key}.{name}")).0);
    std::fs::write(&path, saved(&Tensors(two.into_iter().flatten().collect()))).unwrap();
    let read = checkpoint::read(&path).unwrap();
    assert_eq!(read.clone().under("params_ema").unwrap(), tensors());
    let error = import(&description(), &read).unwrap_err();
    assert!(error.hint().unwrap().contains("--strip-prefix params"), "{:?}", error.hint());
}

#[test]
fn a_pickled_state_dict_cut_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pt");
    let bytes = saved(&tensors());
    for len in (0..bytes.len()).step_by(7) {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let error = checkpoint::read(&path).unwrap_err();
        assert!(matches!(error, CheckpointError::Format { .. }), "cut at {len}: {error}");
    }
}

#[test]
fn a_file_that_is_no_checkpoint_is_refused_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.pt", "b.pth", "c.safetensors"] {
        let path = folder.path().join(name);
        for bytes in [&b""[..], b"\x80\x02}q\x00.", b"PK\x03\x04 but nothing more", b"\x80\x02cos\nsystem\nq\x00."] {
            std::fs::write(&path, bytes).unwrap();
            let error = checkpoint::read(&path).unwrap_err();
            assert!(matches!(error, CheckpointError::Format { .. }), "{name}: {error}");
            assert!(error.hint().is_some());
        }
    }
    let missing = checkpoint::read(&folder.path().join("none.pt")).unwrap_err();
    assert!(matches!(missing, CheckpointError::Io { .. }), "{missing}");
    let picture = checkpoint::read(&folder.path().join("a.png")).unwrap_err();
    assert!(matches!(picture, CheckpointError::Extension { .. }), "{picture}");
}
