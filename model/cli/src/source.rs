//! Where a network comes from: a built-in name, a description, a checkpoint, a file.

use std::{fs, path::Path};

use bsr_model::{
    checkpoint::{self, Imported, Tensors},
    description::Description,
    float::FloatNetwork,
    zoo,
};

use crate::{args::Trained, failure::Failure};

/// Whether the user means a file rather than a built-in name.
pub(crate) fn is_file(what: &str) -> bool {
    what.contains(['.', '/', '\\']) || Path::new(what).is_file()
}

/// A description by its built-in name or from a TOML file.
pub(crate) fn description(what: &str) -> Result<Description, Failure> {
    if !is_file(what) {
        return Ok(zoo::find_description(what)?);
    }
    let path = Path::new(what);
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(error, None::<String>).about("cannot read the description", path))?;
    Description::from_toml(&text).map_err(|error| Failure::from(error).about("cannot use the description", path))
}

/// Which tensors of a checkpoint are meant, and what stands before their names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    pub(crate) key: Option<&'a str>,
    pub(crate) strip_prefix: Option<&'a str>,
}

/// The tensors of a checkpoint under a key, with a prefix removed, where they are given.
pub(crate) fn tensors(path: &Path, names: Names) -> Result<Tensors, Failure> {
    let mut tensors = checkpoint::read(path)?;
    if let Some(key) = names.key {
        tensors = tensors.under(key)?;
    }
    match names.strip_prefix {
        Some(prefix) => Ok(tensors.strip_prefix(prefix)?),
        None => Ok(tensors),
    }
}

/// A trained checkpoint in its network; what is noticed on the way goes to stderr.
pub(crate) fn trained(path: &Path, network: &str, names: Names) -> Result<Imported, Failure> {
    let description = description(network)?;
    let tensors = tensors(path, names)?;
    let imported = checkpoint::import(&description, &tensors)
        .map_err(|error| Failure::from(error).about("cannot import", path))?;
    for warning in &imported.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(imported)
}

/// The network of `--checkpoint` and `--network`.
///
/// # Panics
/// If they are absent: the command line requires them where no other source is given.
pub(crate) fn of(trained: &Trained) -> Result<FloatNetwork, Failure> {
    let path = trained.checkpoint.as_deref().expect("the group of sources is required");
    let network = trained.network.as_deref().expect("--checkpoint requires --network");
    let names = Names { key: trained.key.as_deref(), strip_prefix: trained.strip_prefix.as_deref() };
    Ok(self::trained(path, network, names)?.network)
}
