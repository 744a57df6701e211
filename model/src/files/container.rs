//! A text and tensors in one safetensors file.

use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::FileError;
use crate::integer::FORMAT_VERSION;

/// Key of the text in the metadata. It is the only key: the order of several would not be deterministic.
const TEXT_KEY: &str = "bsr";

const HASH_LINE: &str = "# sha256 = ";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    CompactCheckpoint,
    IntegerNetwork,
}

impl Kind {
    fn in_words(self) -> &'static str {
        match self {
            Kind::CompactCheckpoint => "a compact checkpoint",
            Kind::IntegerNetwork => "an integer network",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Preamble {
    format_version: i64,
    kind: Kind,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Text<T> {
    format_version: u32,
    kind: Kind,
    network: T,
    sha256: BTreeMap<String, String>,
}

/// A tensor as bytes, little-endian.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Blob {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// The tensors of a file, to be taken out by name.
#[derive(Debug, Default)]
pub(super) struct Blobs(BTreeMap<String, Blob>);

impl Blobs {
    pub(super) fn put<const N: usize>(
        &mut self,
        name: String,
        dtype: Dtype,
        shape: &[usize],
        values: impl Iterator<Item = [u8; N]>,
    ) {
        let before = self.0.insert(name, Blob { dtype, shape: shape.into(), bytes: values.flatten().collect() });
        debug_assert!(before.is_none(), "names of layers are unique");
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes the values of a tensor out, in elements of `N` bytes.
    pub(super) fn take<const N: usize>(
        &mut self,
        name: &str,
        dtype: Dtype,
        shape: &[usize],
    ) -> Result<Vec<[u8; N]>, FileError> {
        let blob = self.0.remove(name).ok_or_else(|| FileError::Missing { name: name.into() })?;
        if (blob.dtype, blob.shape.as_slice()) != (dtype, shape) {
            return Err(FileError::Shape {
                name: name.into(),
                found: format!("{:?} {:?}", blob.dtype, blob.shape),
                expected: format!("{dtype:?} {shape:?}"),
            });
        }
        Ok(blob.bytes.as_chunks().0.to_vec())
    }

    /// Fails if a tensor was not taken.
    pub(super) fn finish(self) -> Result<(), FileError> {
        match self.0.into_keys().next() {
            Some(name) => Err(FileError::Unexpected { name }),
            None => Ok(()),
        }
    }
}

/// Writes a file of a format version.
pub(super) fn encode<T: Serialize>(kind: Kind, format_version: u32, network: T, blobs: &Blobs) -> Vec<u8> {
    let sha256 = blobs.0.iter().map(|(name, blob)| (name.clone(), hash(&blob.bytes))).collect();
    let text = Text { format_version, kind, network, sha256 };
    let text = toml::to_string(&text).expect("every field has a TOML form");
    let text = format!("{HASH_LINE}{}\n{text}", hash(text.as_bytes()));
    let views = blobs.0.iter().map(|(name, blob)| {
        let view = TensorView::new(blob.dtype, blob.shape.clone(), &blob.bytes);
        (name, view.expect("the shape and the bytes of a tensor agree"))
    });
    safetensors::serialize(views, Some(HashMap::from([(TEXT_KEY.to_owned(), text)])))
        .expect("the header of a network is far below the limit of the format")
}

/// Reads the version, the text and the tensors, after version and hashes are found right.
pub(super) fn decode<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<(u32, T, Blobs), FileError> {
    let container = |reason: String| FileError::Container { reason };
    if !safetensors_header_fits(bytes) {
        return Err(container(format!("the header does not fit the {} bytes", bytes.len())));
    }
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| container(error.to_string()))?;
    let not_ours = || FileError::Kind { found: "some other safetensors file".into(), expected: kind.in_words() };
    let text = metadata.metadata().as_ref().and_then(|map| map.get(TEXT_KEY)).ok_or_else(not_ours)?;
    let text: Text<T> = check_text(kind, text)?;
    let file = SafeTensors::deserialize(bytes).map_err(|error| container(error.to_string()))?;
    let mut blobs = BTreeMap::new();
    for (name, view) in file.iter() {
        let expected = text.sha256.get(name).ok_or_else(|| FileError::Unexpected { name: name.into() })?;
        if *expected != hash(view.data()) {
            return Err(FileError::Hash { what: format!("tensor `{name}`") });
        }
        let blob = Blob { dtype: view.dtype(), shape: view.shape().into(), bytes: view.data().into() };
        blobs.insert(name.to_owned(), blob);
    }
    if let Some(name) = text.sha256.into_keys().find(|name| !blobs.contains_key(name)) {
        return Err(FileError::Missing { name });
    }
    Ok((text.format_version, text.network, Blobs(blobs)))
}

fn check_text<T: DeserializeOwned>(kind: Kind, text: &str) -> Result<Text<T>, FileError> {
    let invalid = |error| FileError::Text(Box::new(error));
    let preamble: Preamble = toml::from_str(text).map_err(invalid)?;
    if !(1..=i64::from(FORMAT_VERSION)).contains(&preamble.format_version) {
        return Err(FileError::Version { found: preamble.format_version, newest: FORMAT_VERSION });
    }
    let intact = text.strip_prefix(HASH_LINE).and_then(|rest| rest.split_once('\n'));
    if intact.is_none_or(|(digest, rest)| digest != hash(rest.as_bytes())) {
        return Err(FileError::Hash { what: "the text".into() });
    }
    if preamble.kind != kind {
        return Err(FileError::Kind { found: preamble.kind.in_words().into(), expected: kind.in_words() });
    }
    toml::from_str(text).map_err(invalid)
}

/// Refuses a file whose version is too low for what it holds.
pub(super) fn require_version(stated: u32, needed: u32) -> Result<(), FileError> {
    if stated >= needed { Ok(()) } else { Err(FileError::VersionTooLow { stated, needed }) }
}

/// SHA-256 in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether every length that a safetensors header declares lies inside the file, so that no sum of them overflows.
pub(crate) fn safetensors_header_fits(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Entry {
        data_offsets: Option<(u64, u64)>,
    }
    let fits = || {
        let (len, rest) = bytes.split_first_chunk()?;
        let header = rest.get(..usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
        let entries: HashMap<String, Entry> = serde_json::from_slice(header).ok()?;
        let data = (rest.len() - header.len()) as u64;
        let inside = |entry: &Entry| entry.data_offsets.is_none_or(|(start, end)| start <= end && end <= data);
        Some(entries.values().all(inside))
    };
    fits().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_version_is_named_as_such() {
        let mut bytes = encode(Kind::IntegerNetwork, 1, "text", &Blobs::default());
        let written = b"format-version = 1";
        let at = bytes.windows(written.len()).position(|window| window == written).unwrap();
        bytes[at + written.len() - 1] = b'9';
        let found = decode::<String>(Kind::IntegerNetwork, &bytes);
        assert!(matches!(found, Err(FileError::Version { found: 9, .. })), "{found:?}");
    }

    #[test]
    fn a_version_without_words_for_the_network_is_refused() {
        assert!(matches!(require_version(1, 2), Err(FileError::VersionTooLow { stated: 1, needed: 2 })));
        assert!(require_version(2, 1).is_ok() && require_version(1, 1).is_ok());
    }

    #[test]
    fn a_file_of_the_other_kind_is_named_as_such() {
        let bytes = encode(Kind::CompactCheckpoint, 1, "text", &Blobs::default());
        assert!(matches!(decode::<String>(Kind::IntegerNetwork, &bytes), Err(FileError::Kind { .. })));
    }
}
