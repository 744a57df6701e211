//! What makes an integer network one that can run: shapes that fit, values in their ranges, no sum that wraps.

use std::collections::BTreeSet;

use super::{BinaryConv, Conv, IntegerNetwork, Layer};

/// A rule of the integer network that is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what} is {found}, expected {expected}")]
pub struct InvalidNetwork {
    /// Name of the layer, or the part of the network.
    pub place: String,
    /// Which of its properties.
    pub what: &'static str,
    /// Its value.
    pub found: String,
    /// What it may be.
    pub expected: String,
}

type Checked = Result<(), InvalidNetwork>;

fn require(ok: bool, place: &str, what: &'static str, found: impl ToString, expected: impl ToString) -> Checked {
    let refuse =
        || InvalidNetwork { place: place.into(), what, found: found.to_string(), expected: expected.to_string() };
    if ok { Ok(()) } else { Err(refuse()) }
}

impl IntegerNetwork {
    /// Checks every range and shape of the network, and that no accumulator of a full-precision convolution wraps:
    /// `sum|w| * max|x| + |add| + half < 2^31`.
    ///
    /// # Errors
    /// [`InvalidNetwork`] names the first rule that is broken.
    pub fn validate(&self) -> Checked {
        self.validate_formats()?;
        let mut names = BTreeSet::new();
        for name in self.layers.iter().filter_map(Layer::name) {
            require(!name.is_empty() && names.insert(name), name, "name", format!("`{name}`"), "one of its own")?;
        }
        let mut flow = Flow { network: self, channels: self.input.mean.len(), head_channels: None, doubled: false };
        self.layers.iter().try_for_each(|layer| flow.pass(layer))
    }

    fn validate_formats(&self) -> Checked {
        let (formats, input) = (self.formats, &self.input);
        require((4..=24).contains(&formats.stream_bits), "formats", "stream_bits", formats.stream_bits, "4 to 24")?;
        let bits = formats.stream_bits;
        require(
            formats.fraction_bits < bits,
            "formats",
            "fraction_bits",
            formats.fraction_bits,
            "fewer than stream_bits",
        )?;
        require(input.pixel_shift <= 7, "input", "pixel_shift", input.pixel_shift, "0 to 7")?;
        require((1..=4).contains(&input.mean.len()), "input", "number of means", input.mean.len(), "1 to 4")?;
        let white = 255 << input.pixel_shift;
        let outside = input.mean.iter().find(|mean| !(0..=white).contains(*mean));
        require(outside.is_none(), "input", "mean", format!("{outside:?}"), format!("0 to {white}"))
    }

    /// Largest magnitude of a head's input.
    pub fn input_peak(&self) -> i64 {
        let white = 255_i64 << self.input.pixel_shift.min(7);
        let peak = |&mean: &i32| i64::from(mean).max(white - i64::from(mean)).max(0);
        self.input.mean.iter().map(peak).max().unwrap_or(0)
    }
}

/// What flows between the layers.
struct Flow<'a> {
    network: &'a IntegerNetwork,
    channels: usize,
    head_channels: Option<usize>,
    /// Whether a long skip made the values one bit wider.
    doubled: bool,
}

