//! What flows between the layers, and the order in which they may stand.

use super::{
    Checked,
    conv::validate_conv,
    join::{validate_attention, validate_enlarge, validate_picture_tail},
    require,
    stage::validate_stage,
};
use crate::integer::{IntegerNetwork, Layer, Skip};

/// Extent of a map of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) channels: usize,
    /// Pixels of it a pixel of the LR picture, along each axis.
    pub(super) scale: usize,
}

/// Most channels of a concatenation.
const MAX_CHANNELS: usize = 4096;

/// Most terms of a sum.
const MAX_TERMS: usize = 8;

pub(super) struct Flow<'a> {
    pub(super) network: &'a IntegerNetwork,
    /// What the next layer reads.
    pub(super) now: Shape,
    /// What each layer so far wrote, where it is the stream in `b` bits.
    written: Vec<Option<Shape>>,
    head: Option<Shape>,
    /// Whether a long skip made the values one bit wider.
    doubled: bool,
    after_tail: bool,
}

impl<'a> Flow<'a> {
    pub(super) fn new(network: &'a IntegerNetwork) -> Self {
        let scale = network.input.enlarge.as_ref().map_or(1, |enlarge| enlarge.scale);
        let now = Shape { channels: network.input.mean.len(), scale };
        Self { network, now, written: Vec::new(), head: None, doubled: false, after_tail: false }
    }

    pub(super) fn pass(&mut self, layer: &Layer) -> Checked {
        match layer {
            Layer::Head(conv) => {
                require(self.head.is_none(), &conv.name, "position", "after a head", "the first layer")?;
                if let Some(enlarge) = &self.network.input.enlarge {
                    validate_enlarge("input", enlarge)?;
                }
                validate_conv(conv, self.now.channels, self.network.input_peak())?;
                self.now.channels = conv.weight.dim().0;
                self.head = Some(self.now);
            }
            Layer::BinaryConv(stage) => {
                self.in_stream(&stage.name)?;
                require(!self.doubled, &stage.name, "position", "after a long skip", "before it")?;
                validate_stage(self, stage)?;
                self.now.channels = stage.weight.out_channels();
            }
            Layer::Conv(stream) => {
                let conv = &stream.conv;
                self.in_stream(&conv.name)?;
                validate_conv(conv, self.now.channels, self.peak())?;
                let plain = !self.doubled || !reads_own_input(&stream.skip);
                require(plain, &conv.name, "skip", "of the sum of a long skip", "of the stream")?;
                self.skip(&conv.name, &stream.skip, conv.weight.dim().0)?;
                self.now.channels = conv.weight.dim().0;
                self.doubled = false;
            }
            Layer::LongSkip => self.long_skip()?,
            Layer::Concat { parts } => self.concat(parts)?,
            Layer::Attention(attention) => {
                self.in_stream(&attention.name)?;
                require(!self.doubled, &attention.name, "position", "after a long skip", "before it")?;
                validate_attention(self, attention)?;
            }
            Layer::PictureTail(tail) => {
                self.in_stream(&tail.conv.name)?;
                validate_conv(&tail.conv, self.now.channels, self.peak())?;
                validate_picture_tail(self, tail)?;
                self.now.channels = tail.conv.weight.dim().0;
                (self.doubled, self.after_tail) = (false, true);
            }
            Layer::Tail(conv) => {
                self.in_stream(&conv.name)?;
                require(conv.activation.is_none(), &conv.name, "activation", "there", "none in a tail")?;
                validate_conv(conv, self.now.channels, self.peak())?;
                self.now.channels = conv.weight.dim().0;
                (self.doubled, self.after_tail) = (false, true);
            }
            Layer::PixelShuffle { scale } => self.pixel_shuffle(*scale)?,
        }
        let stream = !self.doubled && !self.after_tail;
        self.written.push(stream.then_some(self.now));
        Ok(())
    }

    /// Largest magnitude that the next layer reads.
    pub(super) fn peak(&self) -> i64 {
        -i64::from(self.network.formats.min()) << u32::from(self.doubled)
    }

