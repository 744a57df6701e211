//! `model table`: what the cards of the zoo say, beside the papers' rows.

use bsr_model::zoo::{self, Card, Entry, PAPER_ROWS, PaperRow, SetScores};
use serde::Serialize;

use crate::{failure::Failure, output};

#[derive(Serialize)]
struct Table {
    cards: Vec<Card>,
}

pub(crate) fn run(json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&Table { cards: zoo::entries().iter().map(Entry::card).collect() });
    }
    output::line(render().trim_end())
}

/// The table as Markdown.
pub(crate) fn render() -> String {
    let mut text = String::from(
        "| network | stream bits | Set5 float | Set5 integer | loss | Set14 float | Set14 integer | loss |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for scale in 2..=4 {
        let ours: Vec<_> = zoo::entries().iter().filter(|entry| entry.description().scale == scale).collect();
        if ours.is_empty() {
            continue;
        }
        PAPER_ROWS.iter().filter(|row| row.scale == scale).for_each(|row| text += &paper(row));
        ours.iter().for_each(|entry| text += &our(entry));
    }
    text
}

fn paper(row: &PaperRow) -> String {
    let set5 = row.set5_ssim.map_or(format!("{:.2}", row.set5), |ssim| format!("{:.2} / {ssim:.3}", row.set5));
    let set14 = row.set14.map_or(String::new(), |psnr| format!("{psnr:.2}"));
    format!("| *{}, x{}, paper* | | {set5} | | | {set14} | | |\n", row.method, row.scale)
}

fn our(entry: &Entry) -> String {
    let card = entry.card();
    let cells = |scores: Option<&SetScores>| match scores {
        None => " | | |".to_owned(),
        Some(s) => {
            let integer = s.shipped();
            format!(
                " {:.2} / {:.3} | **{:.2}** / {:.3} | {:.3} |",
                s.psnr_float,
                s.ssim_float,
                integer.psnr,
                integer.ssim,
                s.loss(integer)
            )
        }
    };
    let bits = entry.integer_network().formats.stream_bits;
    format!("| `{}` | {bits} |{}{}\n", entry.name, cells(card.on("Set5")), cells(card.on("Set14")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_readme_of_the_zoo_is_this_one() {
        let readme = include_str!("../../zoo/README.md");
        assert!(readme.contains(&render()), "put the output of `model table` into model/zoo/README.md");
    }
}
