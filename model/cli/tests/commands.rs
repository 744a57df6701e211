//! What the subcommands do, and the keys of their reports.

mod common;

use std::fs;

use common::{entry_and_set, json, picture, succeeds, text, trained};

#[test]
fn list_has_every_described_and_trained_network_with_the_same_keys() {
    let report = json(&["list"]);
    let networks = report.as_array().unwrap();
    let names: Vec<_> = networks.iter().map(|network| network["name"].as_str().unwrap()).collect();
    let described = bsr_model::zoo::descriptions().iter().map(|description| description.name.as_str());
    assert_eq!(names, described.collect::<Vec<_>>());
    let keys = [
        "backbone",
        "channels",
        "method",
        "name",
        "ops_binary",
        "ops_float",
        "ops_paper",
        "params_binary",
        "params_float",
        "scale",
        "streams",
        "trained",
        "why_not",
    ];
    for network in networks {
        assert_eq!(network.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
        assert_eq!(network["streams"].as_bool().unwrap(), network["why_not"].is_null(), "{network}");
        let ops = |key: &str| network[key].as_f64().unwrap();
        assert_eq!(ops("ops_paper"), ops("ops_float") + ops("ops_binary") / 64.0);
    }
    for (name, why) in [("e2fif_rcan_x4", "`groups.0.blocks.0.ca`"), ("scales_full_x2", "--drop channel-rescale")] {
        let network = networks.iter().find(|network| network["name"] == name).unwrap();
        assert!(network["why_not"].as_str().unwrap().contains(why), "{network}");
    }
    assert!(succeeds(&["list"]).contains("e2fif_rdn_x3"));
}

#[test]
fn a_derived_network_is_described_under_a_name_of_its_own() {
    let derived = succeeds(&["describe", "scales_full_x2", "--scale", "4", "--drop", "channel-rescale"]);
    assert!(derived.contains("name = \"scales_full_x4-no-channel-rescale\"") && derived.contains("scale = 4"));
    assert!(derived.contains("factors = [\"spatial\"]") && !derived.contains("\"channel\"]"), "{derived}");
    let strips = json(&["describe", "e2fif_rcan_x2", "--gap", "strip=32"]);
    assert_eq!((&strips["name"], &strips["gap"]["strip"]), (&"e2fif_rcan_x2-gap-strip32".into(), &32.into()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.toml");
    let path = path.to_str().unwrap();
    succeeds(&["describe", "lmb_vdsr_x2", "-o", path]);
    assert!(succeeds(&["inspect", path]).contains("enlarge = \"bicubic\""));
}

#[test]
fn the_vectors_of_the_training_package_agree() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../training/tests/vectors/described");
    let rows = json(&["agree", folder]);
    let rows = rows.as_array().unwrap();
    assert!(rows.len() >= 33);
    for row in rows {
        assert!(row["agrees"].as_bool().unwrap() && row["layers"].as_u64().unwrap() >= 4, "{row}");
        assert!(row["difference_sr"].as_f64().unwrap() <= 1e-3, "{row}");
    }
}

#[test]
fn inspect_shows_every_layer_in_order() {
    let report = json(&["inspect", "e2fif_x2"]);
    let layers = report["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 36);
    assert_eq!(layers[0]["shape"], serde_json::json!([64, 1, 3, 3]));
    assert_eq!(layers[1]["name"], "body.0.conv1");
    assert_eq!(layers[33]["holds"], "long skip");
}

#[test]
fn inspect_tells_the_kinds_of_files_apart() {
    let folder = tempfile::tempdir().unwrap();
    let entry = bsr_model::zoo::find("e2fif_x2_c32b8").unwrap();
    let files: [(&str, &[u8], &str); 4] = [
        ("network.toml", entry.description_toml.as_bytes(), "description"),
        ("compact.safetensors", entry.compact_bytes, "compact-checkpoint"),
        ("integer.safetensors", entry.integer_bytes, "integer-network"),
        ("trained.safetensors", &trained("", 32), "checkpoint"),
    ];
    for (name, bytes, kind) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert_eq!(json(&["inspect", text(&path)])["kind"], kind);
    }
}

#[test]
fn a_checkpoint_becomes_a_compact_one_and_then_integers() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (checkpoint, compact, integer) = (path("trained.safetensors"), path("compact"), path("integer"));
    fs::write(&checkpoint, trained("module.", 32)).unwrap();
    let import = ["import", text(&checkpoint), "--network", "e2fif_x2_c32b8", "--strip-prefix", "module."];
    let report = json(&[&import[..], &["-o", text(&compact)]].concat());
    assert_eq!(report["network"], "e2fif_x2_c32b8");
    let lower = ["lower", "--compact", text(&compact), "--stream-bits", "14", "-o", text(&integer)];
    assert_eq!(json(&lower)["stream_bits"], 14);
    let network = bsr_model::files::read_integer(&integer).unwrap();
    assert_eq!(network.formats.stream_bits, 14);
    let again = path("again");
    json(&["lower", "--compact", text(&compact), "--stream-bits", "14", "-o", text(&again)]);
    assert_eq!(fs::read(&integer).unwrap(), fs::read(&again).unwrap(), "the same network gives the same bytes");
}

#[test]
fn calibration_pictures_may_come_from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("edges.png"), 24, 40);
    let output = folder.path().join("integer");
    let arguments = ["lower", "--model", "e2fif_x2_c32b8", "--calibrate", text(folder.path()), "-o", text(&output)];
    let report = json(&arguments);
    assert_eq!(report["stream"]["pictures"], 1);
    assert_eq!(report["stream"]["values"], 17 * 32 * 12 * 20);
}

