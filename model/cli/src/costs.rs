//! `model costs`: parameters and operations of every network, beside those of the literature, and what parts would take
//! that no engine computes, as Markdown.

use bsr_model::integer::Part;
use bsr_model::zoo::{BACKBONES, Backbone};
use serde::Serialize;

use crate::{
    failure::Failure,
    list::{self, Listed},
    output,
};

#[derive(Serialize)]
struct Costs {
    networks: Vec<Listed>,
}

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    let networks = list::all()?;
    if json {
        return output::json(&Costs { networks });
    }
    output::line(&prices())?;
    output::line(render(&networks).trim_end())
}

/// What the parts would take that no engine computes, as Markdown.
pub(crate) fn prices() -> String {
    let row = |part: Part| format!("| {part} | {} |\n", part.price());
    "| part | price |\n|---|---|\n".to_owned() + &Part::ALL.map(row).concat()
}

/// The tables of the networks as Markdown.
pub(crate) fn render(networks: &[Listed]) -> String {
    let mut text = String::from(
        "| network | binary params | other params | binary ops (G) | other ops (G) | ops_paper (G) | streams, or why not |\n\
         |---|---|---|---|---|---|---|\n",
    );
    networks.iter().for_each(|network| text += &row(network));
    text += "\n| backbone | literature, full precision: params, MACs (G) | ours with full-precision weights | difference |\n\
             |---|---|---|---|\n";
    BACKBONES.iter().filter_map(|backbone| compared(backbone, networks)).for_each(|row| text += &row);
    text
}

fn row(n: &Listed) -> String {
    let streams = n.why_not.as_deref().map_or("yes".to_owned(), |why| {
        let layer = why.split_once("does not stream: ").map_or(why, |(_, layer)| layer);
        layer.split(';').next().unwrap_or_default().to_owned()
    });
    format!(
        "| `{}` | {} | {} | {:.1} | {:.2} | {:.2} | {streams} |\n",
        n.name,
        n.params_binary,
        n.params_float,
        n.ops_binary / 1e9,
        n.ops_float / 1e9,
        n.ops_paper / 1e9
    )
}

/// A backbone of the literature beside the E2FIF network, or the first one, of the same backbone.
fn compared(backbone: &Backbone, networks: &[Listed]) -> Option<String> {
    let same = |n: &&Listed| n.backbone == backbone.backbone && n.scale == backbone.scale;
    let ours = networks.iter().filter(same).min_by_key(|n| n.method != "e2fif")?;
    let params = ours.params_binary + ours.params_float;
    Some(format!(
        "| {}, x{} | {:.0} K, {:.1} | `{}`: {:.0} K, {:.1} | {} |\n",
        backbone.backbone,
        backbone.scale,
        backbone.params / 1e3,
        backbone.macs / 1e9,
        ours.name,
        params as f64 / 1e3,
        (ours.ops_binary + ours.ops_float) / 1e9,
        backbone.difference
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_in_the_page_of_costs_are_these() {
        let page = include_str!("../../descriptions/COSTS.md");
        let tables = [prices(), render(&list::all().unwrap())];
        assert!(
            tables.iter().all(|table| page.contains(table)),
            "put the output of `model costs` into model/descriptions/COSTS.md"
        );
    }
}
