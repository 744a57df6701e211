"""What tests/tests/driver.rs gives to these tests: simulator, model file, pictures and golden's answers."""

import json
import os
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent

if "DRIVER_CASE" not in os.environ:
    raise RuntimeError("these tests need a simulator: run `cargo test -p bsr-tests --test driver`")

FOLDER = Path(os.environ["DRIVER_CASE"])
CASE = json.loads((FOLDER / "case.json").read_text())
SIMULATOR, SCALE, SIZES = CASE["simulator"], CASE["scale"], CASE["sizes"]
MODEL = FOLDER / "model.bsr"


def pictures(index: int) -> tuple[np.ndarray, np.ndarray]:
    """An LR picture and the SR picture of golden."""
    height, width = SIZES[index]
    lr = np.fromfile(FOLDER / f"lr{index}", np.uint8).reshape(height, width)
    sr = np.fromfile(FOLDER / f"sr{index}", np.uint8).reshape(height * SCALE, width * SCALE)
    return lr, sr
