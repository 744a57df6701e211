//! Parameters of the generator.

use crate::Geometry;
use crate::fit::largest_divisor;
use bsr_model::integer::LeakyRelu;
use serde::{Deserialize, Serialize};

/// What `load_lanes` may be.
const LOAD_LANES: [usize; 3] = [1, 2, 4];

/// Where an engine's pixels come from and go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interface {
    /// AXI4-Stream in raster order; the widest picture is a strip.
    #[default]
    Stream,
    /// An AXI4 master reads and writes pictures in memory; pictures of any width run in strips.
    Memory,
}

impl std::str::FromStr for Interface {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "stream" => Ok(Self::Stream),
            "memory" => Ok(Self::Memory),
            _ => Err(format!("`{text}` is no interface, expected stream or memory")),
        }
    }
}

/// The shape of an engine. Every network within these limits runs on it; see [`crate::Program`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineConfig {
    /// `C`: channels of the stream.
    pub channels: usize,
    /// `P`: output channels computed a cycle; divides `channels`.
    pub lanes: usize,
    /// `G`: pixels computed a cycle.
    pub pixels: usize,
    /// Interleaved chains of stages, 1 or 2.
    pub chains: usize,
    /// Widest picture, in pixels; a multiple of `pixels`.
    pub strip_width: usize,
    /// Most binary stages of a network.
    pub max_stages: usize,
    /// `b`: bits of a stream value.
    pub stream_bits: u32,
    /// Colours of a pixel: 1, or 3 for RGB.
    pub colours: usize,
    /// Pixel-shuffle factor.
    pub scale: usize,
    /// Register stages inside the popcount.
    pub popcount_stages: usize,
    /// Lanes whose parameters load in a cycle: 1, 2 or 4; divides `lanes`.
    pub load_lanes: usize,
    /// Head channels computed a cycle (nine multipliers each, which take one colour after the other); divides `lanes`.
    pub head_lanes: usize,
    /// `U`: channels that the tail reads a cycle (`4 s^2` multipliers each and colour); divides `lanes`.
    pub tail_channels: usize,
    /// The largest affine shift; a network's own may be up to two less.
    pub affine_shift: u32,
    /// The activation that stages may switch on.
    pub activation: LeakyRelu,
    /// Whether stages may have a slope and an offset a channel before the skip (one more multiplier a lane and pixel).
    pub branch: bool,
    /// Whether stages may have spatial factors (two more multipliers a lane and pixel).
    pub spatial: bool,
    /// Whether stages may have 1x1 kernels (a second copy of the middle columns of a window).
    pub pointwise: bool,
    /// Whether the last stage is a binary upsampler and the tail works on the shuffled stream.
    pub upsampler: bool,
    /// Where pixels come from and go to.
    pub interface: Interface,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            channels: 64,
            lanes: 32,
            pixels: 1,
            chains: 1,
            strip_width: 64,
            max_stages: 32,
            stream_bits: 11,
            colours: 1,
            scale: 2,
            popcount_stages: 4,
            load_lanes: 1,
            head_lanes: 4,
            tail_channels: 4,
            affine_shift: 12,
            activation: LeakyRelu { slope: 13, shift: 7 },
            branch: false,
            spatial: false,
            pointwise: false,
            upsampler: false,
            interface: Interface::Stream,
        }
    }
}

/// Lanes of several pixels that fit an xc7z020 beside the rest.
const MOST_LANES: usize = 20;
/// Lanes that it has multipliers for beside a tail of more than [`MANY_OUTPUTS`].
const FEW_LANES: usize = 8;
/// Outputs of the tail with which it takes most of an xc7z020's multipliers.
const MANY_OUTPUTS: usize = 36;

/// Why parameters do not make an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} is {found}, expected {expected}")]
pub struct ConfigError {
    /// The parameter.
    pub parameter: &'static str,
    /// Its value.
    pub found: usize,
    /// What is accepted.
    pub expected: String,
}

impl EngineConfig {
    /// The engine for pictures in memory and networks of so many channels and colours: several pixels a cycle in two
    /// chains, on the lanes that an xc7z020 has room for.
    pub fn in_memory(channels: usize, colours: usize, scale: usize) -> Self {
        let channels = channels.max(2);
        let many_outputs = colours * scale * scale > MANY_OUTPUTS;
        let most = if many_outputs { FEW_LANES } else { MOST_LANES };
        // A pass is about as long as the load of the next one's parameters, and there are two at least.
        let passes = (2..=channels).find(|passes| channels.is_multiple_of(*passes) && channels / passes <= most);
        let lanes = channels / passes.unwrap_or(channels);
        // With 60 columns at most the signs of 32 stages lie in 512 words, the depth of a block RAM at its full width.
        // Above x2 the tail keeps up with three pixels a cycle and takes more weights: with 42 columns at most the rows of
        // the stream lie in 2048 words, the depth of a block RAM at a quarter of that.
        // Three colours leave multipliers for three pixels, and where the tail has many outputs for one, and take more
        // weights: then a strip is as wide as 32 stages ask for.
        let (pixels, strip_width) = match (colours, scale) {
            _ if many_outputs => (1, 34),
            (1, ..=2) => (4, 60),
            _ => (3, 42),
        };
        let (head_lanes, tail_channels) = Self::ends_for(lanes, pixels, colours, scale);
        Self {
            channels,
            lanes,
            pixels,
            chains: 2,
            strip_width,
            colours,
            scale,
            load_lanes: Self::enough_load_lanes(lanes, pixels, strip_width),
            head_lanes,
            tail_channels,
            interface: Interface::Memory,
            ..Self::default()
        }
    }