impl Flow<'_> {
    fn pass(&mut self, layer: &Layer) -> Checked {
        match layer {
            Layer::Head(conv) => {
                require(self.head_channels.is_none(), &conv.name, "position", "after a head", "the first layer")?;
                validate_conv(conv, self.channels, self.network.input_peak())?;
                self.channels = conv.weight.dim().0;
                self.head_channels = Some(self.channels);
                Ok(())
            }
            Layer::BinaryConv(stage) => {
                self.after_head(&stage.name)?;
                require(!self.doubled, &stage.name, "position", "after a long skip", "before it")?;
                self.validate_stage(stage)
            }
            Layer::LongSkip => {
                self.after_head("long skip")?;
                require(!self.doubled, "long skip", "number", "more than 1", "1")?;
                self.doubled = true;
                Ok(())
            }
            Layer::Tail(conv) => {
                self.after_head(&conv.name)?;
                let peak = -i64::from(self.network.formats.min()) << u32::from(self.doubled);
                validate_conv(conv, self.channels, peak)?;
                self.channels = conv.weight.dim().0;
                Ok(())
            }
            Layer::PixelShuffle { scale } => {
                require((1..=4).contains(scale), "pixel shuffle", "scale", scale, "1 to 4")?;
                let expected = scale * scale * self.network.input.mean.len();
                require(self.channels == expected, "pixel shuffle", "number of input channels", self.channels, expected)
            }
        }
    }

    fn after_head(&self, place: &str) -> Checked {
        require(self.head_channels.is_some(), place, "position", "before the head", "after it")
    }

    fn validate_stage(&self, stage: &BinaryConv) -> Checked {
        let (name, formats) = (&stage.name, self.network.formats);
        let (out, input) = (stage.weight.out_channels(), stage.weight.in_channels());
        require(input == self.channels, name, "number of input channels", input, self.channels)?;
        require(out == self.channels, name, "number of output channels", out, self.channels)?;
        validate_kernel(name, stage.weight.kernel())?;
        validate_shift(name, stage.shift)?;
        for (what, len) in [("thresholds", stage.threshold.len()), ("mul", stage.mul.len()), ("add", stage.add.len())] {
            require(len == out, name, "number of a channel's parameters", format!("{len} {what}"), out)?;
        }
        let range = formats.min()..=-formats.min();
        let outside = stage.threshold.iter().find(|t| !range.contains(t)).copied().unwrap_or(0);
        require(range.contains(&outside), name, "threshold", outside, format!("{range:?}"))?;
        if let Some(activation) = stage.activation {
            require(activation.shift <= 31, name, "activation shift", activation.shift, "0 to 31")?;
            require(activation.slope.unsigned_abs() < 1 << 16, name, "activation slope", activation.slope, "16 bits")?;
        }
        Ok(())
    }
}

fn validate_conv(conv: &Conv, channels: usize, peak: i64) -> Checked {
    let (out, input, kernel, width) = conv.weight.dim();
    require(input == channels, &conv.name, "number of input channels", input, channels)?;
    require(out > 0 && conv.add.len() == out, &conv.name, "number of add", conv.add.len(), out.max(1))?;
    require(kernel == width, &conv.name, "width of the kernel", width, kernel)?;
    validate_kernel(&conv.name, kernel)?;
    validate_shift(&conv.name, conv.shift)?;
    let wide = conv.weight.iter().find(|&&w| i16::try_from(w).is_err()).copied().unwrap_or(0);
    require(i16::try_from(wide).is_ok(), &conv.name, "weight", wide, "16 bits, signed")?;
    let largest = conv.largest_sum(peak);
    require(largest < 1 << 31, &conv.name, "largest sum", largest, "less than 2^31")
}

fn validate_kernel(name: &str, kernel: usize) -> Checked {
    require(kernel % 2 == 1 && kernel <= 15, name, "kernel", kernel, "odd, up to 15")
}

fn validate_shift(name: &str, shift: u32) -> Checked {
    require((1..=31).contains(&shift), name, "shift", shift, "1 to 31")
}

impl Conv {
    /// `sum|w| * peak + |add| + half`, the largest of any output channel: what its accumulator must hold.
    pub fn largest_sum(&self, peak: i64) -> i64 {
        let half = 1 << self.shift.clamp(1, 31) >> 1;
        let sums = self.weight.outer_iter().zip(&self.add).map(|(weight, &add)| {
            let weights: i64 = weight.iter().map(|&w| i64::from(w).abs()).sum();
            weights.saturating_mul(peak).saturating_add(i64::from(add).abs() + half)
        });
        sums.max().unwrap_or(0)
    }
}

impl Layer {
    /// Name of the layer, where its kind has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Layer::Head(conv) | Layer::Tail(conv) => Some(&conv.name),
            Layer::BinaryConv(stage) => Some(&stage.name),
            Layer::LongSkip | Layer::PixelShuffle { .. } => None,
        }
    }
}
