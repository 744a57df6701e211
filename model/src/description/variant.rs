//! Networks derived from a description: another scale, fewer parts, other averages. Each is a network of its own.

use std::str::FromStr;

use super::{Conv, Description, Factor, Layer, PixelShuffle, Size, Threshold};
use crate::integer::Gap;

/// A part that a network can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Droppable {
    /// The spatial factor of every stage.
    SpatialRescale,
    /// The channel factor of every stage, and every attention.
    ChannelRescale,
    /// Trained thresholds of channels: 0 in their place.
    ChannelThreshold,
}

impl Droppable {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::SpatialRescale, Self::ChannelRescale, Self::ChannelThreshold];

    /// The part in words, as on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SpatialRescale => "spatial-rescale",
            Self::ChannelRescale => "channel-rescale",
            Self::ChannelThreshold => "channel-threshold",
        }
    }
}

/// No part is called so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no part `{0}` to drop; expected spatial-rescale, channel-rescale or channel-threshold")]
pub struct UnknownPart(String);

impl FromStr for Droppable {
    type Err = UnknownPart;

    fn from_str(text: &str) -> Result<Self, UnknownPart> {
        Self::ALL.into_iter().find(|part| part.name() == text).ok_or_else(|| UnknownPart(text.into()))
    }
}

impl Description {
    /// The network without these parts and with these averages, each change in its name.
    pub fn derived(&self, dropped: &[Droppable], gap: Option<Gap>) -> Self {
        let smaller = dropped.iter().fold(self.clone(), |network, &part| network.without(part));
        gap.map_or_else(|| smaller.clone(), |gap| smaller.with_gap(gap))
    }

    /// The network without a part, under a name of its own; unchanged where it has none.
    pub fn without(&self, part: Droppable) -> Self {
        let mut layers = self.layers.clone();
        drop_part(&mut layers, part);
        if layers == self.layers {
            return self.clone();
        }
        Self { name: format!("{}-no-{}", self.name, part.name()), layers, ..self.clone() }
    }

    /// The network with other averages of channels, under a name of its own; unchanged where it has none.
    pub fn with_gap(&self, gap: Gap) -> Self {
        if gap == self.gap || !self.averages() {
            return self.clone();
        }
        Self { name: format!("{}-gap-{gap}", self.name), gap, ..self.clone() }
    }

    /// Whether a layer reads averages of channels over the picture.
    pub fn averages(&self) -> bool {
        self.layers.iter().any(averages)
    }

    /// The network at another scale, under the name with the scale in it replaced: for a description that says with
    /// `scale` how many channels the tail has.
    pub fn at_scale(&self, scale: usize) -> Self {
        let name = self.name.replace(&format!("x{}", self.scale), &format!("x{scale}"));
        Self { name, scale, ..self.clone() }
    }

    /// Whether a number of channels is a product, so that the text describes the network at every scale.
    pub fn has_products(&self) -> bool {
        self.layers.iter().any(has_products) && self.layers.iter().all(|layer| !has_own_scale(layer))
    }

    /// The network with so many channels and so many repeats at most, of those that count from 0: others are referred to by
    /// their last index. Small enough to be run anywhere.
    pub fn reduced(&self, repeats: usize, channels: usize) -> Self {
        let mut reduced = Self { channels: self.channels.min(channels), ..self.clone() };
        reduce(&mut reduced.layers, repeats);
        reduced
    }
}

fn reduce(layers: &mut [Layer], repeats: usize) {
    for layer in layers {
        if let Layer::Repeat(repeat) = layer {
            repeat.times = if repeat.first == 0 { repeat.times.min(repeats) } else { repeat.times };
            reduce(&mut repeat.layers, repeats);
        }
    }
}

fn drop_part(layers: &mut Vec<Layer>, part: Droppable) {
    if part == Droppable::ChannelRescale {
        layers.retain(|layer| !matches!(layer, Layer::Attention(_)));
    }
    for layer in layers {
        match (layer, part) {
            (Layer::Repeat(repeat), _) => drop_part(&mut repeat.layers, part),
            (Layer::BinaryConv(stage), Droppable::SpatialRescale) => stage.factors.retain(|&f| f != Factor::Spatial),
            (Layer::BinaryConv(stage), Droppable::ChannelRescale) => stage.factors.retain(|&f| f != Factor::Channel),
            (Layer::BinaryConv(stage), Droppable::ChannelThreshold) if stage.threshold.is_trained() => {
                stage.threshold = Threshold::Zero;
            }
            _ => {}
        }
    }
}

fn averages(layer: &Layer) -> bool {
    match layer {
        Layer::BinaryConv(stage) => stage.factors.contains(&Factor::Channel) || stage.threshold == Threshold::Mean,
        Layer::Attention(_) => true,
        Layer::Repeat(repeat) => repeat.layers.iter().any(averages),
        _ => false,
    }
}

fn has_products(layer: &Layer) -> bool {
    match layer {
        Layer::Conv(Conv { out: Some(Size::Product(text)), .. }) => text.contains("scale") || text.contains("colours"),
        Layer::Repeat(repeat) => repeat.layers.iter().any(has_products),
        _ => false,
    }
}

/// Whether a pixel shuffle has a factor of its own, so that the scale is not free.
fn has_own_scale(layer: &Layer) -> bool {
    match layer {
        Layer::PixelShuffle(PixelShuffle { scale }) => scale.is_some(),
        Layer::Repeat(repeat) => repeat.layers.iter().any(has_own_scale),
        _ => false,
    }
}
