//! `model list`: the built-in networks.

use bsr_model::{
    checkpoint::{import, random},
    cost::Cost,
    description::Description,
    lower::{LoweringOptions, lower},
    zoo,
};
use serde::Serialize;

use crate::{failure::Failure, output};

/// A built-in network. Operations are for an SR picture of 1280 x 720.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) backbone: String,
    pub(crate) scale: usize,
    pub(crate) channels: usize,
    pub(crate) params_binary: u64,
    pub(crate) params_float: u64,
    pub(crate) ops_binary: f64,
    pub(crate) ops_float: f64,
    pub(crate) ops_paper: f64,
    pub(crate) streams: bool,
    pub(crate) why_not: Option<String>,
    pub(crate) trained: bool,
}

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let networks = all()?;
    if json {
        return output::json(&networks);
    }
    let width = networks.iter().map(|network| network.name.len()).max().unwrap_or(0);
    let (name, method) = ("name", "method");
    output::line(&format!(
        "{name:<width$}  {method:<7}  backbone   scale  channels  binary params  others  ops/64 (G)  trained  streams"
    ))?;
    for n in &networks {
        let trained = if n.trained { "yes" } else { "" };
        let streams = if n.streams { "yes" } else { "" };
        output::line(
            format!(
                "{:<width$}  {:<7}  {:<9}  x{:<4}  {:>8}  {:>13}  {:>6}  {:>10.2}  {trained:<7}  {streams}",
                n.name,
                n.method,
                n.backbone,
                n.scale,
                n.channels,
                n.params_binary,
                n.params_float,
                n.ops_paper / 1e9
            )
            .trim_end(),
        )?;
    }
    Ok(())
}

/// Every built-in network, described or trained.
pub(crate) fn all() -> Result<Vec<Listed>, Failure> {
    zoo::descriptions().iter().map(listed).collect()
}

fn listed(description: &Description) -> Result<Listed, Failure> {
    let cost = Cost::of(description)?;
    let why_not = why_not(description)?;
    Ok(Listed {
        name: description.name.clone(),
        method: description.method.clone(),
        backbone: description.backbone.clone(),
        scale: description.scale,
        channels: description.channels,
        params_binary: cost.params_binary,
        params_float: cost.params_float,
        ops_binary: cost.ops_binary,
        ops_float: cost.ops_float,
        ops_paper: cost.ops_paper(),
        streams: why_not.is_none(),
        why_not,
        trained: zoo::find(&description.name).is_ok(),
    })
}

/// Why an engine does not run the network, with what to do; asked of one with fewer blocks and channels, which has the same
/// layers.
fn why_not(description: &Description) -> Result<Option<String>, Failure> {
    let narrow = Description { name: description.name.clone(), ..description.reduced(2, 4) };
    let float = import(&narrow, &random(&narrow, 1)?)?.network;
    let options = LoweringOptions { fraction_bits: Some(3), ..LoweringOptions::default() };
    let integer = lower(&float, &[], &options)?.network;
    let refusal = integer.streaming().err();
    Ok(refusal.map(|refusal| match refusal.hint() {
        Some(hint) => format!("{refusal}; {hint}"),
        None => refusal.to_string(),
    }))
}
