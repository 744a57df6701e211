//! A description with its repeats unfolded, its names resolved and its shapes checked.

use std::collections::BTreeMap;

use super::{
    Activation, Affine, BinaryConv, BinaryTensors, Conv, Description, DescriptionError, Layer, Skip, Threshold,
};

/// Most layers that a description may unfold to.
pub(super) const MAX_LAYERS: usize = 4096;

const MAX_CHANNELS: usize = 4096;
const MAX_KERNEL: usize = 15;

/// One layer of an unfolded description, with its shape.
#[derive(Clone, Debug, PartialEq)]
pub enum PlacedLayer {
    /// Full-precision convolution.
    Conv(PlacedConv),
    /// Binary convolution stage.
    BinaryConv(PlacedBinaryConv),
    /// Adds the output of layer number `from`.
    LongSkip {
        /// Position of that layer.
        from: usize,
    },
    /// Channels to pixels.
    PixelShuffle,
}

/// A full-precision convolution in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedConv {
    /// Name, without placeholders.
    pub name: String,
    /// Input channels.
    pub input: usize,
    /// Output channels.
    pub output: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Alternatives for the prefix of its tensors.
    pub tensors: Vec<String>,
}

/// A binary convolution stage in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedBinaryConv {
    /// Name, without placeholders.
    pub name: String,
    /// Input and output channels: the skip is the identity.
    pub channels: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// What the input is compared with.
    pub threshold: Threshold,
    /// What scales the dot product.
    pub affine: Affine,
    /// What is added.
    pub skip: Skip,
    /// Applied after the skip.
    pub activation: Option<Activation>,
    /// Alternatives for the names of its tensors.
    pub tensors: BinaryTensors,
}

impl Description {
    /// Unfolds the repeats and checks everything that can be checked without weights.
    ///
    /// # Errors
    /// [`DescriptionError`] names the field or the layer that does not fit.
    pub fn expand(&self) -> Result<Vec<PlacedLayer>, DescriptionError> {
        self.check_fields()?;
        let mut unfolding =
            Unfolding { network: self, channels: self.colour.channels(), outputs: BTreeMap::new(), placed: Vec::new() };
        unfolding.layers(&self.layers, &mut Vec::new())?;
        if !matches!(unfolding.placed.last(), Some(PlacedLayer::PixelShuffle)) {
            return Err(layer_error("last", "is not a pixel shuffle", "the network to end with a `pixel-shuffle`"));
        }
        Ok(unfolding.placed)
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
        require(self.bn_eps > 0.0 && self.bn_eps < 1.0, "bn-eps", self.bn_eps.to_string(), "between 0 and 1")
    }
}

fn layer_error(layer: &str, found: impl Into<String>, expected: impl Into<String>) -> DescriptionError {
    DescriptionError::Layer { layer: layer.into(), found: found.into(), expected: expected.into() }
}

struct Unfolding<'a> {
    network: &'a Description,
    /// Channels that the next layer reads.
    channels: usize,
    /// Position and channels of each named layer.
    outputs: BTreeMap<String, (usize, usize)>,
    placed: Vec<PlacedLayer>,
}