    fn in_stream(&self, place: &str) -> Checked {
        require(self.head.is_some(), place, "position", "before the head", "after it")?;
        require(!self.after_tail, place, "position", "after the tail", "before it")
    }

    fn long_skip(&mut self) -> Checked {
        self.in_stream("long skip")?;
        require(!self.doubled, "long skip", "number", "more than 1", "1")?;
        let same = self.head == Some(self.now);
        require(same, "long skip", "stream", format!("{:?}", self.now), format!("{:?}", self.head))?;
        self.doubled = true;
        Ok(())
    }

    fn concat(&mut self, parts: &[usize]) -> Checked {
        let place = "concatenation";
        self.in_stream(place)?;
        require(!self.doubled, place, "position", "after a long skip", "before it")?;
        let shapes: Option<Vec<Shape>> = parts.iter().map(|&at| self.written.get(at).copied().flatten()).collect();
        let shapes = shapes.filter(|shapes| shapes.windows(2).all(|pair| pair[0].scale == pair[1].scale));
        let total = shapes.as_deref().unwrap_or_default().iter().map(|shape| shape.channels).sum();
        let fits = (1..=MAX_CHANNELS).contains(&total);
        require(
            fits,
            place,
            "parts",
            format!("{parts:?}"),
            format!("outputs of one size, {MAX_CHANNELS} channels at most"),
        )?;
        let scale = shapes.as_deref().and_then(<[Shape]>::first).map_or(self.now.scale, |shape| shape.scale);
        self.now = Shape { channels: total, scale };
        Ok(())
    }

    fn pixel_shuffle(&mut self, scale: usize) -> Checked {
        let place = "pixel shuffle";
        require((1..=4).contains(&scale), place, "scale", scale, "1 to 4")?;
        require(self.head.is_some(), place, "position", "before the head", "after it")?;
        require(!self.doubled, place, "position", "after a long skip", "before it")?;
        let (channels, area) = (self.now.channels, scale * scale);
        require(channels.is_multiple_of(area), place, "number of input channels", channels, format!("{area} * n"))?;
        if self.after_tail {
            let expected = area * self.network.input.mean.len();
            require(channels == expected, place, "number of input channels", channels, expected)?;
        }
        let total = self.now.scale.saturating_mul(scale);
        require(total <= 16, place, "scale of the whole network", total, "up to 16")?;
        self.now = Shape { channels: channels / area, scale: total };
        Ok(())
    }

    /// Checks that there is something of the right shape to add to `outputs` channels.
    pub(super) fn skip(&self, place: &str, skip: &Skip, outputs: usize) -> Checked {
        let (what, channels) = ("number of output channels", self.now.channels);
        match skip {
            Skip::None => Ok(()),
            Skip::Identity => require(outputs == channels, place, what, outputs, channels),
            Skip::Repeat => require(outputs.is_multiple_of(channels), place, what, outputs, format!("{channels} * n")),
            Skip::Sum(terms) => {
                let simple = |term: &Skip| !matches!(term, Skip::None | Skip::Sum(_));
                let fits = (2..=MAX_TERMS).contains(&terms.len()) && terms.iter().all(simple);
                require(fits, place, "skip", format!("{skip:?}"), format!("a sum of 2 to {MAX_TERMS} terms"))?;
                terms.iter().try_for_each(|term| self.skip(place, term, outputs))
            }
            &Skip::From(position) => {
                let source = self.written.get(position).copied().flatten();
                let expected = Shape { channels: outputs, ..self.now };
                let found = format!("layer {position}, {source:?}");
                require(source == Some(expected), place, "source of the skip", found, format!("{expected:?}"))
            }
        }
    }
}

fn reads_own_input(skip: &Skip) -> bool {
    match skip {
        Skip::Identity | Skip::Repeat => true,
        Skip::None | Skip::From(_) => false,
        Skip::Sum(terms) => terms.iter().any(reads_own_input),
    }
}
