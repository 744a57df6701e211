//! `.safetensors` into f32 tensors.

use std::path::Path;

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{CheckpointError, Tensor, Tensors};
use crate::files::safetensors_header_fits;

pub(super) fn read(path: &Path) -> Result<Tensors, CheckpointError> {
    let bytes = std::fs::read(path).map_err(|source| CheckpointError::Io { path: path.into(), source })?;
    decode(&bytes).map_err(|reason| CheckpointError::Format {
        path: path.into(),
        reason,
        hint: "fetch or export the file again",
    })
}

fn decode(bytes: &[u8]) -> Result<Tensors, String> {
    if !safetensors_header_fits(bytes) {
        return Err(format!("its header does not fit its {} bytes", bytes.len()));
    }
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let tensors = file.iter().map(|(name, view)| {
        let values = to_f32(&view).ok_or_else(|| format!("tensor `{name}` is {:?}, not a number", view.dtype()))?;
        Ok((name.to_owned(), Tensor { shape: view.shape().to_vec(), values }))
    });
    tensors.collect::<Result<_, String>>().map(Tensors)
}

fn to_f32(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = view.data();
    Some(match view.dtype() {
        Dtype::F64 => each(data, |b| f64::from_le_bytes(b) as f32),
        Dtype::F32 => each(data, f32::from_le_bytes),
        Dtype::F16 => each(data, |b| f16::from_le_bytes(b).to_f32()),
        Dtype::BF16 => each(data, |b| bf16::from_le_bytes(b).to_f32()),
        Dtype::I64 => each(data, |b| i64::from_le_bytes(b) as f32),
        Dtype::I32 => each(data, |b| i32::from_le_bytes(b) as f32),
        Dtype::I8 => each(data, |b| i8::from_le_bytes(b).into()),
        Dtype::U8 | Dtype::BOOL => each(data, |b| u8::from_le_bytes(b).into()),
        _ => return None,
    })
}

fn each<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    data.as_chunks().0.iter().map(|&bytes| value(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> Vec<u8> {
        let values: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        let steps = 7_i64.to_le_bytes();
        let tensors = [
            ("a", TensorView::new(Dtype::F32, vec![2, 1], &values).unwrap()),
            ("n", TensorView::new(Dtype::I64, vec![], &steps).unwrap()),
        ];
        safetensors::serialize(tensors, None).unwrap()
    }

    #[test]
    fn numbers_of_every_kind_become_f32() {
        let tensors = decode(&example()).unwrap().0;
        assert_eq!(tensors["a"], Tensor { shape: vec![2, 1], values: vec![1.5, -2.0] });
        assert_eq!(tensors["n"], Tensor { shape: vec![], values: vec![7.0] });
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let bytes = example();
        for len in 0..bytes.len() {
            assert!(decode(&bytes[..len]).is_err(), "cut at {len}");
        }
    }

    #[test]
    fn declared_sizes_that_overflow_are_refused() {
        for shape in ["[9223372036854775808]", "[4611686018427387904,4]", "[2305843009213693951]"] {
            let entry = |name: &str, start: u64, end: u64| {
                format!(r#""{name}":{{"dtype":"U8","shape":{shape},"data_offsets":[{start},{end}]}}"#)
            };
            let size = (1_u64 << 61) - 1;
            let entries: Vec<_> = (0..8).map(|i| entry(&i.to_string(), i * size, (i + 1) * size)).collect();
            let header = format!("{{{}}}", entries.join(","));
            let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
            bytes.extend(header.as_bytes());
            assert!(decode(&bytes).is_err(), "{shape}");
        }
        assert!(decode(&u64::MAX.to_le_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_changes_never_panic(at in 0_usize..400, value in any::<u8>()) {
            let mut bytes = example();
            let at = at % bytes.len();
            bytes[at] = value;
            if let Ok(tensors) = decode(&bytes) {
                prop_assert!(tensors.0.values().all(|t| t.values.len() == t.shape.iter().product::<usize>()));
            }
        }
    }
}
