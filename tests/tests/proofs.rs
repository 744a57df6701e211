//! The blocks at the engine's interfaces, proven by induction with Yosys's SAT solver: each property in `tests/proofs` is
//! put into the generated module, holds after a reset, and holds in a cycle if it held in those before.
#![allow(clippy::unwrap_used)] // in the helpers, too

use std::{
    fs,
    path::{Path, PathBuf},
};

use bsr_hw::{EngineConfig, SourceFile, generate};
use bsr_tests::{engines, programs::python};

/// Cycles of the longest induction.
const STEPS: usize = 3;

/// A block and its property.
struct Block {
    /// An engine that has it.
    engine: fn() -> EngineConfig,
    module: &'static str,
    /// File in `tests/proofs`.
    property: &'static str,
    /// Whether the property speaks of the memory inside.
    memory: bool,
    /// Instances that are taken out: whatever they would put out, the property holds.
    without: &'static str,
    /// `(right, wrong)`: changes of its text with which the property no longer holds.
    bugs: &'static [(&'static str, &'static str)],
}

const BLOCKS: &[Block] = &[
    Block {
        engine: engines::smallest,
        module: "output_register",
        property: "output_register.v",
        memory: false,
        without: "",
        bugs: &[
            ("if (free) full_q", "full_q"),
            ("assign takes = free & valid_i", "assign takes = valid_i"),
            ("(~full_q) | tready_i", "1'b1"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "fifo_8x2",
        property: "fifo.v",
        memory: true,
        without: "",
        bugs: &[
            ("(read_q + 3'd1)", "(read_q + 3'd2)"),
            ("if (push_i) begin", "if (push_i & ~pop_i) begin"),
            ("if ((push_i & (~pop_i)))", "if (push_i)"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "fifo_8x6",
        property: "fifo.v",
        memory: true,
        without: "",
        bugs: &[(".write_data_i(data_i)", ".write_data_i(data_i | 6'd1)")],
    },
    Block {
        engine: engines::strip,
        module: "control",
        property: "control.v",
        memory: false,
        without: "",
        bugs: &[
            ("(address_held_q & data_held_q) & answered", "(address_held_q & data_held_q)"),
            ("((response_valid_q & (~bready_i)) | write)", "write"),
            ("if (take_read) read_data_q", "read_data_q"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "read_master",
        property: "read_master.v",
        memory: false,
        without: "",
        bugs: &[("bursts < 4'd8", "bursts < 4'd9"), ("(~address_valid_q) | arready_i", "1'b1")],
    },
    Block {
        engine: engines::strip,
        module: "write_master",
        property: "write_master.v",
        memory: false,
        without: "",
        bugs: &[
            ("left_q == 4'd0", "left_q <= 4'd1"),
            ("awaited < 4'd8", "awaited < 4'd9"),
            ("(sending_q & (~(beat & last_beat)))", "(sending_q & (~last_beat))"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "write_queue_32_2",
        property: "write_queue.v",
        memory: false,
        without: "t:fifo_*",
        bugs: &[
            ("&address_i[3:0]", "(&address_i[3:0]) & ~(&address_i[8:4])"),
            ("gives_up ? (open_q - 4'd1) : open_q", "open_q"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "spill_fetch",
        property: "spill_fetch.v",
        memory: false,
        without: "t:fifo_*",
        bugs: &[("~burst_start", "4'hf"), ("available_q - 29'd1", "available_q")],
    },
    Block {
        engine: engines::strip,
        module: "line_writer",
        property: "line_writer.v",
        memory: false,
        without: "",
        bugs: &[
            ("strobe3_d = (takes3 | (strobe3_q & (~(push_q | start_i))))", "strobe3_d = (takes3 | strobe3_q)"),
            ("takes & (line_ends | (byte_lane == 3'd7))", "takes & (byte_lane == 3'd7)"),
            ("column_q[17:3]", "column_d[17:3]"),
        ],
    },
    Block {
        engine: engines::strip,
        module: "row_reader",
        property: "row_reader.v",
        memory: false,
        without: "t:block_ram_*",
        bugs: &[("~burst_start", "4'hf")],
    },
];

fn proofs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs")
}

/// The text with more at the end of its module.
fn with(text: &str, more: &[&str]) -> String {
    let more: String = more.iter().map(|file| fs::read_to_string(proofs().join(file)).unwrap()).collect();
    assert_eq!(text.matches("endmodule").count(), 1);
    text.replace("endmodule", &format!("\n{more}\nendmodule"))
}

/// Runs the proof of a block whose text was changed; what Yosys says is in the second part.
fn holds(block: &Block, bug: Option<&(&str, &str)>) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let name = block.module;
    for SourceFile { name: file, text, .. } in &generate(&(block.engine)()).unwrap().files {
        let text = match file.strip_suffix(".v") {
            Some(module) if module == name => with(&changed(text, bug), &["begin.v", block.property]),
            Some(module) if block.memory && module.starts_with("immediate_ram") => with(text, &["ram.v"]),
            _ => text.clone(),
        };
        fs::write(folder.path().join(file), text).unwrap();
    }
    let place = folder.path().display();
    let mut script = format!("read_verilog -formal -sv {place}/{name}.v\nhierarchy -top {name} -libdir {place}\n");
    if !block.without.is_empty() {
        script += &format!("delete {}\n", block.without);
    }
    script += "proc\nflatten\n";
    if block.memory {
        script += &format!("cd {name}\nconnect -set contents u_entries.contents\ncd ..\n");
    }
    script += "memory_map\nchformal -lower\nopt_clean\n";
    script += &format!("sat -tempinduct -prove-asserts -set-assumes -verify -maxsteps {STEPS} {name}\n");
    let path = folder.path().join("script");
    fs::write(&path, script).unwrap();
    let said = python().arg(proofs().join("prove.py")).arg(path).output();
    let said = said.expect("Python starts; `sh tools/install.sh` installs it with Yosys");
    let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
    let (proven, refuted) = (text.contains("Induction step proven: SUCCESS!"), text.contains("proof did fail"));
    assert!(proven != refuted && said.status.success() == proven, "{name}: {text}");
    (proven, text.into_owned())
}

fn changed(text: &str, bug: Option<&(&str, &str)>) -> String {
    let Some((right, wrong)) = bug else { return text.into() };
    assert_eq!(text.matches(right).count(), 1, "`{right}`");
    text.replace(right, wrong)
}

#[test]
fn the_property_of_each_interface_block_is_proven() {
    for block in BLOCKS {
        let (proven, text) = holds(block, None);
        assert!(proven, "{}: {text}", block.module);
    }
}

#[test]
fn no_property_is_proven_of_a_block_with_a_bug() {
    for block in BLOCKS {
        for bug in block.bugs {
            assert!(!holds(block, Some(bug)).0, "{}: `{}` for `{}`", block.module, bug.1, bug.0);
        }
    }
}
