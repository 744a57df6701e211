"""The network that every peer runs: a built-in one of E2FIF's form, read from its compact checkpoint."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

MEAN = 127.5
SLOPE = 13 / 128


@dataclass(frozen=True)
class Stage:
    """A binary stage: ``x + scale * conv(sign(x), weight) + offset``, then a leaky ReLU where it is ``leaky``."""

    weight: np.ndarray
    """+1 and -1, ``[output][input][ky][kx]``, f32."""
    scale: np.ndarray
    offset: np.ndarray
    leaky: bool

    def scaled(self) -> np.ndarray:
        """The weights with the scale in them, as a runtime without binary operators wants them."""
        return self.weight * self.scale[:, None, None, None]


@dataclass(frozen=True)
class Network:
    """A head, binary stages, the long skip, a tail and a pixel shuffle."""

    head: tuple[np.ndarray, np.ndarray]
    stages: list[Stage]
    tail: tuple[np.ndarray, np.ndarray]

    @property
    def channels(self) -> int:
        return self.head[0].shape[0]

    @property
    def scale(self) -> int:
        return round(self.tail[0].shape[0] ** 0.5)


def read(path: Path) -> Network:
    """Reads a compact checkpoint."""
    tensors = load_file(path)

    def conv(name: str) -> tuple[np.ndarray, np.ndarray]:
        return tensors[f"{name}.weight"], tensors[f"{name}.bias"]

    blocks = sum(name.endswith(".conv1.sign") for name in tensors)
    names = [f"body.{block}.conv{half}" for block in range(blocks) for half in (1, 2)]
    return Network(conv("head"), [stage(tensors, name) for name in names], conv("tail"))


def stage(tensors: dict[str, np.ndarray], name: str) -> Stage:
    """A stage whose signs are packed ``[output][ky][kx][input / 64]``, input 0 in bit 0."""
    words = tensors[f"{name}.sign"]
    offset = tensors[f"{name}.offset"]
    bits = (words[..., None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    bits = bits.reshape(*words.shape[:3], -1)[..., : len(offset)]
    weight = np.where(bits.transpose(0, 3, 1, 2) == 1, 1.0, -1.0).astype(np.float32)
    return Stage(np.ascontiguousarray(weight), tensors[f"{name}.scale"], offset, name.endswith("conv1"))


def picture(height: int, width: int) -> np.ndarray:
    """The picture that is enlarged, ``[1][1][y][x]``, f32 of 0 to 255."""
    y, x = np.mgrid[:height, :width]
    return ((x * 255 // width + y * y % 97) % 256).astype(np.float32)[None, None]


def stream(network: Network, height: int, width: int) -> np.ndarray:
    """Stream values for a layer alone."""
    values = np.random.default_rng(1).normal(0, 30, (1, network.channels, height, width))
    return values.astype(np.float32)
