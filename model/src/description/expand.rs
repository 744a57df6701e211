//! A description with its repeats unfolded, its names resolved and its shapes checked.

use std::collections::BTreeMap;

use super::{
    Activation, BinaryConv, Conv, Description, DescriptionError, Layer, PlacedConv, PlacedLayer, PlacedSkip, Skip,
    names::{alternatives, resolve},
};

/// Most layers that a description may unfold to.
pub(super) const MAX_LAYERS: usize = 4096;

const MAX_CHANNELS: usize = 4096;
const MAX_KERNEL: usize = 15;

impl Description {
    /// Unfolds the repeats and checks everything that can be checked without weights.
    ///
    /// # Errors
    /// [`DescriptionError`] names the field or the layer that does not fit.
    pub fn expand(&self) -> Result<Vec<PlacedLayer>, DescriptionError> {
        self.check_fields()?;
        let mut unfolding = Unfolding {
            network: self,
            now: Extent { channels: self.colour.channels(), scale: 1 },
            outputs: BTreeMap::new(),
            extents: Vec::new(),
            placed: Vec::new(),
        };
        unfolding.layers(&self.layers, &mut Vec::new())?;
        unfolding.finish()
    }

    fn check_fields(&self) -> Result<(), DescriptionError> {
        let colours = self.colour.channels();
        let require = |ok: bool, field, found: String, expected: &str| {
            ok.then_some(()).ok_or_else(|| DescriptionError::Field { field, found, expected: expected.into() })
        };
        require(!self.name.is_empty(), "name", "empty".into(), "a name")?;
        require((1..=4).contains(&self.scale), "scale", self.scale.to_string(), "1 to 4")?;
        require((1..=MAX_CHANNELS).contains(&self.channels), "channels", self.channels.to_string(), "1 to 4096")?;
        require(
            self.mean.len() == colours && self.mean.iter().all(|m| (0.0..=255.0).contains(m)),
            "mean",
            format!("{:?}", self.mean),
            &format!("{colours} value(s) from 0 to 255"),
        )?;
        let divisor = self.divisor;
        require((1e-3..=1e3).contains(&divisor), "divisor", divisor.to_string(), "0.001 to 1000")?;
        require(self.bn_eps > 0.0 && self.bn_eps < 1.0, "bn-eps", self.bn_eps.to_string(), "between 0 and 1")
    }
}

pub(super) fn layer_error(layer: &str, found: impl Into<String>, expected: impl Into<String>) -> DescriptionError {
    DescriptionError::Layer { layer: layer.into(), found: found.into(), expected: expected.into() }
}

/// Extent of what flows: its channels, and its pixels a pixel of the LR picture along each axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) channels: usize,
    scale: usize,
}

pub(super) struct Unfolding<'a> {
    network: &'a Description,
    /// What the next layer reads.
    pub(super) now: Extent,
    /// Position of each named layer.
    outputs: BTreeMap<String, usize>,
    /// What each layer so far wrote.
    extents: Vec<Extent>,
    placed: Vec<PlacedLayer>,
}