    /// Head lanes and tail channels that suit so many lanes, pixels, colours and that scale: divisors of the lanes with
    /// which the ends keep up with the array, or as far as the multipliers of an xc7z020 go.
    pub fn ends_for(lanes: usize, pixels: usize, colours: usize, scale: usize) -> (usize, usize) {
        let (head, tail) = match (pixels, scale) {
            (_, 4) if colours > 1 => (2, 1),
            (_, 3) if colours > 1 => (4, 1),
            _ if colours > 1 => (8, 2),
            (4, 3..) => (2, 2),
            (4, _) => (8, 4),
            (_, 3..) => (4, 2),
            _ => (4, 4),
        };
        (largest_divisor(lanes, head), largest_divisor(lanes, tail))
    }

    /// The fewest load lanes with which a pass over a full strip outlasts the load for the next pass and the three
    /// cycles from a pass's start to the load's; the most that there are if none is enough.
    pub fn enough_load_lanes(lanes: usize, pixels: usize, strip_width: usize) -> usize {
        let words = strip_width / pixels.max(1);
        let mut possible = LOAD_LANES.into_iter().filter(|load| lanes.is_multiple_of(*load));
        let enough = possible.clone().find(|load| lanes / load + 3 <= words);
        enough.or(possible.next_back()).unwrap_or(1)
    }

    /// Checks every parameter against the others.
    ///
    /// # Errors
    /// [`ConfigError`] names the first one that does not fit.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let check = |parameter, found: usize, ok: bool, expected: &str| {
            if ok { Ok(()) } else { Err(ConfigError { parameter, found, expected: expected.into() }) }
        };
        let divides = |part: usize, whole: usize| part > 0 && whole.is_multiple_of(part);
        check("channels", self.channels, (1..=512).contains(&self.channels), "1 to 512")?;
        check("lanes", self.lanes, divides(self.lanes, self.channels), "a divisor of the channels")?;
        check("head lanes", self.head_lanes, divides(self.head_lanes, self.lanes), "a divisor of the lanes")?;
        check("tail channels", self.tail_channels, divides(self.tail_channels, self.lanes), "a divisor of the lanes")?;
        let load = LOAD_LANES.contains(&self.load_lanes) && divides(self.load_lanes, self.lanes);
        check("load lanes", self.load_lanes, load, "1, 2 or 4, a divisor of the lanes")?;
        check("pixels", self.pixels, (1..=4).contains(&self.pixels), "1 to 4")?;
        check("chains", self.chains, [1, 2].contains(&self.chains), "1 or 2")?;
        let strip = self.strip_width >= 2 * self.pixels && divides(self.pixels, self.strip_width);
        check(
            "strip width",
            self.strip_width,
            strip && self.strip_width <= 4096,
            "a multiple of the pixels, 2 words to 4096 pixels",
        )?;
        check("stages", self.max_stages, (1..=255).contains(&self.max_stages), "1 to 255")?;
        check("stream bits", self.stream_bits as usize, (4..=16).contains(&self.stream_bits), "4 to 16")?;
        check("colours", self.colours, [1, 3].contains(&self.colours), "1 or 3")?;
        check("scale", self.scale, (1..=4).contains(&self.scale), "1 to 4")?;
        let registers = self.popcount_stages;
        check("popcount stages", registers, (2..=8).contains(&registers), "2 to 8")?;
        let shift = self.affine_shift as usize;
        check("affine shift", shift, (3..=16).contains(&shift), "3 to 16")?;
        let slope = self.activation;
        let fits = slope.slope > 0 && slope.shift < 16 && slope.slope <= 1 << slope.shift;
        check("slope", slope.slope.unsigned_abs() as usize, fits, "positive and at most 1")?;
        if self.upsampler {
            self.validate_upsampler()?;
        }
        match self.interface {
            Interface::Stream => Ok(()),
            Interface::Memory => self.validate_memory(),
        }
    }

    /// What is generated with a binary upsampler. The tail reads a step's last results in the next step, in the third of the
    /// kernel's rows: the first two take long enough for them to be written.
    fn validate_upsampler(&self) -> Result<(), ConfigError> {
        let g = Geometry::new(self);
        let written = g.tail_groups(0).len() + g.tail_groups(1).len() + 2 >= g.write_back();
        let few = "few enough for the rounds of two rows of a kernel to outlast a result with a binary upsampler";
        let streams = self.interface == Interface::Stream;
        let allowed = [
            (
                "masters to memory",
                usize::from(!streams),
                streams,
                "0 with a binary upsampler, which runs with `--interface stream` alone",
            ),
            ("pixels", self.pixels, self.pixels == 1, "1 with a binary upsampler"),
            ("chains", self.chains, self.chains == 1, "1 with a binary upsampler"),
            ("colours", self.colours, self.colours == 1, "1 with a binary upsampler"),
            ("stages", self.max_stages, self.max_stages >= 3, "3 or more with a binary upsampler"),
            ("spatial factors", usize::from(self.spatial), !self.spatial, "0 with a binary upsampler"),
            ("tail channels", self.tail_channels, written, few),
        ];
        allowed.into_iter().find(|(_, _, ok, _)| !ok).map_or(Ok(()), |(parameter, found, _, expected)| {
            Err(ConfigError { parameter, found, expected: expected.into() })
        })
    }

    /// What strips ask for beyond that: room for the skew of all stages in one, and two passes, so that what a pass
    /// leaves for the next strip is under way before the next signs are.
    fn validate_memory(&self) -> Result<(), ConfigError> {
        let error = |parameter, found, expected: String| Err(ConfigError { parameter, found, expected });
        let least = self.max_stages + 2;
        if self.strip_width < least {
            return error("strip width", self.strip_width, format!("at least the stages and 2, {least}"));
        }
        if self.lanes == self.channels {
            return error("lanes", self.lanes, "at most half of the channels, for an engine with memory".into());
        }
        Ok(())
    }
}
