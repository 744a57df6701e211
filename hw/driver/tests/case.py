"""What tests/tests/driver.rs gives to these tests: simulator, model file, handoff, pictures and golden's answers."""

import json
import os
from pathlib import Path

import numpy as np

from bsr_driver import Model
from bsr_driver.overlay import VLNV

HERE = Path(__file__).parent

if "DRIVER_CASE" not in os.environ:
    raise RuntimeError("these tests need a simulator: run `cargo test -p bsr-tests --test driver`")

FOLDER = Path(os.environ["DRIVER_CASE"])
CASE = json.loads((FOLDER / "case.json").read_text())
SIMULATOR, SCALE, SIZES = CASE["simulator"], CASE["scale"], CASE["sizes"]
MODEL = FOLDER / "model.bsr"
RGB, RGB_MODEL = CASE["rgb"], FOLDER / "rgb.bsr"
PICTURE = HERE.parents[2] / "sim/assets/harbour.png"


def write_overlay(folder: Path, kind: str = VLNV) -> Path:
    """A bitstream, empty, with the files beside it, for an engine or for an IP of another kind."""
    bitstream = folder / "bsr.bit"
    bitstream.write_bytes(b"")
    bitstream.with_suffix(".hwh").write_text((FOLDER / "bsr.hwh").read_text().replace(VLNV, kind))
    report = {"hashes": {"rtl": Model.read(MODEL).rtl_sha256}}
    bitstream.with_suffix(".json").write_text(json.dumps(report))
    return bitstream


def rgb_pictures() -> tuple[np.ndarray, np.ndarray]:
    """An LR picture of three colours and the SR picture of golden, for the engine of `RGB`."""
    (height, width), scale = SIZES[1], RGB["scale"]
    lr = np.fromfile(FOLDER / "lr_rgb", np.uint8).reshape(height, width, 3)
    sr = np.fromfile(FOLDER / "sr_rgb", np.uint8).reshape(height * scale, width * scale, 3)
    return lr, sr


def pictures(index: int) -> tuple[np.ndarray, np.ndarray]:
    """An LR picture and the SR picture of golden."""
    height, width = SIZES[index]
    lr = np.fromfile(FOLDER / f"lr{index}", np.uint8).reshape(height, width)
    sr = np.fromfile(FOLDER / f"sr{index}", np.uint8).reshape(height * SCALE, width * SCALE)
    return lr, sr
