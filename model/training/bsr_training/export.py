"""A trained run as files: what `model import` reads, and what `model card` tells of the training."""

import json
from pathlib import Path

from safetensors.torch import save_file

from .description import describe
from .state import State


def export(state: State, checkpoint: Path, name: str) -> list[Path]:
    """Writes the averaged weights, and beside them the description (`.toml`) and the training (`.training.json`).

    Returns the three paths, the checkpoint first.
    """
    text = describe(state.topology, name)
    tensors = {key: value.detach().cpu().contiguous() for key, value in state.average.state_dict().items()}
    description, training = checkpoint.with_suffix(".toml"), checkpoint.with_suffix(".training.json")
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, checkpoint, {"description": text})
    description.write_text(text)
    training.write_text(json.dumps({"runs": state.ancestors + [state.summary()]}, indent=2) + "\n")
    return [checkpoint, description, training]
