//! Descriptions that are refused, and why.

use bsr_model::description::{Description, DescriptionError, PlacedLayer};

use crate::common::{TOML, description};

fn refused(from: &str, to: &str) -> DescriptionError {
    assert!(TOML.contains(from), "`{from}` is in the description");
    Description::from_toml(&TOML.replace(from, to)).unwrap_err()
}

#[test]
fn a_repeat_gives_its_layers_their_index() {
    let placed = description().expand().unwrap();
    let names: Vec<_> = placed
        .iter()
        .filter_map(|layer| match layer {
            PlacedLayer::BinaryConv(stage) => Some(stage.name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["body.0.conv1", "body.1.conv1"]);
    assert!(matches!(placed[3], PlacedLayer::LongSkip { from: 0 }));
}

#[test]
fn a_description_survives_being_written() {
    assert_eq!(Description::from_toml(&description().to_toml()), Ok(description()));
}

#[test]
fn an_unknown_field_is_refused_at_every_level() {
    for place in ["scale = 2", "name = \"head\"", "times = 2", "skip = \"identity\"", "from = \"head\""] {
        let error = refused(place, &format!("{place}\ncolor = 1"));
        assert!(matches!(error, DescriptionError::Toml(_)), "after `{place}`: {error}");
    }
}

#[test]
fn layers_that_do_not_fit_are_named() {
    let layer_of = |error| match error {
        DescriptionError::Layer { layer, .. } => layer,
        other => panic!("{other}"),
    };
    assert_eq!(layer_of(refused("out = 4", "out = 5")), "pixel-shuffle");
    assert_eq!(layer_of(refused("from = \"head\"", "from = \"haed\"")), "long-skip");
    assert_eq!(layer_of(refused("name = \"tail\"\nkernel = 3", "name = \"tail\"\nkernel = 2")), "tail");
    assert_eq!(layer_of(refused("times = 2", "times = 0")), "repeat");
    assert_eq!(layer_of(refused("name = \"head\"", "name = \"head.{}\"")), "head.{}");
    assert_eq!(layer_of(refused("leaky-relu = 0.1", "leaky-relu = 2.0")), "body.0.conv1");
}

#[test]
fn a_repeat_whose_name_has_no_index_is_a_duplicate() {
    let error = refused("name = \"body.{}.conv1\"", "name = \"body\"");
    assert_eq!(error, DescriptionError::DuplicateName { name: "body".into() });
}

#[test]
fn a_repeat_without_end_is_refused() {
    assert_eq!(refused("times = 2", "times = 9223372036854775807"), DescriptionError::TooManyLayers);
}

#[test]
fn a_mean_for_every_colour_is_required() {
    assert!(matches!(refused("colour = \"y\"", "colour = \"rgb\""), DescriptionError::Field { field: "mean", .. }));
}
