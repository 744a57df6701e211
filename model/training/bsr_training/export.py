"""A trained run as files: what `model import` reads, and what `model card` tells of the training."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from .description import describe
from .state import State


def export(state: State, checkpoint: Path, name: str, half: bool = False) -> list[Path]:
    """Writes the averaged weights, and beside them the description (`.toml`) and the training (`.training.json`).

    `half` keeps the latent weights as f16: half the size, enough to start another run from, the signs unchanged.
    Returns the three paths, the checkpoint first.
    """
    text = describe(state.topology, name)
    tensors = {key: value.detach().cpu().contiguous() for key, value in state.average.state_dict().items()}
    if half:
        tensors = {key: _halved(value) if key.endswith(".0.weight") else value for key, value in tensors.items()}
    description, training = checkpoint.with_suffix(".toml"), checkpoint.with_suffix(".training.json")
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, checkpoint, {"description": text})
    description.write_text(text)
    training.write_text(json.dumps({"runs": state.ancestors + [state.summary()]}, indent=2) + "\n")
    return [checkpoint, description, training]


def _halved(latent: torch.Tensor) -> torch.Tensor:
    """As f16, a value too small for it as the smallest one of its sign."""
    smallest = torch.finfo(torch.float16).tiny
    kept = torch.where(latent >= 0, latent.clamp(min=smallest), latent.clamp(max=-smallest))
    return kept.to(torch.float16)