impl Unfolding<'_> {
    fn layers(&mut self, layers: &[Layer], indices: &mut Vec<usize>) -> Result<(), DescriptionError> {
        for layer in layers {
            match layer {
                Layer::Conv(conv) => self.conv(conv, indices)?,
                Layer::BinaryConv(stage) => self.binary_conv(stage, indices)?,
                Layer::LongSkip(skip) => self.long_skip(&resolve(&skip.from, indices)?)?,
                Layer::PixelShuffle(shuffle) => self.pixel_shuffle(shuffle.scale.unwrap_or(self.network.scale))?,
                Layer::Repeat(repeat) => {
                    if repeat.times == 0 || repeat.layers.is_empty() {
                        return Err(layer_error("repeat", "repeats nothing", "at least one layer and one time"));
                    }
                    for index in 0..repeat.times {
                        indices.push(index);
                        self.layers(&repeat.layers, indices)?;
                        indices.pop();
                    }
                }
            }
        }
        Ok(())
    }

    /// The layers, if they end in pixels of the SR picture.
    fn finish(self) -> Result<Vec<PlacedLayer>, DescriptionError> {
        let ends = matches!(self.placed.last(), Some(PlacedLayer::PixelShuffle { .. } | PlacedLayer::Conv(_)));
        if !ends {
            return Err(layer_error("last", "is no end", "a `pixel-shuffle`, or a `conv` after one"));
        }
        let expected = Extent { channels: self.network.colour.channels(), scale: self.network.scale };
        if self.now != expected {
            let words = |e: Extent| format!("{} channel(s) at {} times the LR size", e.channels, e.scale);
            return Err(layer_error("last", format!("gives {}", words(self.now)), words(expected)));
        }
        Ok(self.placed)
    }

    pub(super) fn place(&mut self, layer: PlacedLayer) -> Result<(), DescriptionError> {
        if self.placed.len() == MAX_LAYERS {
            return Err(DescriptionError::TooManyLayers);
        }
        self.placed.push(layer);
        self.extents.push(self.now);
        Ok(())
    }

    pub(super) fn register(&mut self, name: &str) -> Result<(), DescriptionError> {
        if name.is_empty() {
            return Err(layer_error(name, "has an empty name", "a name"));
        }
        match self.outputs.insert(name.into(), self.placed.len()) {
            Some(_) => Err(DescriptionError::DuplicateName { name: name.into() }),
            None => Ok(()),
        }
    }

    fn conv(&mut self, conv: &Conv, indices: &[usize]) -> Result<(), DescriptionError> {
        let name = resolve(&conv.name, indices)?;
        let output = conv.out.unwrap_or(self.network.channels);
        check_kernel(&name, conv.kernel)?;
        check_channels(&name, output)?;
        check_activation(&name, conv.activation)?;
        let skip = self.skip(&name, &conv.skip, output, indices)?;
        if self.placed.is_empty() && skip != PlacedSkip::None {
            return Err(layer_error(&name, "is the first layer and has a skip", "no `skip`"));
        }
        self.register(&name)?;
        let input = std::mem::replace(&mut self.now.channels, output);
        let prelu = conv.activation == Some(Activation::Prelu);
        self.place(PlacedLayer::Conv(PlacedConv {
            input,
            output,
            kernel: conv.kernel,
            skip,
            activation: conv.activation,
            tensors: alternatives(&name, &conv.tensors, indices)?,
            norm: conv.norm.iter().map(|pattern| resolve(pattern, indices)).collect::<Result<_, _>>()?,
            slope: if prelu { alternatives(&name, &conv.slope, indices)? } else { Vec::new() },
            name,
        }))
    }

    fn binary_conv(&mut self, stage: &BinaryConv, indices: &[usize]) -> Result<(), DescriptionError> {
        let name = resolve(&stage.name, indices)?;
        let output = stage.out.unwrap_or(self.now.channels);
        check_kernel(&name, stage.kernel)?;
        check_channels(&name, output)?;
        if self.placed.is_empty() {
            return Err(layer_error(&name, "is the first layer", "a full-precision `conv` before it"));
        }
        check_activation(&name, stage.branch)?;
        check_activation(&name, stage.activation)?;
        let skip = self.skip(&name, &stage.skip, output, indices)?;
        self.register(&name)?;
        let placed = stage.place(name, (self.now.channels, output), skip, indices)?;
        self.now.channels = output;
        self.place(PlacedLayer::BinaryConv(placed))
    }

    /// The skip of a convolution with so many outputs, with its source found.
    fn skip(&self, name: &str, skip: &Skip, output: usize, indices: &[usize]) -> Result<PlacedSkip, DescriptionError> {
        let input = self.now.channels;
        let (source, found) = match skip {
            Skip::None => return Ok(PlacedSkip::None),
            Skip::Identity if input == output => return Ok(PlacedSkip::Identity),
            Skip::Repeat if output.is_multiple_of(input) => return Ok(PlacedSkip::Repeat),
            Skip::Identity | Skip::Repeat => {
                let found = format!("adds {input} channels to {output}");
                return Err(layer_error(name, found, "a skip with as many channels, or `skip = \"none\"`"));
            }
            Skip::From(source) => (self.position(name, &resolve(source, indices)?)?, "adds the output"),
            Skip::InputOf(reader) => {
                let reader = resolve(reader, indices)?;
                let before = self.position(name, &reader)?.checked_sub(1);
                let before = before.filter(|&at| !matches!(self.placed[at], PlacedLayer::LongSkip { .. }));
                let none = || layer_error(name, format!("adds the input of `{reader}`"), "one that reads the stream");
                (before.ok_or_else(none)?, "adds the input")
            }
        };
        if self.extents[source] != (Extent { channels: output, ..self.now }) {
            let found = format!("{found} of a layer with {} channels", self.extents[source].channels);
            return Err(layer_error(name, found, format!("{output} channels of the same size")));
        }
        Ok(PlacedSkip::From(source))
    }

    fn position(&self, layer: &str, from: &str) -> Result<usize, DescriptionError> {
        let known = || self.outputs.keys().map(|name| format!("`{name}`")).take(4).collect::<Vec<_>>().join(", ");
        let missing = || layer_error(layer, format!("comes from `{from}`"), format!("an earlier layer ({})", known()));
        self.outputs.get(from).copied().ok_or_else(missing)
    }

    fn long_skip(&mut self, from: &str) -> Result<(), DescriptionError> {
        let position = self.position("long-skip", from)?;
        if self.extents[position] != self.now {
            let found = format!("adds {} channels of `{from}`", self.extents[position].channels);
            return Err(layer_error("long-skip", found, format!("{} channels of one size", self.now.channels)));
        }
        self.place(PlacedLayer::LongSkip { from: position })
    }

    fn pixel_shuffle(&mut self, scale: usize) -> Result<(), DescriptionError> {
        let total = self.now.scale * scale;
        if scale == 0 || total > self.network.scale {
            let found = format!("makes the picture {total} times as large");
            return Err(layer_error("pixel-shuffle", found, format!("{} in all", self.network.scale)));
        }
        if !self.now.channels.is_multiple_of(scale * scale) {
            let found = format!("reads {} channels", self.now.channels);
            return Err(layer_error("pixel-shuffle", found, format!("a multiple of {}", scale * scale)));
        }
        self.now = Extent { channels: self.now.channels / (scale * scale), scale: total };
        self.place(PlacedLayer::PixelShuffle { scale })
    }
}

fn check_kernel(layer: &str, kernel: usize) -> Result<(), DescriptionError> {
    if kernel % 2 == 1 && kernel <= MAX_KERNEL {
        return Ok(());
    }
    Err(layer_error(layer, format!("has kernel {kernel}"), format!("an odd kernel up to {MAX_KERNEL}")))
}

fn check_channels(layer: &str, channels: usize) -> Result<(), DescriptionError> {
    if (1..=MAX_CHANNELS).contains(&channels) {
        return Ok(());
    }
    Err(layer_error(layer, format!("has {channels} output channels"), format!("1 to {MAX_CHANNELS}")))
}

fn check_activation(layer: &str, activation: Option<Activation>) -> Result<(), DescriptionError> {
    match activation {
        Some(Activation::LeakyRelu(slope)) if !(0.0..=1.0).contains(&slope) => {
            Err(layer_error(layer, format!("has slope {slope}"), "0 to 1"))
        }
        _ => Ok(()),
    }
}
