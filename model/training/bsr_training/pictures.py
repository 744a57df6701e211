"""Pictures of a folder as pairs of luma, prepared once and kept in one file."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from . import protocol

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}


@dataclass(frozen=True)
class Pair:
    """One picture: LR and HR luma, `[y, x]`, in steps of 1/256 grey level (u16). HR is exactly `scale` times LR."""

    name: str
    lr: np.ndarray
    hr: np.ndarray


def find(folder: Path) -> list[Path]:
    """Pictures under a folder, by path.

    Raises `FileNotFoundError` where there is none.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not files:
        raise FileNotFoundError(f"`{folder}` holds no picture; expected files such as {', '.join(sorted(SUFFIXES))}")
    return files


def load(path: Path) -> np.ndarray:
    """A picture as bytes, `[y, x]` where it is grey and `[y, x, 3]` where it is RGB."""
    with Image.open(path) as image:
        return np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))


def prepare(path: Path, scale: int) -> Pair:
    """Crops and resizes one picture by the protocol."""
    hr = protocol.crop_to_multiple(load(path), scale)
    lr = protocol.resize(hr, 1 / scale)
    fixed = lambda picture: np.round(protocol.luma(picture) * 256).astype(np.uint16)
    return Pair(path.stem, fixed(lr), fixed(hr))


def pairs(folder: Path, scale: int, cache: Path | None = None) -> list[Pair]:
    """All pairs of a folder; read from `cache` where that was made of the same files, else made and kept there."""
    files = find(folder)
    key = _key(files, scale)
    if cache is not None and cache.exists():
        with np.load(cache) as kept:
            if str(kept["key"]) == key:
                return [Pair(path.stem, kept[f"lr{i}"], kept[f"hr{i}"]) for i, path in enumerate(files)]
    made = []
    for i, path in enumerate(files):
        made.append(prepare(path, scale))
        if sys.stderr.isatty():
            print(f"\r{i + 1} of {len(files)} pictures prepared", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if cache is not None:
        _keep(made, key, cache)
    return made


def _key(files: list[Path], scale: int) -> str:
    listing = "\n".join(f"{path.name} {path.stat().st_size}" for path in files)
    return hashlib.sha256(f"x{scale}\n{listing}".encode()).hexdigest()


def _keep(made: list[Pair], key: str, cache: Path):
    cache.parent.mkdir(parents=True, exist_ok=True)
    arrays = {f"{which}{i}": getattr(pair, which) for i, pair in enumerate(made) for which in ("lr", "hr")}
    unfinished = cache.with_name(cache.name + ".part.npz")
    np.savez(unfinished, key=key, **arrays)
    unfinished.replace(cache)
