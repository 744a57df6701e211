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
        return Ok(zoo::find(what)?.description());
    }
    let path = Path::new(what);
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(error, None::<String>).about("cannot read the description", path))?;
    Description::from_toml(&text).map_err(|error| Failure::from(error).about("cannot use the description", path))
}

/// The tensors of a checkpoint, with a prefix removed where one is given.
pub(crate) fn tensors(path: &Path, strip_prefix: Option<&str>) -> Result<Tensors, Failure> {
    let tensors = checkpoint::read(path)?;
    match strip_prefix {
        Some(prefix) => Ok(tensors.strip_prefix(prefix)?),
        None => Ok(tensors),
    }
}

/// A trained checkpoint in its network; what is noticed on the way goes to stderr.
pub(crate) fn trained(path: &Path, network: &str, strip_prefix: Option<&str>) -> Result<Imported, Failure> {
    let description = description(network)?;
    let tensors = tensors(path, strip_prefix)?;
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
    Ok(self::trained(path, network, trained.strip_prefix.as_deref())?.network)
}
