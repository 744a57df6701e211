//! Networks that are built in, by name: the trained ones, and all that are described.
//!
//! An entry is a description, a compact checkpoint, the integer network lowered from it with the default options,
//! and a model card. All of them are part of the library: nothing is read from the disk.

mod card;
mod catalogue;
mod described;
mod papers;
mod untrained;

pub use card::{Card, DataSet, IntegerScore, Run, SetScores, ShippedFile};
pub use catalogue::{descriptions, find_description};
pub use described::{DescribedError, described};
pub use papers::{BACKBONES, Backbone, PAPER_ROWS, PaperRow};
pub use untrained::{UntrainedError, untrained};

use crate::{
    closest::closest,
    description::Description,
    files::{decode_compact, decode_integer},
    float::FloatNetwork,
    integer::IntegerNetwork,
};

/// A built-in network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name, such as `e2fif_x2`.
    pub name: &'static str,
    /// Description, TOML.
    pub description_toml: &'static str,
    /// Compact checkpoint, as in a file.
    pub compact_bytes: &'static [u8],
    /// Integer network, as in a file.
    pub integer_bytes: &'static [u8],
    /// Model card, JSON: training data and their terms, recipe, figures, hashes.
    pub card_json: &'static str,
    /// The same for people, Markdown.
    pub card_markdown: &'static str,
}

macro_rules! entry {
    ($name:literal) => {
        Entry {
            name: $name,
            description_toml: include_str!(concat!("../../zoo/", $name, "/network.toml")),
            compact_bytes: include_bytes!(concat!("../../zoo/", $name, "/compact.safetensors")),
            integer_bytes: include_bytes!(concat!("../../zoo/", $name, "/integer.safetensors")),
            card_json: include_str!(concat!("../../zoo/", $name, "/card.json")),
            card_markdown: include_str!(concat!("../../zoo/", $name, "/card.md")),
        }
    };
}

const ENTRIES: [Entry; 9] = [
    entry!("e2fif_x2"),
    entry!("e2fif_x2_c40"),
    entry!("e2fif_x2_c32b8"),
    entry!("scales_x2"),
    entry!("lmb_x2"),
    entry!("esb_x2"),
    entry!("ma2019_x2_c32b8"),
    entry!("e2fif_x4"),
    entry!("scales_x4"),
];

/// No built-in network has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no network `{name}`; the closest name is `{closest}`")]
pub struct UnknownNetwork {
    /// What was looked for.
    pub name: String,
    /// The most similar name that there is.
    pub closest: String,
}

/// All trained networks.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The trained network of that name.
///
/// # Errors
/// [`UnknownNetwork`] with the closest name.
pub fn find(name: &str) -> Result<&'static Entry, UnknownNetwork> {
    entries().iter().find(|entry| entry.name == name).ok_or_else(|| UnknownNetwork {
        name: name.into(),
        closest: closest_name(name, entries().iter().map(|entry| entry.name)),
    })
}

fn closest_name<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    closest(name, names).expect("the zoo is not empty").to_owned()
}

impl Entry {
    /// What the network computes.
    pub fn description(&self) -> Description {
        Description::from_toml(self.description_toml).expect("a test reads every description of the zoo")
    }

    /// The network in floating point.
    pub fn float_network(&self) -> FloatNetwork {
        decode_compact(self.compact_bytes).expect("a test reads every compact checkpoint of the zoo")
    }

    /// The model card.
    pub fn card(&self) -> Card {
        Card::from_json(self.card_json).expect("a test reads every card of the zoo")
    }

    /// The network in integers.
    pub fn integer_network(&self) -> IntegerNetwork {
        decode_integer(self.integer_bytes).expect("a test reads every integer network of the zoo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_read_and_has_its_name() {
        for entry in entries() {
            assert_eq!(entry.description().name, entry.name);
            assert_eq!(entry.float_network().description, entry.description());
            assert_eq!(entry.integer_network().name, entry.name);
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_closest() {
        assert_eq!(find("e2fif_x3").unwrap_err().closest, "e2fif_x2");
        assert_eq!(find("e2fif_x2").unwrap().name, "e2fif_x2");
    }
}
