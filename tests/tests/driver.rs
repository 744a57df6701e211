//! The Python driver in `hw/driver`, unmodified, on the RTL: its own tests with the simulator, the network and the
//! pictures that they need. `DRIVER_MODEL=e2fif_x2` runs them on the engine of a built-in network.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{fs, path::Path};

use bsr_hw::board::{
    self,
    pynq::{Clock, handoff},
};
use bsr_hw::{EngineConfig, Program, driver};
use bsr_model::{integer::IntegerNetwork, zoo};
use bsr_sim::memory_engine_for;
use bsr_tests::{
    engines,
    loaded::{golden, picture},
    programs::python,
    telling::telling_network,
};
use serde_json::json;

/// Rows and columns of the LR pictures: one of more strips than a row has words, and one narrower than a strip.
const SIZES: [(usize, usize); 2] = [(90, 160), (5, 7)];

/// The network and its engine: small ones, or those that the environment names.
fn subject() -> (EngineConfig, IntegerNetwork) {
    match std::env::var("DRIVER_MODEL") {
        Ok(name) => {
            let network = zoo::find(&name).unwrap().integer_network();
            let config = memory_engine_for(&network.streaming().unwrap(), network.formats);
            (config, network)
        }
        Err(_) => {
            let config = engines::strip_quad();
            let network = telling_network(&config, 5);
            (config, network)
        }
    }
}

/// An engine and a network of three colours.
fn of_colours() -> (EngineConfig, IntegerNetwork) {
    let config = engines::strip_triple();
    let network = telling_network(&config, 6);
    (config, network)
}

/// Writes model file and handoff, each picture with what golden makes of it, and where the simulator is.
fn write_case(folder: &Path) {
    let (config, network) = subject();
    let design = bsr_hw::generate(&config).unwrap();
    let program = Program::new(&config, &network).unwrap();
    fs::write(folder.join("model.bsr"), driver::model_file(&design, &program, &network.name)).unwrap();
    let board = board::find("pynq-z2").unwrap();
    fs::write(folder.join("bsr.hwh"), handoff(&design, board, Clock::new(100.0).unwrap())).unwrap();
    for (index, (height, width)) in SIZES.into_iter().enumerate() {
        let lr = picture(height, width);
        fs::write(folder.join(format!("sr{index}")), golden(&network, &lr)).unwrap();
        fs::write(folder.join(format!("lr{index}")), lr.into_raw_vec_and_offset().0).unwrap();
    }
    let (config_of_colours, network) = of_colours();
    let design = bsr_hw::generate(&config_of_colours).unwrap();
    let program = Program::new(&config_of_colours, &network).unwrap();
    fs::write(folder.join("rgb.bsr"), driver::model_file(&design, &program, &network.name)).unwrap();
    let (height, width) = SIZES[1];
    let lr = picture(height, 3 * width);
    fs::write(folder.join("sr_rgb"), golden(&network, &lr)).unwrap();
    fs::write(folder.join("lr_rgb"), lr.into_raw_vec_and_offset().0).unwrap();
    let simulator = |config: &EngineConfig| std::path::absolute(&engines::simulator(config).library).unwrap();
    let case = json!({
        "simulator": simulator(&config),
        "sizes": SIZES,
        "scale": config.scale,
        "rgb": { "simulator": simulator(&config_of_colours), "scale": config_of_colours.scale },
    });
    fs::write(folder.join("case.json"), case.to_string()).unwrap();
}

#[test]
fn the_driver_passes_its_tests_on_the_rtl() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_case(folder.path());
    let driver = root.join("hw/driver");
    let modules = std::env::join_paths([driver.clone(), driver.join("tests/stand_in")]).unwrap();
    let tests = python()
        .args(["-m", "unittest", "discover", "--verbose", "--start-directory", "tests"])
        .current_dir(driver)
        .env("PYTHONPATH", modules)
        .env("DRIVER_CASE", folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python starts; `sh tools/install.sh` installs it with NumPy");
    let text = String::from_utf8_lossy(&tests.stderr);
    println!("{text}");
    assert!(tests.status.success(), "{text}");
}
