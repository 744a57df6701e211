//! YUV4MPEG2 streams of 8 bits a sample: a line of tags, then frames of planes.
//!
//! ```text
//! YUV4MPEG2 W320 H180 F25:1 Ip C420jpeg\n
//! FRAME\n <Y plane> <Cb plane> <Cr plane>  FRAME\n ...
//! ```

use std::io::{self, BufRead, Read, Write};

/// Longest line of tags.
const LONGEST_LINE: u64 = 4096;
/// Most pixels of a frame: larger numbers come from a damaged header.
const MOST_PIXELS: usize = 1 << 27;

/// What is wrong with a stream.
#[derive(Debug, thiserror::Error)]
pub(super) enum Y4mError {
    #[error("the stream does not begin with a line of YUV4MPEG2: found `{found}`")]
    NotY4m { found: String },
    #[error("the header gives no {what}")]
    Missing { what: &'static str },
    #[error("the header's {what} is `{found}`, expected a number from 1")]
    Number { what: &'static str, found: String },
    #[error("the header says {width} x {height} pixels, expected at most 2^27 in all")]
    TooLarge { width: usize, height: usize },
    #[error("the header says {what} `{found}`, expected {expected}")]
    Unsupported { what: &'static str, found: String, expected: &'static str },
    #[error("frame {frame} begins with `{found}`, expected `FRAME`")]
    NotAFrame { frame: u64, found: String },
    #[error("frame {frame} ends after {found} of {expected} bytes")]
    Truncated { frame: u64, found: usize, expected: usize },
    #[error("the stream cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// How many chroma samples a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    None,
    /// One sample for `across x down` pixels.
    Shared {
        across: usize,
        down: usize,
    },
}

/// The first line of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) chroma: Chroma,
    /// All other tags, the colour space included, as they were.
    tags: Vec<String>,
}

impl Header {
    /// Reads the first line.
    pub(super) fn read(stream: &mut impl BufRead) -> Result<Self, Y4mError> {
        let line = line(stream)?;
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        if words.next() != Some("YUV4MPEG2") {
            return Err(Y4mError::NotY4m { found: shortened(&line) });
        }
        let (mut width, mut height, mut chroma, mut tags) = (None, None, None, Vec::new());
        for word in words {
            let (tag, value) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            match tag {
                "W" => width = Some(number("width", value)?),
                "H" => height = Some(number("height", value)?),
                "C" => chroma = Some(Chroma::parse(value)?),
                "I" if !["p", "?"].contains(&value) => {
                    let (what, found) = ("interlacing", value.to_owned());
                    return Err(Y4mError::Unsupported { what, found, expected: "progressive frames (Ip)" });
                }
                _ => {}
            }
            if !["W", "H"].contains(&tag) {
                tags.push(word.to_owned());
            }
        }
        let width = width.ok_or(Y4mError::Missing { what: "width" })?;
        let height = height.ok_or(Y4mError::Missing { what: "height" })?;
        if width.checked_mul(height).is_none_or(|pixels| pixels > MOST_PIXELS) {
            return Err(Y4mError::TooLarge { width, height });
        }
        Ok(Self { width, height, chroma: chroma.unwrap_or(Chroma::Shared { across: 2, down: 2 }), tags })
    }

    /// The header of the enlarged stream.
    pub(super) fn enlarged(&self, scale: usize) -> Self {
        Self { width: self.width * scale, height: self.height * scale, ..self.clone() }
    }

    /// Writes the first line.
    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        write!(stream, "YUV4MPEG2 W{} H{}", self.width, self.height)?;
        self.tags.iter().try_for_each(|tag| write!(stream, " {tag}"))?;
        stream.write_all(b"\n")
    }

    /// `(height, width)` of a chroma plane; none if there is no chroma.
    pub(super) fn chroma_size(&self) -> Option<(usize, usize)> {
        match self.chroma {
            Chroma::None => None,
            Chroma::Shared { across, down } => Some((self.height.div_ceil(down), self.width.div_ceil(across))),
        }
    }

    /// Bytes of a frame.
    pub(super) fn frame_len(&self) -> usize {
        self.width * self.height + self.chroma_size().map_or(0, |(height, width)| 2 * height * width)
    }

