//! A card for people.

use bsr_model::{
    description::Description,
    zoo::{Card, Run, SetScores},
};
use serde_json::{Map, Value};

/// Fields of a recipe that a card states, in this order.
const RECIPE: [&str; 9] =
    ["batch", "patch", "learning_rate", "schedule", "ema", "stream", "gradient", "latent_bound", "seed"];

pub(super) fn render(card: &Card, network: &Description) -> String {
    let Description { name, method, backbone, scale, channels, .. } = network;
    let mut text = format!(
        "# {name}\n\nMethod {method}, backbone {backbone}, {channels} channels, x{scale}, on luma (Y of BT.601, 0..255). \
         Head and tail are full-precision convolutions; sign(0) = +1.\n\n## Training\n\n"
    );
    for (i, run) in card.training.iter().enumerate() {
        text += &format!("{}. {}\n", i + 1, describe_run(run, network));
    }
    text += &terms(card);
    text += "\n## Quality\n\nPSNR (dB) / SSIM on Y; Set5 and Set14 are not in the training data.\n\n";
    text += &quality(card);
    text += &format!(
        "\n*Loss* is float on 8-bit Y minus integers: the same input for both. Rows of networks: {}. Bicubic row: {}.\n",
        card.protocol, card.protocol_bicubic
    );
    text += "\n## Files\n\n| file | bytes | SHA-256 |\n|---|---|---|\n";
    card.files.iter().for_each(|f| text += &format!("| {} | {} | `{}` |\n", f.file, f.bytes, f.sha256));
    text
}

fn describe_run(run: &Run, network: &Description) -> String {
    if let Some(checkpoint) = &run.checkpoint {
        return format!("Weights of `{checkpoint}`, of which no more is recorded.");
    }
    let sets: Vec<String> = run.data.iter().map(|set| format!("{} ({})", set.name, set.pictures)).collect();
    let fields = RECIPE.iter().filter_map(|&name| field(&run.recipe, name));
    format!(
        "{}{} steps on {}: {}. L1 loss, Adam; random patches, flips and transposes; LR by MATLAB's bicubic `imresize` of \
         8-bit RGB, luma of that.",
        other_network(run, network).unwrap_or_default(),
        run.step,
        sets.join(", "),
        fields.collect::<Vec<_>>().join(", ")
    )
}

/// What a run trained, where that is not the network of the card but one that it started from.
fn other_network(run: &Run, network: &Description) -> Option<String> {
    let number = |name: &str| run.topology.get(name).and_then(Value::as_u64);
    let (method, scale, channels) = (run.topology.get("method")?.as_str()?, number("scale")?, number("channels")?);
    let of_card = (network.method.as_str(), network.scale as u64, network.channels as u64);
    let is_other = (method, scale, channels) != of_card;
    is_other.then(|| format!("As {method} x{scale} with {channels} channels: "))
}

fn field(recipe: &Map<String, Value>, name: &str) -> Option<String> {
    let words = name.replace('_', " ");
    match recipe.get(name)? {
        Value::Null => None,
        Value::Object(stream) => Some(format!(
            "stream rounded to {} bits, {} of them fraction",
            stream.get("bits")?,
            stream.get("fraction")?
        )),
        Value::String(value) => Some(format!("{words} {value}")),
        value => Some(format!("{words} {value}")),
    }
}

/// The terms of every set that any of the runs saw.
fn terms(card: &Card) -> String {
    let mut sets: Vec<_> = card.training.iter().flat_map(|run| &run.data).collect();
    sets.sort_by(|a, b| a.name.cmp(&b.name));
    sets.dedup_by(|a, b| a.name == b.name);
    let lines: String = sets.iter().map(|set| format!("- **{}:** {}.\n", set.name, set.terms)).collect();
    format!("\nTerms of the data:\n\n{lines}\nThe weights are for **non-commercial research** accordingly.\n")
}

fn quality(card: &Card) -> String {
    let mut text = String::from("| network |");
    card.scores.iter().for_each(|set| text += &format!(" {} | loss |", set.set));
    text += "\n|---|";
    text += &"---|---|".repeat(card.scores.len());
    text += "\n";
    let mut row = |name: &str, cell: &dyn Fn(&SetScores) -> String| {
        text += &format!("| {name} |");
        card.scores.iter().for_each(|set| text += &cell(set));
        text += "\n";
    };
    row("bicubic", &|s| format!(" {:.2} / {:.4} | |", s.psnr_bicubic, s.ssim_bicubic));
    row("float, unrounded Y", &|s| format!(" {:.3} / {:.4} | |", s.psnr_float, s.ssim_float));
    row("float, 8-bit Y", &|s| format!(" {:.3} | |", s.psnr_float_u8));
    let integers = card.scores.first().map_or(0, |set| set.integer.len());
    for i in 0..integers {
        let of = |set: &SetScores| {
            let integer = &set.integer[i];
            format!(" {:.3} / {:.4} | {:.3} |", integer.psnr, integer.ssim, set.loss(integer))
        };
        let first = &card.scores[0].integer[i];
        let shipped = if i == 0 { ", shipped" } else { "" };
        row(&format!("integers, {} stream bits, {} fraction{shipped}", first.stream_bits, first.fraction_bits), &of);
    }
    text
}
