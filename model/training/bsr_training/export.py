"""A trained run as files that `model import` reads: a checkpoint and a description of the network."""

from pathlib import Path

from safetensors.torch import save_file

from .description import describe
from .state import State


def export(state: State, checkpoint: Path, name: str) -> Path:
    """Writes the averaged weights, and beside them the description as TOML, whose path is returned.

    The description is also in the checkpoint's metadata, under `description`.
    """
    text = describe(state.topology, name)
    tensors = {key: value.detach().cpu().contiguous() for key, value in state.average.state_dict().items()}
    description = checkpoint.with_suffix(".toml")
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, checkpoint, {"description": text})
    description.write_text(text)
    return description
