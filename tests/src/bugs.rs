//! Designs with one bug seeded into the Verilog text.

use bsr_hw::{EngineConfig, blocks::primitive_models, generate};
use bsr_sim::{
    Simulator, Variant,
    build::{Cache, Rtl},
    tools::Search,
};

/// A change of the text of one file.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// File name, such as `lane.v`.
    pub file: &'static str,
    /// Text that the file holds exactly [`Self::times`] times.
    pub right: &'static str,
    /// What stands there instead.
    pub wrong: &'static str,
    /// How often.
    pub times: usize,
}

/// An edit of text that is there once.
pub const fn edit(file: &'static str, right: &'static str, wrong: &'static str) -> Edit {
    Edit { file, right, wrong, times: 1 }
}

/// The Verilog of `config` with these edits, made in order.
///
/// # Panics
/// If a text is not in its file as often as the edit says: then the bug is not the one that was meant.
pub fn seeded(config: &EngineConfig, edits: &[Edit]) -> Rtl {
    let mut rtl = Rtl::from(&generate(config).expect("a valid engine"));
    for Edit { file, right, wrong, times } in edits {
        let (_, text) = rtl.files.iter_mut().find(|(name, _)| name == file).expect("a file of the design");
        assert_eq!(text.matches(right).count(), *times, "`{right}` in {file}");
        *text = text.replace(right, wrong);
    }
    rtl
}

/// The same with the popcount that is synthesised, and models of its primitives.
///
/// # Panics
/// As [`seeded`].
pub fn structural(config: &EngineConfig, edits: &[Edit]) -> Rtl {
    let mut rtl = seeded(config, edits);
    for (_, text) in &mut rtl.files {
        text.insert_str(0, "`define BSR_STRUCTURAL\n");
    }
    rtl.files.extend(primitive_models().map(|(name, text)| (name.into(), text.into())));
    rtl
}

/// The simulator of such a design.
///
/// # Panics
/// If it does not build: the edit made no Verilog.
pub fn simulator(rtl: &Rtl) -> Simulator {
    Simulator::build(rtl, Variant::default(), &Search::from_environment(), &Cache::from_environment(), &|_| ())
        .expect("the seeded design builds; `sh tools/install.sh` installs Verilator")
}
