//! A generated design: its files, top first named.

use crate::config::ConfigError;
use crate::engine::accelerator;
use crate::rtl::{Language, line_shares};
use crate::{EngineConfig, Geometry};
use bsr_model::files::hash;
use serde::Serialize;

/// One Verilog file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceFile {
    /// File name: the module's with `.v`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether the body is Verilog text and not built through RustHDL.
    pub custom: bool,
}

/// The Verilog of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// Name of the top module.
    pub top: String,
    /// One file a module, in alphabetical order.
    pub files: Vec<SourceFile>,
    /// The parameters it was made from.
    pub config: EngineConfig,
}

/// Generates the Verilog of an engine. The same parameters give the same bytes.
///
/// # Errors
/// [`ConfigError`] if the parameters contradict each other.
pub fn generate(config: &EngineConfig) -> Result<Design, ConfigError> {
    config.validate()?;
    let top = accelerator(config);
    let files = top.files().into_iter().map(|(name, (language, text))| SourceFile {
        name: format!("{name}.v"),
        text,
        custom: language == Language::Custom,
    });
    Ok(Design { top: top.name().to_owned(), files: files.collect(), config: config.clone() })
}

impl Design {
    /// Share of the lines that are Verilog text, 0..=1.
    pub fn custom_share(&self) -> f64 {
        let (built, custom) = line_shares(self.files.iter().map(|f| (f.custom, f.text.as_str())));
        custom as f64 / (built + custom) as f64
    }

    /// SHA-256 of the Verilog, file after file, in hexadecimal digits: what tells one engine from another.
    pub fn sha256(&self) -> String {
        let text: String = self.files.iter().map(|file| file.text.as_str()).collect();
        hash(text.as_bytes())
    }

    /// The sizes behind the design.
    pub fn geometry(&self) -> Geometry {
        Geometry::new(&self.config)
    }
}
