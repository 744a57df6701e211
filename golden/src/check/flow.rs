//! What flows between the layers, and where each may stand.

use bsr_model::integer::{Conv, IntegerNetwork, Layer, Skip};

use super::{
    NetworkError,
    conv::check_conv,
    in_range,
    join::{check_attention, check_enlarge, check_picture_tail},
    stage::check_stage,
};

/// Most terms of a skip, and channels of a concatenation: their sums stay within 32 bits.
const MOST_TERMS: i64 = 8;
const MOST_CHANNELS: i64 = 4096;

/// Extent of a map: its channels, and its pixels a pixel of the LR picture along each axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    channels: usize,
    pub(super) scale: usize,
}

/// What the next layer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    Pixels,
    Stream,
    /// The sum of a long skip, one bit wider than the stream.
    Sum,
    /// What the tail wrote.
    Picture,
    /// The same, shuffled.
    Shuffled,
}

pub(super) struct Flow<'a> {
    pub(super) network: &'a IntegerNetwork,
    now: Now,
    pub(super) extent: Extent,
    /// What each layer so far wrote, where it is the stream.
    written: Vec<Option<Extent>>,
    /// Name of the last convolution.
    conv: &'a str,
}

impl<'a> Flow<'a> {
    pub(super) fn new(network: &'a IntegerNetwork) -> Self {
        let scale = network.input.enlarge.as_ref().map_or(1, |enlarge| enlarge.scale);
        let extent = Extent { channels: network.input.mean.len(), scale };
        Self { network, now: Now::Pixels, extent, written: Vec::new(), conv: "" }
    }

    /// Channels that the next layer reads.
    pub(super) fn channels(&self) -> usize {
        self.extent.channels
    }

    pub(super) fn pass(&mut self, layer: &'a Layer) -> Result<(), NetworkError> {
        self.conv = layer.name().unwrap_or(self.conv);
        match (self.now, layer) {
            (Now::Pixels, Layer::Head(conv)) => {
                self.network.input.enlarge.as_ref().map_or(Ok(()), |enlarge| check_enlarge("input", enlarge))?;
                check_conv(conv, &self.largest_pixels(), true)?;
                self.write(Now::Stream, conv);
            }
            (Now::Stream, Layer::BinaryConv(stage)) => {
                check_stage(self, stage)?;
                self.check_skip(&stage.name, &stage.skip, stage.weight.out_channels())?;
                self.extent.channels = stage.weight.out_channels();
            }
            (Now::Stream | Now::Sum, Layer::Conv(stream)) => {
                check_conv(&stream.conv, &self.largest_values(), true)?;
                self.check_skip(&stream.conv.name, &stream.skip, stream.conv.weight.dim().0)?;
                self.write(Now::Stream, &stream.conv);
            }
            (Now::Stream, Layer::LongSkip) if self.written.first() == Some(&Some(self.extent)) => self.now = Now::Sum,
            (Now::Stream, Layer::Concat { parts }) => self.concat(parts)?,
            (Now::Stream, Layer::Attention(attention)) => {
                check_attention(self, attention)?;
                self.check_skip(&attention.name, &attention.skip, self.channels())?;
            }
            (Now::Stream | Now::Sum, Layer::PictureTail(tail)) => {
                check_conv(&tail.conv, &self.largest_values(), false)?;
                check_picture_tail(self, tail)?;
                self.write(Now::Shuffled, &tail.conv);
            }
            (Now::Stream | Now::Sum, Layer::Tail(conv)) => {
                check_conv(conv, &self.largest_values(), false)?;
                self.write(Now::Picture, conv);
            }
            (Now::Stream, &Layer::PixelShuffle { scale }) => self.pixel_shuffle(scale)?,
            (Now::Picture, &Layer::PixelShuffle { scale }) => {
                self.pixel_shuffle(scale)?;
                self.now = Now::Shuffled;
            }
            (now, layer) => return Err(self.misplaced(layer.kind(), now.expected())),
        }
        self.written.push((self.now == Now::Stream).then_some(self.extent));
        Ok(())
    }

    /// The network ends with a picture.
    pub(super) fn finish(&self) -> Result<(), NetworkError> {
        if matches!(self.now, Now::Picture | Now::Shuffled) {
            Ok(())
        } else {
            Err(self.misplaced("missing", self.now.expected()))
        }
    }

