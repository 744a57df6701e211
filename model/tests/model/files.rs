//! The two files of a network: round trips, and everything that can be wrong with them.

use bsr_model::{
    files::{
        FileError, decode_compact, decode_integer, encode_compact, encode_integer, read_compact, read_integer,
        write_compact, write_integer,
    },
    integer::Layer,
};
use proptest::prelude::*;

use crate::common::{float_network, integer_network};

fn compact() -> Vec<u8> {
    encode_compact(&float_network())
}

fn integer() -> Vec<u8> {
    encode_integer(&integer_network()).unwrap()
}

#[test]
fn a_network_comes_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let (compact, integer) = (folder.path().join("c"), folder.path().join("i"));
    write_compact(&compact, &float_network()).unwrap();
    write_integer(&integer, &integer_network()).unwrap();
    assert_eq!(read_compact(&compact).unwrap(), float_network());
    assert_eq!(read_integer(&integer).unwrap(), integer_network());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    assert!((0..8).all(|_| integer() == integer() && compact() == compact()));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for bytes in [integer(), compact()] {
        for len in 0..bytes.len() {
            assert!(decode_integer(&bytes[..len]).is_err() && decode_compact(&bytes[..len]).is_err(), "cut at {len}");
        }
    }
}

#[test]
fn one_kind_of_file_is_not_taken_for_the_other() {
    assert!(matches!(decode_integer(&compact()), Err(FileError::Kind { .. })));
    assert!(matches!(decode_compact(&integer()), Err(FileError::Kind { .. })));
}

#[test]
fn a_changed_weight_is_found_by_its_hash() {
    for mut bytes in [integer(), compact()] {
        *bytes.last_mut().unwrap() ^= 1;
        let error = decode_integer(&bytes).err().filter(|e| matches!(e, FileError::Hash { .. }));
        let error = error.or_else(|| decode_compact(&bytes).err());
        assert!(matches!(error, Some(FileError::Hash { .. })), "{error:?}");
    }
}

#[test]
fn a_network_that_breaks_a_rule_is_not_written() {
    let mut network = integer_network();
    let Layer::Head(head) = &mut network.layers[0] else { panic!("the first layer is the head") };
    head.weight[[0, 0, 0, 0]] = 40_000;
    let error = encode_integer(&network).unwrap_err();
    assert_eq!((error.place.as_str(), error.what), ("head", "weight"));
}

#[test]
fn sums_that_would_wrap_are_refused() {
    let mut network = integer_network();
    let Layer::Head(head) = &mut network.layers[0] else { panic!("the first layer is the head") };
    head.add[0] = i32::MAX;
    assert_eq!(encode_integer(&network).unwrap_err().what, "largest sum");
}

proptest! {
    #[test]
    fn a_flipped_bit_is_refused(at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        for mut bytes in [integer(), compact()] {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(decode_integer(&bytes).is_err() && decode_compact(&bytes).is_err(), "bit {} of byte {}", bit, at);
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(decode_integer(&bytes).is_err() && decode_compact(&bytes).is_err());
    }
}
