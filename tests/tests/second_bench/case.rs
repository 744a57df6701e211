//! What the second bench reads: an engine, a network for it, pictures with golden's answers.

use std::{fs, path::Path};

use bsr_hw::{Design, Interface, Program, Regions, registers};
use bsr_tests::{
    loaded::{golden, picture},
    telling::telling_network,
};
use serde_json::{Value, json};

/// Rows and columns of the LR pictures of an engine: the first is as wide as it takes, or has several strips.
fn sizes(design: &Design) -> [(usize, usize); 3] {
    match design.config.interface {
        Interface::Stream => [(6, design.geometry().max_width()), (1, 1), (5, 3)],
        Interface::Memory => [(4, 2 * design.config.strip_width + 5), (1, 1), (5, 3)],
    }
}

/// `case.json`, as `tests/cocotb/axi_bench/case.py` takes it.
fn json(design: &Design) -> Value {
    let engine = &design.config;
    let network = telling_network(engine, 5);
    let program = Program::new(engine, &network).unwrap();
    let memory = engine.interface == Interface::Memory;
    let pictures = sizes(design).map(|(height, width)| {
        let lr = picture(height, width * engine.colours);
        json!({
            "height": height,
            "width": width,
            "sr": golden(&network, &lr),
            "lr": lr.into_raw_vec_and_offset().0,
            "regions": Regions::new(engine, program.stages, width, height),
        })
    });
    let present = registers::of_engine(memory, engine.colours);
    json!({
        "scale": engine.scale,
        "registers": present,
        "constants": {
            "ID": registers::ID_VALUE,
            "VERSION": registers::VERSION_VALUE,
            "MAX_WIDTH": design.geometry().max_width(),
            "MAX_STAGES": engine.max_stages,
            "CHANNELS": engine.channels,
            "STREAM_BITS": engine.stream_bits,
            "SCALE": engine.scale,
            "INTERFACE": u8::from(memory) | u8::from(engine.colours > 1) << 1,
            "STRIP_WIDTH": engine.strip_width,
        },
        "writes": program.writes(),
        "pictures": pictures.to_vec(),
    })
}

/// Writes the case into a folder. Verilog that is there already keeps its time, so that nothing is built twice.
pub(super) fn write(folder: &Path, design: &Design) {
    let rtl = folder.join("rtl");
    fs::create_dir_all(&rtl).unwrap();
    for file in &design.files {
        let path = rtl.join(&file.name);
        if fs::read_to_string(&path).ok().as_ref() != Some(&file.text) {
            fs::write(path, &file.text).unwrap();
        }
    }
    fs::write(folder.join("case.json"), json(design).to_string()).unwrap();
}