    fn misplaced(&self, found: &'static str, expected: &'static str) -> NetworkError {
        NetworkError::Order { network: self.network.name.clone(), position: self.written.len(), found, expected }
    }

    fn write(&mut self, now: Now, conv: &Conv) {
        self.now = now;
        self.extent.channels = conv.weight.dim().0;
    }

    /// Largest magnitude of each input channel of a head.
    fn largest_pixels(&self) -> Vec<i64> {
        let white = 255i64 << self.network.input.pixel_shift;
        let largest = |&mean: &i32| i64::from(mean).abs().max((white - i64::from(mean)).abs());
        self.network.input.mean.iter().map(largest).collect()
    }

    /// Largest magnitude of each channel of the stream, or of the sum of a long skip.
    pub(super) fn largest_values(&self) -> Vec<i64> {
        let bits = self.network.formats.stream_bits - 1 + u32::from(self.now == Now::Sum);
        vec![1 << bits; self.channels()]
    }

    fn check_skip(&self, layer: &str, skip: &Skip, outputs: usize) -> Result<(), NetworkError> {
        let inputs = self.channels();
        let fits = match skip {
            Skip::None => true,
            Skip::Identity => self.now == Now::Stream && inputs == outputs,
            Skip::Repeat => self.now == Now::Stream && outputs.is_multiple_of(inputs),
            Skip::Sum(terms) => {
                let terms_found = i64::try_from(terms.len()).unwrap_or(i64::MAX);
                in_range(layer, "terms of the skip", terms_found, 2..=MOST_TERMS)?;
                let nests = |term: &&Skip| matches!(term, Skip::None | Skip::Sum(_));
                let nested = terms.iter().filter(nests).count();
                in_range(layer, "terms of the skip that are none or sums", nested as i64, 0..=0)?;
                return terms.iter().try_for_each(|term| self.check_skip(layer, term, outputs));
            }
            &Skip::From(source_layer) => {
                let expected = Extent { channels: outputs, ..self.extent };
                if self.written.get(source_layer) != Some(&Some(expected)) {
                    return Err(NetworkError::Skip { layer: layer.into(), source_layer, channels: outputs });
                }
                true
            }
        };
        if fits {
            return Ok(());
        }
        Err(NetworkError::Count { layer: layer.into(), what: "output channels", found: outputs, expected: inputs })
    }

    fn concat(&mut self, parts: &[usize]) -> Result<(), NetworkError> {
        let extent = |&part: &usize| self.written.get(part).copied().flatten();
        let missing = |&source_layer: &usize| NetworkError::Part { source_layer };
        let first = parts.first().ok_or(NetworkError::Part { source_layer: 0 })?;
        let scale = extent(first).ok_or_else(|| missing(first))?.scale;
        let mut channels = 0;
        for part in parts {
            let found = extent(part).filter(|extent| extent.scale == scale).ok_or_else(|| missing(part))?;
            channels += found.channels;
        }
        in_range("concatenation", "channels", i64::try_from(channels).unwrap_or(i64::MAX), 1..=MOST_CHANNELS)?;
        self.extent = Extent { channels, scale };
        Ok(())
    }

    fn pixel_shuffle(&mut self, scale: usize) -> Result<(), NetworkError> {
        let name = self.network.name.as_str();
        in_range(name, "scale", i64::try_from(scale).unwrap_or(i64::MAX), 1..=4)?;
        let (outputs, total) = (self.channels(), self.extent.scale * scale);
        in_range(name, "scale of the whole network", i64::try_from(total).unwrap_or(i64::MAX), 1..=16)?;
        if !outputs.is_multiple_of(scale * scale) {
            return Err(NetworkError::Shuffle { layer: self.conv.into(), outputs, scale });
        }
        self.extent = Extent { channels: outputs / (scale * scale), scale: total };
        Ok(())
    }
}

impl Now {
    /// What may stand there.
    fn expected(self) -> &'static str {
        match self {
            Now::Pixels => "a head",
            Now::Stream => "a layer of the stream, or a long skip of the head's extent",
            Now::Sum => "a convolution of the stream, or a tail",
            Now::Picture => "a pixel shuffle, or the end",
            Now::Shuffled => "the end",
        }
    }
}