impl Unfolding<'_> {
    fn layers(&mut self, layers: &[Layer], indices: &mut Vec<usize>) -> Result<(), DescriptionError> {
        for layer in layers {
            match layer {
                Layer::Conv(conv) => self.conv(conv, indices)?,
                Layer::BinaryConv(stage) => self.binary_conv(stage, indices)?,
                Layer::LongSkip(skip) => self.long_skip(&resolve(&skip.from, indices)?)?,
                Layer::PixelShuffle(_) => self.pixel_shuffle()?,
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

    fn place(&mut self, layer: PlacedLayer) -> Result<(), DescriptionError> {
        if matches!(self.placed.last(), Some(PlacedLayer::PixelShuffle)) {
            return Err(layer_error("pixel-shuffle", "is followed by another layer", "it to be the last"));
        }
        if self.placed.len() == MAX_LAYERS {
            return Err(DescriptionError::TooManyLayers);
        }
        self.placed.push(layer);
        Ok(())
    }

    fn register(&mut self, name: &str, channels: usize) -> Result<(), DescriptionError> {
        if name.is_empty() {
            return Err(layer_error(name, "has an empty name", "a name"));
        }
        match self.outputs.insert(name.into(), (self.placed.len(), channels)) {
            Some(_) => Err(DescriptionError::DuplicateName { name: name.into() }),
            None => Ok(()),
        }
    }

    fn conv(&mut self, conv: &Conv, indices: &[usize]) -> Result<(), DescriptionError> {
        let name = resolve(&conv.name, indices)?;
        let output = conv.out.unwrap_or(self.network.channels);
        check_kernel(&name, conv.kernel)?;
        if !(1..=MAX_CHANNELS).contains(&output) {
            return Err(layer_error(&name, format!("has {output} output channels"), "1 to 4096"));
        }
        let tensors = alternatives(&name, &conv.tensors, indices)?;
        self.register(&name, output)?;
        let input = std::mem::replace(&mut self.channels, output);
        self.place(PlacedLayer::Conv(PlacedConv { name, input, output, kernel: conv.kernel, tensors }))
    }

    fn binary_conv(&mut self, stage: &BinaryConv, indices: &[usize]) -> Result<(), DescriptionError> {
        let name = resolve(&stage.name, indices)?;
        check_kernel(&name, stage.kernel)?;
        if self.placed.is_empty() {
            return Err(layer_error(&name, "is the first layer", "a full-precision `conv` before it"));
        }
        if let Some(Activation::LeakyRelu(slope)) = stage.activation
            && !(0.0..=1.0).contains(&slope)
        {
            return Err(layer_error(&name, format!("has slope {slope}"), "0 to 1"));
        }
        let tensors = BinaryTensors {
            conv: alternatives(&name, &stage.tensors.conv, indices)?,
            norm: alternatives(&name, &stage.tensors.norm, indices)?,
            threshold: match stage.threshold {
                Threshold::Zero => Vec::new(),
                Threshold::Channel => alternatives(&name, &stage.tensors.threshold, indices)?,
            },
        };
        self.register(&name, self.channels)?;
        self.place(PlacedLayer::BinaryConv(PlacedBinaryConv {
            name,
            channels: self.channels,
            kernel: stage.kernel,
            threshold: stage.threshold,
            affine: stage.affine,
            skip: stage.skip,
            activation: stage.activation,
            tensors,
        }))
    }

    fn long_skip(&mut self, from: &str) -> Result<(), DescriptionError> {
        let known = || self.outputs.keys().map(|name| format!("`{name}`")).take(4).collect::<Vec<_>>().join(", ");
        let Some(&(position, channels)) = self.outputs.get(from) else {
            return Err(layer_error(
                "long-skip",
                format!("comes from `{from}`"),
                format!("an earlier layer ({})", known()),
            ));
        };
        if channels != self.channels {
            let found = format!("adds {channels} channels of `{from}`");
            return Err(layer_error("long-skip", found, format!("{} channels", self.channels)));
        }
        self.place(PlacedLayer::LongSkip { from: position })
    }

    fn pixel_shuffle(&mut self) -> Result<(), DescriptionError> {
        let expected = self.network.colour.channels() * self.network.scale.pow(2);
        if self.channels != expected {
            let found = format!("reads {} channels", self.channels);
            return Err(layer_error("pixel-shuffle", found, format!("{expected} (colours * scale^2)")));
        }
        self.channels = self.network.colour.channels();
        self.place(PlacedLayer::PixelShuffle)
    }
}

fn check_kernel(layer: &str, kernel: usize) -> Result<(), DescriptionError> {
    if kernel % 2 == 1 && kernel <= MAX_KERNEL {
        return Ok(());
    }
    Err(layer_error(layer, format!("has kernel {kernel}"), format!("an odd kernel up to {MAX_KERNEL}")))
}

/// Replaces each `{}` by the index of a repeat, outermost first.
fn resolve(pattern: &str, indices: &[usize]) -> Result<String, DescriptionError> {
    let places = pattern.matches("{}").count();
    if places > indices.len() {
        let found = format!("has {places} placeholder(s) inside {} repeat(s)", indices.len());
        return Err(layer_error(pattern, found, "at most one `{}` a repeat around it"));
    }
    Ok(indices.iter().fold(pattern.to_owned(), |name, index| name.replacen("{}", &index.to_string(), 1)))
}

fn alternatives(layer: &str, patterns: &[String], indices: &[usize]) -> Result<Vec<String>, DescriptionError> {
    if patterns.is_empty() {
        return Err(layer_error(layer, "names no tensors", "at least one pattern"));
    }
    patterns.iter().map(|pattern| resolve(pattern, indices)).collect()
}
