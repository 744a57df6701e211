"""Test vectors: a small network of every method, trained for a few steps, and what PyTorch makes of a picture with it.

The tests of the Rust crates import them without PyTorch: the floating-point path has to agree with `sr`, and the
integer network has to be the same in every implementation.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from safetensors.torch import save_file

from . import export, pictures, protocol, recipe, zoo
from .drawn import draw_folder, drawn
from .patches import Patches
from .state import State
from .training import one_step

NAMES = (
    "e2fif_x2",
    "e2fif_x3",
    "e2fif_x4",
    "scales_x2",
    "scales_lsf_x2",
    "lmb_x2",
    "esb_x2",
    "ma2019_x2",
    "bbcu_x2",
    "btm_x2",
)
SIZE = "_c6b2"
STEPS = 30
HEIGHT, WIDTH = 13, 18


def make(folder: Path):
    """Writes `NAME.safetensors`, `NAME.toml` and `NAME.vector.safetensors` (`lr`, `sr`: luma `[y, x]`) of every method."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as drawings:
        draw_folder(Path(drawings))
        for name in NAMES:
            _make_one(folder, name, Path(drawings))


def _make_one(folder: Path, name: str, drawings: Path):
    topology = zoo.topology(name + SIZE)
    few = replace(
        recipe.default(topology), steps=STEPS, batch=2, patch=8, learning_rate=1e-2, warm_up=5, ema=0.9, bf16=False
    )
    state = State.fresh(topology, few, torch.device("cpu"))
    pairs = pictures.pairs(drawings, topology.scale)
    patches = Patches(pairs, few.batch, few.patch, few.seed, few.round_input)
    for _ in range(STEPS):
        one_step(state, patches)
    export.export(state, folder / f"{name}.safetensors", name)
    (folder / f"{name}.training.json").unlink()
    lr = np.floor(protocol.luma(drawn(7, HEIGHT, WIDTH)) + 0.5).astype(np.float32)
    state.average.eval()
    with torch.no_grad():
        sr = state.average(torch.from_numpy(lr)[None, None])[0, 0]
    save_file({"lr": torch.from_numpy(lr), "sr": sr.contiguous()}, folder / f"{name}.vector.safetensors")
