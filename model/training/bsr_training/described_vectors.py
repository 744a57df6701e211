"""Test vectors of every described network, small and with random weights: what PyTorch makes of a picture, layer by layer.

Written are `NAME.toml`, `NAME.safetensors` with the weights, and `NAME.vector.safetensors` with `lr`, `sr` and `layer.N`, what
layer N wrote before its activation.
"""

import re
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from .described import run
from .drawn import drawn
from .weights import Weights

DESCRIPTIONS = Path(__file__).parents[2] / "descriptions"
CHANNELS, REPEATS = 4, 2
HEIGHT, WIDTH = 6, 7


def make(folder: Path):
    """Writes the vectors of every description of the project."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, path in enumerate(sorted(DESCRIPTIONS.glob("*.toml"))):
        text = reduced(path.read_text())
        (folder / path.name).write_text(text)
        rgb = np.moveaxis(drawn(seed % 5, HEIGHT, WIDTH), -1, 0).astype(np.float32)
        lr = torch.from_numpy(rgb if 'colour = "rgb"' in text else rgb[:1])
        weights = Weights(seed)
        with torch.no_grad():
            made = run(text, weights, lr[None])
        save_file({k: v.contiguous() for k, v in weights.tensors.items()}, folder / f"{path.stem}.safetensors")
        maps = {"lr": lr, "sr": made.sr[0]} | {f"layer.{at}": layer[0] for at, layer in made.layers.items()}
        save_file({k: v.contiguous() for k, v in maps.items()}, folder / f"{path.stem}.vector.safetensors")


def reduced(text: str) -> str:
    """A description with few channels and few repeats, without its comments."""
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    text = re.sub(r"^channels = \d+$", f"channels = {CHANNELS}", text, flags=re.M)
    # The repeat of the dense blocks counts from 1 and is referred to by its last index.
    fewer = lambda match: match[0] if "first" in match[0] else f"times = {min(REPEATS, int(match[1]))}\n"
    return re.sub(r"^times = (\d+)\n(first = \d+\n)?", fewer, text, flags=re.M)