    /// Reads a frame's planes; false at the end of the stream. `frame` counts from 1.
    pub(super) fn read_frame(
        &self,
        stream: &mut impl BufRead,
        frame: u64,
        planes: &mut Vec<u8>,
    ) -> Result<bool, Y4mError> {
        if stream.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let line = line(stream)?;
        if line != "FRAME" && !line.starts_with("FRAME ") {
            return Err(Y4mError::NotAFrame { frame, found: shortened(&line) });
        }
        planes.clear();
        let expected = self.frame_len();
        let found = stream.take(expected as u64).read_to_end(planes)?;
        if found == expected { Ok(true) } else { Err(Y4mError::Truncated { frame, found, expected }) }
    }
}

impl Chroma {
    fn parse(value: &str) -> Result<Self, Y4mError> {
        match value {
            "mono" => Ok(Self::None),
            "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(Self::Shared { across: 2, down: 2 }),
            "422" => Ok(Self::Shared { across: 2, down: 1 }),
            "444" => Ok(Self::Shared { across: 1, down: 1 }),
            _ => Err(Y4mError::Unsupported {
                what: "colour space",
                found: value.to_owned(),
                expected: "8 bits of mono, 420, 422 or 444",
            }),
        }
    }
}

fn number(what: &'static str, value: &str) -> Result<usize, Y4mError> {
    let number = value.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| Y4mError::Number { what, found: shortened(value) })
}

/// A line without its end; anything that is no text becomes a replacement character.
fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    stream.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// The start of what may be binary data.
fn shortened(text: &str) -> String {
    text.chars().take(20).map(|char| if char.is_control() { '.' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, Y4mError> {
        Header::read(&mut text.as_bytes())
    }

    #[test]
    fn tags_that_are_not_understood_are_passed_on() {
        let header = header("YUV4MPEG2 W5 H3 F30000:1001 Ip A1:1 C420mpeg2 XYSCSS=420\n").unwrap();
        assert_eq!((header.width, header.height, header.chroma_size()), (5, 3, Some((2, 3))));
        let mut text = Vec::new();
        header.enlarged(2).write(&mut text).unwrap();
        assert_eq!(text, b"YUV4MPEG2 W10 H6 F30000:1001 Ip A1:1 C420mpeg2 XYSCSS=420\n");
    }

    #[test]
    fn a_frame_has_the_planes_of_its_colour_space() {
        for (space, bytes) in [("mono", 15), ("420jpeg", 27), ("422", 33), ("444", 45)] {
            assert_eq!(header(&format!("YUV4MPEG2 W5 H3 C{space}\n")).unwrap().frame_len(), bytes, "{space}");
        }
        assert_eq!(header("YUV4MPEG2 W5 H3\n").unwrap().frame_len(), 27, "without a tag it is 420");
    }

    #[test]
    fn headers_that_lie_are_refused() {
        use Y4mError::{Missing, NotY4m, Number, TooLarge, Unsupported};
        assert!(matches!(header(""), Err(NotY4m { .. })));
        assert!(matches!(header("\u{89}PNG\r\n"), Err(NotY4m { .. })));
        assert!(matches!(header("YUV4MPEG2 H3\n"), Err(Missing { what: "width" })));
        assert!(matches!(header("YUV4MPEG2 W0 H3\n"), Err(Number { what: "width", .. })));
        assert!(matches!(header("YUV4MPEG2 W5 H-3\n"), Err(Number { what: "height", .. })));
        assert!(matches!(header("YUV4MPEG2 W99999999999 H99999999999\n"), Err(TooLarge { .. })));
        assert!(matches!(header("YUV4MPEG2 W5 H3 C420p10\n"), Err(Unsupported { .. })));
        assert!(matches!(header("YUV4MPEG2 W5 H3 It\n"), Err(Unsupported { .. })));
    }

    #[test]
    fn every_truncation_of_a_frame_is_an_error() {
        let header = header("YUV4MPEG2 W2 H1 Cmono\n").unwrap();
        let whole = b"FRAME\n12";
        let mut planes = Vec::new();
        assert!(header.read_frame(&mut &whole[..], 1, &mut planes).unwrap());
        assert_eq!(planes, b"12");
        assert!(!header.read_frame(&mut &whole[..0], 1, &mut planes).unwrap(), "the end of the stream");
        for length in 1..whole.len() {
            let error = header.read_frame(&mut &whole[..length], 1, &mut planes).unwrap_err();
            assert!(matches!(error, Y4mError::NotAFrame { .. } | Y4mError::Truncated { .. }), "{length}: {error}");
        }
    }
}
