//! `model card`: scores the two files of a folder of the zoo and writes its card, as data and for people.

mod markdown;

use std::{fs, path::Path};

use bsr_model::{
    files::{hash, read_compact, read_integer, write_atomically},
    protocol::{CLASSIC, NETWORKS},
    zoo::{Card, IntegerScore, Run, SetScores, ShippedFile},
};
use serde::Deserialize;

use crate::{
    args,
    evaluate::{self, Networks},
    failure::Failure,
    output,
};

const FILES: [&str; 2] = ["compact.safetensors", "integer.safetensors"];

/// What the training package writes beside an exported checkpoint.
#[derive(Deserialize)]
struct Training {
    runs: Vec<Run>,
}

pub(crate) fn run(arguments: &args::Card, json: bool) -> Result<(), Failure> {
    let [compact, integer] = FILES.map(|file| arguments.entry.join(file));
    let (float, integer) = (read_compact(&compact)?, read_integer(&integer)?);
    let training = training(arguments)?;
    let description = float.description.clone();
    let mut networks = vec![Networks::new(Some(float.clone()), &integer)?];
    for &bits in &arguments.stream_bits {
        networks.push(Networks { float: None, ..Networks::lowered(float.clone(), Some(bits))? });
    }
    let scores = arguments.sets.iter().map(|set| scores(&networks, set)).collect::<Result<_, _>>()?;
    let card = Card {
        name: description.name.clone(),
        training,
        protocol: NETWORKS.into(),
        protocol_bicubic: CLASSIC.into(),
        scores,
        files: FILES.iter().map(|file| shipped(&arguments.entry, file)).collect::<Result<_, _>>()?,
    };
    let data = serde_json::to_string_pretty(&card).expect("a card has only string keys") + "\n";
    write(&arguments.entry.join("card.json"), &data)?;
    write(&arguments.entry.join("card.md"), &markdown::render(&card, &description))?;
    if json { output::json(&card) } else { output::line(&format!("{}: wrote its card", card.name)) }
}

/// The runs of training: of the file that is named, else of the card that is there.
fn training(arguments: &args::Card) -> Result<Vec<Run>, Failure> {
    let present = arguments.entry.join("card.json");
    let path = arguments.training.as_deref().unwrap_or(&present);
    let hint = Some("pass --training with the file that the export of the training package wrote");
    let text = fs::read_to_string(path).map_err(|error| Failure::new(error, hint).about("cannot read", path))?;
    let runs = match arguments.training {
        Some(_) => serde_json::from_str::<Training>(&text).map(|training| training.runs),
        None => Card::from_json(&text).map(|card| card.training),
    };
    runs.map_err(|error| Failure::new(error, hint).about("cannot read the training in", path))
}

/// The first network is the shipped one.
fn scores(networks: &[Networks], set: &Path) -> Result<SetScores, Failure> {
    let reports = networks.iter().map(|networks| evaluate::of_folder(networks, set)).collect::<Result<Vec<_>, _>>()?;
    let shipped = reports.first().expect("the shipped network is always scored");
    let of_float = "the compact checkpoint is scored in floating point";
    Ok(SetScores {
        set: shipped.set.clone(),
        images: shipped.images,
        psnr_bicubic: shipped.psnr_bicubic,
        ssim_bicubic: shipped.ssim_bicubic,
        psnr_float: shipped.psnr_float.expect(of_float),
        ssim_float: shipped.ssim_float.expect(of_float),
        psnr_float_u8: shipped.psnr_float_u8.expect(of_float),
        integer: reports
            .iter()
            .map(|r| IntegerScore {
                stream_bits: r.stream_bits,
                fraction_bits: r.fraction_bits,
                psnr: r.psnr_int,
                ssim: r.ssim_int,
            })
            .collect(),
    })
}

fn shipped(entry: &Path, file: &str) -> Result<ShippedFile, Failure> {
    let path = entry.join(file);
    let bytes = fs::read(&path).map_err(|error| Failure::new(error, None::<String>).about("cannot read", &path))?;
    Ok(ShippedFile { file: file.into(), bytes: bytes.len(), sha256: hash(&bytes) })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_atomically(path, text.as_bytes()).map_err(|error| Failure::cannot_write(path, error))
}
