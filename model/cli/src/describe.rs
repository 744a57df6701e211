//! `model describe`: the description of a network, or of one derived from it.

use bsr_model::files::write_atomically;

use crate::{args::Describe, failure::Failure, output, source};

pub(crate) fn run(arguments: &Describe, json: bool) -> Result<(), Failure> {
    let mut description = source::description(&arguments.what)?;
    if let Some(scale) = arguments.scale {
        description = description.at_scale(scale.into());
        description.expand()?;
    }
    let derived = description.derived(&arguments.drop, arguments.gap);
    derived.expand()?;
    let text = derived.to_toml();
    if let Some(path) = &arguments.output {
        write_atomically(path, text.as_bytes()).map_err(|error| Failure::cannot_write(path, error))?;
    }
    match (&arguments.output, json) {
        (_, true) => output::json(&derived),
        (Some(path), false) => output::line(&format!("{}, written to `{}`", derived.name, path.display())),
        (None, false) => output::line(text.trim_end()),
    }
}
