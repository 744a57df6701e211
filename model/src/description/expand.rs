//! A description with its repeats unfolded, its names resolved and its shapes checked.

use std::collections::BTreeMap;

use super::{
    Activation, Attention, AttentionTensors, BinaryConv, Concat, Conv, Description, DescriptionError, Layer, Part,
    PlacedAttention, PlacedConv, PlacedLayer, PlacedSkip, Size,
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
            now: Extent {
                channels: self.colour.channels(),
                scale: if self.enlarge.is_some() { self.scale } else { 1 },
            },
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
    pub(super) scale: usize,
}

pub(super) struct Unfolding<'a> {
    pub(super) network: &'a Description,
    /// What the next layer reads.
    pub(super) now: Extent,
    /// Position of each named layer.
    outputs: BTreeMap<String, usize>,
    /// What each layer so far wrote.
    pub(super) extents: Vec<Extent>,
    pub(super) placed: Vec<PlacedLayer>,
}

impl Unfolding<'_> {
    fn layers(&mut self, layers: &[Layer], indices: &mut Vec<usize>) -> Result<(), DescriptionError> {
        for layer in layers {
            match layer {
                Layer::Conv(conv) => self.conv(conv, indices)?,
                Layer::BinaryConv(stage) => self.binary_conv(stage, indices)?,
                Layer::LongSkip(skip) => self.long_skip(&resolve(&skip.from, indices)?)?,
                Layer::Concat(concat) => self.concat(concat, indices)?,
                Layer::Attention(attention) => self.attention(attention, indices)?,
                Layer::PixelShuffle(shuffle) => self.pixel_shuffle(shuffle.scale.unwrap_or(self.network.scale))?,
                Layer::Repeat(repeat) => {
                    if repeat.times == 0 || repeat.layers.is_empty() {
                        return Err(layer_error("repeat", "repeats nothing", "at least one layer and one time"));
                    }
                    for index in repeat.first..repeat.first.saturating_add(repeat.times) {
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
        let enlarged = |layer: &PlacedLayer| matches!(layer, PlacedLayer::Conv(conv) if matches!(conv.skip, PlacedSkip::Enlarged(_)));
        if let Some(PlacedLayer::Conv(conv)) = self.placed[..self.placed.len() - 1].iter().find(|layer| enlarged(layer))
        {
            return Err(layer_error(&conv.name, "adds the enlarged picture", "that of the last layer alone"));
        }
        Ok(self.placed)
    }

    /// A number of output channels, `default` where it is absent.
    fn size(&self, layer: &str, size: Option<&Size>, default: usize) -> Result<usize, DescriptionError> {
        let Some(size) = size else { return Ok(default) };
        let unknown = || {
            let expected = "a product of numbers, `channels`, `colours` and `scale`";
            layer_error(layer, format!("has {size:?} output channels"), expected)
        };
        size.of(self.network).ok_or_else(unknown)
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
        let output = self.size(&name, conv.out.as_ref(), self.network.channels)?;
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
        let output = self.size(&name, stage.out.as_ref(), self.now.channels)?;
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

    pub(super) fn position(&self, layer: &str, from: &str) -> Result<usize, DescriptionError> {
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

    fn concat(&mut self, concat: &Concat, indices: &[usize]) -> Result<(), DescriptionError> {
        let mut parts = Vec::new();
        for part in &concat.parts {
            match part {
                Part::From(name) if name.contains('*') => parts.extend(self.matching(&resolve(name, indices)?)?),
                Part::From(name) => parts.push(self.position("concat", &resolve(name, indices)?)?),
                Part::InputOf(name) => parts.push(self.input_of("concat", &resolve(name, indices)?)?),
            }
        }
        let extents = || parts.iter().map(|&at| self.extents[at]);
        let Some(first) = extents().next() else {
            return Err(layer_error("concat", "has no parts", "at least one"));
        };
        if extents().any(|extent| extent.scale != first.scale) {
            return Err(layer_error("concat", "has parts of several sizes", "parts of one size"));
        }
        let channels = extents().map(|extent| extent.channels).sum();
        check_channels("concat", channels)?;
        if let Some(name) = &concat.name {
            self.register(&resolve(name, indices)?)?;
        }
        self.now = Extent { channels, ..first };
        self.place(PlacedLayer::Concat { parts })
    }

    /// Positions of the layers whose names are `pattern` with an index in place of its `*`.
    fn matching(&self, pattern: &str) -> Result<Vec<usize>, DescriptionError> {
        let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
        let index = |name: &str| {
            let middle = name.strip_prefix(start)?.strip_suffix(end)?;
            middle.parse::<usize>().ok()
        };
        let mut found: Vec<_> = self.outputs.iter().filter_map(|(name, &at)| Some((index(name)?, at))).collect();
        found.sort_unstable();
        if found.is_empty() {
            return Err(layer_error("concat", format!("comes from `{pattern}`"), "earlier layers of that name"));
        }
        Ok(found.into_iter().map(|(_, at)| at).collect())
    }

    fn attention(&mut self, attention: &Attention, indices: &[usize]) -> Result<(), DescriptionError> {
        let name = resolve(&attention.name, indices)?;
        if self.placed.is_empty() {
            return Err(layer_error(&name, "is the first layer", "a full-precision `conv` before it"));
        }
        let hidden = self.size(&name, Some(&attention.hidden), 0)?;
        check_channels(&name, hidden)?;
        check_activation(&name, attention.activation)?;
        let channels = self.now.channels;
        let skip = self.skip(&name, &attention.skip, channels, indices)?;
        self.register(&name)?;
        let given = &attention.tensors;
        let prelu = attention.activation == Some(Activation::Prelu);
        let tensors = AttentionTensors {
            reduce: alternatives(&name, &given.reduce, indices)?,
            expand: alternatives(&name, &given.expand, indices)?,
            slope: if prelu { alternatives(&name, &given.slope, indices)? } else { Vec::new() },
        };
        let activation = attention.activation;
        self.place(PlacedLayer::Attention(PlacedAttention { name, channels, hidden, activation, skip, tensors }))
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
