//! A writer of the PyTorch checkpoints that a test needs: the stream of pickles of `torch.save` before 1.6.

use bsr_model::checkpoint::Tensors;

/// `torch.save({name: tensor}, path)`.
pub(crate) fn saved(tensors: &Tensors) -> Vec<u8> {
    let mut bytes = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    bytes.extend(b"\x80\x02M\xe9\x03.");
    bytes.extend(b"\x80\x02}(");
    bytes.extend([text("little_endian"), b"\x88".into(), text("protocol_version"), b"M\xe9\x03u.".into()].concat());
    bytes.extend(b"\x80\x02}(");
    for (key, (name, tensor)) in tensors.0.iter().enumerate() {
        bytes.extend(text(name));
        bytes.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
        bytes.extend([text("storage"), b"ctorch\nFloatStorage\n".into(), text(&key.to_string()), text("cpu")].concat());
        bytes.extend([int(tensor.values.len()), b"NtQK\x00".into()].concat());
        let stride = |axis: usize| tensor.shape[axis + 1..].iter().product();
        bytes.extend(tuple(tensor.shape.iter().copied()));
        bytes.extend(tuple((0..tensor.shape.len()).map(stride)));
        bytes.extend(b"\x89ccollections\nOrderedDict\n)RtR");
    }
    bytes.extend(b"u.\x80\x02](");
    bytes.extend((0..tensors.0.len()).flat_map(|key| text(&key.to_string())));
    bytes.extend(b"e.");
    for tensor in tensors.0.values() {
        bytes.extend((tensor.values.len() as u64).to_le_bytes());
        bytes.extend(tensor.values.iter().flat_map(|v| v.to_le_bytes()));
    }
    bytes
}

/// `torch.save(network, path)` of a network of class `__main__.Net`: an object to be built by code of its own.
pub(crate) fn whole_module() -> Vec<u8> {
    let mut bytes = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    bytes.extend(b"\x80\x02M\xe9\x03.");
    bytes.extend([b"\x80\x02}(".to_vec(), text("little_endian"), b"\x88u.".to_vec()].concat());
    bytes.extend(b"\x80\x02c__main__\nNet\n)\x81}(");
    bytes.extend([text("training"), b"\x88ub.".to_vec()].concat());
    bytes.extend(b"\x80\x02].");
    bytes
}

fn text(value: &str) -> Vec<u8> {
    [b"X", &(value.len() as u32).to_le_bytes()[..], value.as_bytes()].concat()
}

fn int(value: usize) -> Vec<u8> {
    [b"J", &(value as u32).to_le_bytes()[..]].concat()
}

fn tuple(values: impl Iterator<Item = usize>) -> Vec<u8> {
    [b"(".to_vec(), values.flat_map(int).collect(), b"t".to_vec()].concat()
}
