//! The commands from outside: what every one of them answers to input that it cannot use.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{fs, path::Path};

use bsr_hw::EngineConfig;
use bsr_model::{
    files::encode_integer,
    integer::{IntegerNetwork, Layer, SignWeights},
};
use bsr_tests::{
    engines,
    programs::{program, refusal},
    telling::telling_network,
};

/// Arguments before the name of a built-in network, and before a file with an integer network.
struct Subject {
    program: &'static str,
    model: &'static [&'static str],
    integer: &'static [&'static str],
}

/// Every command that reads a network. `hw` writes to a folder that is not there.
const SUBJECTS: [Subject; 2] = [
    Subject { program: "sim", model: &["run", "--model"], integer: &["run", "--integer"] },
    Subject {
        program: "hw",
        model: &["generate", "-o", "absent", "--model"],
        integer: &["generate", "-o", "absent", "--integer"],
    },
];

/// What `program` says when it refuses these arguments, in an empty folder that it leaves empty.
fn refused(name: &str, arguments: &[&str], last: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = refusal(program(name).args(arguments).arg(last).current_dir(folder.path()));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{name} left {left:?}");
    text
}

fn small_network() -> IntegerNetwork {
    telling_network(&EngineConfig { max_stages: 2, ..engines::smallest() }, 1)
}

/// What is said about a file with these bytes.
fn refused_file(subject: &Subject, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("network.safetensors");
    fs::write(&file, bytes).unwrap();
    let text = refused(subject.program, subject.integer, file.to_str().unwrap());
    assert!(text.replace(' ', "").contains("network.safetensors"), "the file is named: {text}");
    text
}

#[test]
fn an_unknown_model_is_answered_with_the_closest_name() {
    for subject in &SUBJECTS {
        let text = refused(subject.program, subject.model, "e2fif_x9");
        assert!(text.contains("`e2fif_x9`") && text.contains("`e2fif_x2`"), "{}: {text}", subject.program);
    }
}

#[test]
fn a_model_file_that_does_not_exist_is_named() {
    for subject in &SUBJECTS {
        let text = refused(subject.program, subject.integer, "absent.safetensors");
        assert!(text.contains("absent.safetensors"), "{}: {text}", subject.program);
    }
}

#[test]
fn a_truncated_model_file_is_refused() {
    let whole = encode_integer(&small_network()).unwrap();
    for subject in &SUBJECTS {
        for length in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
            refused_file(subject, &whole[..length]);
        }
    }
}

#[test]
fn a_corrupted_model_file_is_refused() {
    let whole = encode_integer(&small_network()).unwrap();
    for subject in &SUBJECTS {
        // The length of the header, the header, the tensors.
        for at in [0, 7, 20, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x81;
            refused_file(subject, &bytes);
        }
        refused_file(subject, &[0xff; 64]);
    }
}

/// The contract allows it, the engine has three rows and columns of signs.
#[test]
fn a_kernel_that_the_engine_does_not_have_is_refused_with_the_layer() {
    let mut network = small_network();
    let stage = network.layers.iter_mut().find_map(|layer| match layer {
        Layer::BinaryConv(stage) => Some(stage),
        _ => None,
    });
    stage.unwrap().weight = SignWeights::from_fn(4, 4, 5, |_, _, _, _| true);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("network.safetensors");
    fs::write(&file, encode_integer(&network).unwrap()).unwrap();
    let text = refused("hw", SUBJECTS[1].integer, file.to_str().unwrap());
    assert!(
        text.contains("layer `stage 1` has a kernel that is neither 3x3 nor 1x1") && text.contains("help:"),
        "{text}"
    );
    // `sim` compares golden and SIMD all the same, and says why there is no RTL.
    let mut sim = program("sim");
    sim.args(["run", "--json", "--integer"]).arg(&file).arg("-o").arg(folder.path());
    let output = sim.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("why_no_rtl") && said.contains("stage 1"), "{said}");
}

#[test]
fn an_engine_that_contradicts_itself_is_refused() {
    for subject in &SUBJECTS {
        let mut arguments = subject.model.to_vec();
        arguments.extend(["e2fif_x2", "--lanes"]);
        let text = refused(subject.program, &arguments, "7");
        assert!(text.contains("lanes") && text.contains('7'), "{}: {text}", subject.program);
    }
}

#[test]
fn an_unknown_option_is_refused() {
    for subject in &SUBJECTS {
        let mut arguments = subject.model.to_vec();
        arguments.push("e2fif_x2");
        let text = refused(subject.program, &arguments, "--lames=3");
        assert!(text.contains("--lames") && text.contains("--lanes"), "{}: {text}", subject.program);
    }
}

#[test]
fn files_of_others_are_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("notes.txt");
    fs::write(&mine, "mine").unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let text = refusal(program("hw").args(["generate", "--model", "e2fif_x2", "-o", &path(folder.path())]));
    assert!(text.contains("--force"), "{text}");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
