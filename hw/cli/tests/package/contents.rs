//! The files of a package, and what is refused.

use super::{ARGUMENTS, done, hw, path, root, text};
use serde_json::Value;
use std::fs;
use std::process::Command;

#[test]
fn every_file_of_the_package_has_its_hash() {
    let names: Vec<_> = text("SHA256SUMS").lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect();
    for name in ["build.tcl", "component.xml", "described.hwh", "accelerator.core", "README.txt", "rtl/accelerator.v"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn the_archive_has_what_a_board_needs_and_the_driver_installs_from_it_without_a_network() {
    let place = tempfile::tempdir().unwrap();
    done(Command::new("tar").arg("xzf").arg(path("deploy.tar.gz")).arg("-C").arg(place.path()), true);
    let unpacked = |name: &str| place.path().join("bsr").join(name);
    assert!(["model.bsr", "upscale.ipynb", "harbour.png"].iter().all(|name| unpacked(name).is_file()));

    let python = root().join(".tools/bin/python");
    let installed = place.path().join("installed");
    let wheel = unpacked("bsr_driver-0.1.0-py3-none-any.whl");
    let options =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--target"];
    done(Command::new(&python).args(options).arg(&installed).arg(wheel), true);
    let read = "import sys, bsr_driver; print(bsr_driver.Model.read(sys.argv[1]).name, bsr_driver.__file__)";
    let mut command = Command::new(&python);
    let said = done(command.args(["-c", read]).arg(unpacked("model.bsr")).env("PYTHONPATH", &installed), true);
    assert!(said.starts_with("e2fif_x2_c32b8 ") && said.contains(installed.to_str().unwrap()), "{said}");
    let said = done(Command::new(installed.join("bin/bsr-upscale")).arg("--help").env("PYTHONPATH", &installed), true);
    assert!(said.contains("Enlarges a picture"), "{said}");
}

#[test]
fn the_model_file_and_the_report_name_one_engine() {
    let report: Value = serde_json::from_str(&text("report.json")).unwrap();
    let place = tempfile::tempdir().unwrap();
    done(Command::new("tar").arg("xzf").arg(path("deploy.tar.gz")).arg("-C").arg(place.path()), true);
    let model = fs::read(place.path().join("bsr/model.bsr")).unwrap();
    let header = String::from_utf8_lossy(&model[..4096]).into_owned();
    assert!(header.contains(report["hashes"]["rtl"].as_str().unwrap()));
    assert_eq!(report["config"]["interface"], "memory");
    assert_eq!(report["clock_mhz"], 125.0);
}

#[test]
fn equal_arguments_give_equal_packages() {
    let place = tempfile::tempdir().unwrap();
    let again = place.path().join("again");
    hw(&again, &ARGUMENTS);
    assert_eq!(fs::read_to_string(again.join("SHA256SUMS")).unwrap(), text("SHA256SUMS"));
}

#[test]
fn what_is_not_asked_for_leaves_a_placer_room_and_fits_the_memories() {
    for (options, lanes, strip) in [
        (&["--model", "e2fif_x2"][..], 8, 60),
        (&["--model", "e2fif_x2", "--lanes", "16"], 16, 60),
        (&["--model", "e2fif_x4"], 16, 42),
    ] {
        let place = tempfile::tempdir().unwrap();
        let output = hw(&place.path().join("package"), &[options, &["--json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = (&report["config"]["lanes"], &report["config"]["strip_width"]);
        assert_eq!(found, (&lanes.into(), &strip.into()), "{options:?}");
    }
}

#[test]
fn what_cannot_be_packaged_is_refused_with_a_hint() {
    for (options, words) in [
        (&["--clock", "0"][..], "expected 1000 MHz divided by 4 to 63"),
        (&["--clock", "190"][..], "the nearest is --clock 200"),
        (&["--board", "moon"][..], "there is no board `moon`"),
        (&["--board", "zybo-z7-10"][..], "there is no Vivado script for `zybo-z7-10`"),
        (&["--interface", "stream"][..], "expected memory"),
        (&["--lanes", "16", "--pixels", "4", "--strip-width", "2000"][..], "does not fit `pynq-z2`: bram36"),
    ] {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("package");
        let output = hw(&folder, &[&["--model", "e2fif_x2_c32b8"], options].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        let words: String = words.split_whitespace().collect();
        assert!(said.split_whitespace().filter(|word| *word != "│").collect::<String>().contains(&words), "{said}");
        assert!(said.contains("help:") && !folder.exists() && output.stdout.is_empty());
    }
}