#[test]
fn evaluate_reports_every_figure_of_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let set = folder.path().join("set");
    fs::create_dir(&set).unwrap();
    picture(&set.join("a.png"), 40, 48);
    picture(&set.join("b.png"), 33, 37);
    let report = json(&["evaluate", "--model", "e2fif_x2_c32b8", "--stream-bits", "16", text(&set)]);
    let promised = [
        "model",
        "protocol",
        "set",
        "images",
        "psnr_bicubic",
        "psnr_float",
        "psnr_float_u8",
        "psnr_int",
        "ssim_float",
        "ssim_int",
    ];
    assert!(promised.iter().all(|key| report.get(key).is_some()), "{report}");
    assert_eq!((report["model"].as_str(), report["set"].as_str()), (Some("e2fif_x2_c32b8"), Some("set")));
    assert_eq!(report["images"], 2);
    let psnr = |key: &str| report[key].as_f64().unwrap();
    assert!(psnr("psnr_float") > psnr("psnr_bicubic"), "{report}");
    assert!((psnr("psnr_float_u8") - psnr("psnr_int")).abs() < 0.05, "16 bits lose next to nothing: {report}");
}

#[test]
fn an_integer_network_alone_has_no_figures_in_floating_point() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"), 40, 48);
    let integer = folder.path().join("integer.safetensors");
    fs::write(&integer, bsr_model::zoo::find("e2fif_x2_c32b8").unwrap().integer_bytes).unwrap();
    let alone = json(&["evaluate", "--integer", text(&integer), text(folder.path())]);
    let built_in = json(&["evaluate", "--model", "e2fif_x2_c32b8", text(folder.path())]);
    for key in ["psnr_float", "psnr_float_u8", "ssim_float"] {
        assert!(alone[key].is_null() && built_in[key].is_number(), "{key}");
    }
    assert_eq!(alone["psnr_int"], built_in["psnr_int"]);
}

#[test]
fn a_card_has_the_figures_that_evaluate_gives() {
    let folder = tempfile::tempdir().unwrap();
    let [entry, set, training] = entry_and_set(folder.path());
    let card = json(&["card", text(&entry), "--training", text(&training), "--stream-bits", "9", text(&set)]);
    let evaluated = json(&["evaluate", "--model", "e2fif_x2_c32b8", text(&set)]);
    let scores = &card["scores"][0];
    for figure in ["set", "images", "psnr_bicubic", "psnr_float", "psnr_float_u8", "ssim_float"] {
        assert_eq!(scores[figure], evaluated[figure], "{figure}");
    }
    assert_eq!(scores["integer"][0]["psnr"], evaluated["psnr_int"]);
    assert_eq!(scores["integer"][1]["stream_bits"], 9);
    let people = fs::read_to_string(entry.join("card.md")).unwrap();
    let runs = ["older.pt", "2. As e2fif x2 with 64 channels: 5 steps", "3. 7 steps on Drawn (1): batch 4"];
    for stated in runs.into_iter().chain(["our own", "9 stream bits", "non-commercial"]) {
        assert!(people.contains(stated), "{stated} in\n{people}");
    }
}

#[test]
fn a_card_is_made_again_from_the_training_that_it_states() {
    let folder = tempfile::tempdir().unwrap();
    let [entry, set, training] = entry_and_set(folder.path());
    let first = json(&["card", text(&entry), "--training", text(&training), text(&set)]);
    fs::remove_file(&training).unwrap();
    assert_eq!(json(&["card", text(&entry), text(&set)]), first);
}

#[test]
fn a_table_has_every_network_beside_the_papers() {
    let table = succeeds(&["table"]);
    assert!(table.contains("| *E2FIF, x2, paper* | | 37.50 |"));
    for entry in bsr_model::zoo::entries() {
        assert!(table.contains(&format!("| `{}` |", entry.name)));
    }
}
