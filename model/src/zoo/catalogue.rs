//! Networks that are described: all that the papers have, trained here or not.
//!
//! A description that says with `scale` how many channels its tail has stands for the network at x2, x3 and x4.

use std::sync::LazyLock;

use super::{UnknownNetwork, closest_name, entries};
use crate::description::Description;

macro_rules! described {
    ($($name:literal)*) => {
        [$(include_str!(concat!("../../descriptions/", $name, ".toml"))),*]
    };
}

const TEXTS: [&str; 33] = described!(
    "e2fif_x2" "e2fif_x2_c40" "e2fif_x3" "e2fif_x4" "e2fif_rgb_x2" "e2fif_repeattail_x2" "e2fif_edsr_x2" "e2fif_rdn_x2"
    "e2fif_rcan_x2" "e2fif_rcan_corrected_x2" "scales_lsf_x2" "scales_lsf_x2_c40" "scales_x2" "scales_x2_c40" "scales_x4"
    "scales_x4_c40" "scales_full_x2" "scales_full_x2_c40" "scales_edsr_x2" "scales_rdn_x2" "scales_rcan_x2" "lmb_x2"
    "lmb_vdsr_x2" "esb_x2" "esb_edsr_x2" "esb_vdsr_x2" "ma2019_x2" "bam_x2" "btm_x2" "bbcu_x2" "bbcul_x2" "bbcul_x4"
    "daq_x2"
);

static DESCRIBED: LazyLock<Vec<Description>> = LazyLock::new(|| {
    let read = |text: &str| Description::from_toml(text).expect("a test reads every description of the folder");
    let written: Vec<Description> = TEXTS.into_iter().map(read).collect();
    let trained = entries().iter().map(super::Entry::description);
    let named = |known: &[Description], name: &str| known.iter().any(|description| description.name == name);
    let mut described = Vec::new();
    for description in &written {
        described.push(description.clone());
        let scales: &[usize] = if description.has_products() { &[3, 4] } else { &[] };
        let larger = scales.iter().map(|&scale| description.at_scale(scale));
        described.extend(larger.filter(|larger| larger.name != description.name && !named(&written, &larger.name)));
    }
    let known = described.clone();
    described.extend(trained.filter(|description| !named(&known, &description.name)));
    described
});

/// Every described network, each with a name of its own.
pub fn descriptions() -> &'static [Description] {
    &DESCRIBED
}

/// The description of a built-in network: of a trained one that which it was trained with, else that of the catalogue.
///
/// # Errors
/// [`UnknownNetwork`] with the closest name.
pub fn find_description(name: &str) -> Result<Description, UnknownNetwork> {
    if let Some(entry) = entries().iter().find(|entry| entry.name == name) {
        return Ok(entry.description());
    }
    let found = descriptions().iter().find(|description| description.name == name);
    found.cloned().ok_or_else(|| UnknownNetwork {
        name: name.into(),
        closest: closest_name(name, descriptions().iter().map(|description| description.name.as_str())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn every_file_of_the_folder_is_in_the_catalogue() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("descriptions");
        let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let names = names.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
        for path in names {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(descriptions().iter().any(|description| description.name == name), "{name}");
        }
    }

    #[test]
    fn every_name_is_there_once_and_every_network_holds_together() {
        let mut names = BTreeSet::new();
        for description in descriptions() {
            assert!(names.insert(&description.name), "{}", description.name);
            description.expand().unwrap_or_else(|error| panic!("{}: {error}", description.name));
        }
    }

    #[test]
    fn a_network_is_described_at_every_scale() {
        for name in ["e2fif_rdn_x3", "e2fif_rcan_x4", "scales_edsr_x4", "e2fif_rgb_x3", "lmb_vdsr_x4", "bbcul_x3"] {
            let description = find_description(name).unwrap();
            assert!(name.ends_with(&format!("x{}", description.scale)), "{name}");
        }
        assert_eq!(find_description("e2fif_rdn_x5").unwrap_err().closest, "e2fif_rdn_x2");
    }
}
