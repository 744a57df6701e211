//! `.pt` / `.pth` into f32 tensors. The pickle is parsed as data; nothing in it is ever executed.

use std::path::Path;

use half::{bf16, f16};
use pytorch_reader::{DType, PytorchError, PytorchReader, Tensor as LazyTensor};

use super::{CheckpointError, Tensor, Tensors};

const HINT: &str = "save the weights alone: torch.save(model.state_dict(), PATH), or export them as .safetensors";

pub(super) fn read(path: &Path) -> Result<Tensors, CheckpointError> {
    let io = |source| CheckpointError::Io { path: path.into(), source };
    let format = |reason| CheckpointError::Format { path: path.into(), reason, hint: HINT };
    let file_bytes = std::fs::metadata(path).map_err(io)?.len();
    let reader = PytorchReader::new(path).map_err(|error| match error {
        PytorchError::Io(source) if source.kind() != std::io::ErrorKind::InvalidData => io(source),
        other => format(other.to_string()),
    })?;
    if reader.is_empty() {
        return Err(format("it holds no tensors".into()));
    }
    let tensors = reader.into_tensors().into_iter().map(|(name, tensor)| {
        let tensor = load(&name, &tensor, file_bytes).map_err(&format)?;
        Ok((name, tensor))
    });
    tensors.collect::<Result<_, _>>().map(Tensors)
}

/// Reads one tensor; a view that repeats its storage beyond the size of the file is not a weight.
fn load(name: &str, tensor: &LazyTensor, file_bytes: u64) -> Result<Tensor, String> {
    let size = tensor.shape().iter().try_fold(tensor.dtype().size(), |size, &extent| size.checked_mul(extent));
    if size.is_none_or(|size| size as u64 > file_bytes) {
        return Err(format!("tensor `{name}` of shape {:?} is larger than the file", tensor.shape()));
    }
    let bytes = tensor.read().map_err(|error| error.to_string())?;
    Ok(Tensor { shape: tensor.shape().to_vec(), values: to_f32(tensor.dtype(), &bytes) })
}

fn to_f32(dtype: DType, data: &[u8]) -> Vec<f32> {
    match dtype {
        DType::F64 => each(data, |b| f64::from_ne_bytes(b) as f32),
        DType::F32 => each(data, f32::from_ne_bytes),
        DType::F16 => each(data, |b| f16::from_ne_bytes(b).to_f32()),
        DType::BF16 => each(data, |b| bf16::from_ne_bytes(b).to_f32()),
        DType::I64 => each(data, |b| i64::from_ne_bytes(b) as f32),
        DType::I32 => each(data, |b| i32::from_ne_bytes(b) as f32),
        DType::I16 => each(data, |b| i16::from_ne_bytes(b).into()),
        DType::I8 => each(data, |b| i8::from_ne_bytes(b).into()),
        DType::U64 => each(data, |b| u64::from_ne_bytes(b) as f32),
        DType::U32 => each(data, |b| u32::from_ne_bytes(b) as f32),
        DType::U16 => each(data, |b| u16::from_ne_bytes(b).into()),
        DType::U8 | DType::Bool => each(data, |b| u8::from_ne_bytes(b).into()),
    }
}

fn each<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    data.as_chunks().0.iter().map(|&bytes| value(bytes)).collect()
}
