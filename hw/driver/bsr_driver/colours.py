"""Pictures in colour: the luma through an engine for luma, the chroma by bicubic interpolation."""

import numpy as np

from .errors import WrongPicture

TO_YCBCR = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
"""BT.601 with 16..235 for luma and 16..240 for chroma."""

OFFSET = np.array([16.0, 128.0, 128.0])


def upscale_rgb(accelerator, rgb: np.ndarray) -> np.ndarray:
    """The SR picture of an LR picture `[H, W, 3]`, both uint8 RGB. Raises what `accelerator.upscale` raises.

    A model of three colours makes it of RGB itself.
    """
    if not isinstance(rgb, np.ndarray) or rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        found = (getattr(rgb, "dtype", type(rgb).__name__), getattr(rgb, "shape", None))
        raise WrongPicture(f"the picture is {found}, expected uint8 (rows, columns, 3)", "convert it to RGB")
    if accelerator.model is not None and accelerator.model.colours == 3:
        return accelerator.upscale(np.ascontiguousarray(rgb))
    ycbcr = rgb @ TO_YCBCR.T + OFFSET
    luma = accelerator.upscale(to_bytes(np.ascontiguousarray(ycbcr[..., 0])))
    scale = luma.shape[0] // rgb.shape[0]
    chroma = bicubic(bicubic(ycbcr[..., 1:], scale, 0), scale, 1)
    large = np.dstack([luma, chroma])
    return to_bytes((large - OFFSET) @ np.linalg.inv(TO_YCBCR).T)


def to_bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def bicubic(values: np.ndarray, scale: int, axis: int) -> np.ndarray:
    """Enlarges one axis with Keys' kernel, a = -1/2; beyond the border the border repeats."""
    size = values.shape[axis]
    place = (np.arange(size * scale) + 0.5) / scale - 0.5
    first = np.floor(place).astype(int)
    shape = [-1 if axis == k else 1 for k in range(values.ndim)]
    total = 0
    for tap in range(-1, 3):
        weight = keys(np.abs(place - (first + tap))).reshape(shape)
        total = total + weight * np.take(values, np.clip(first + tap, 0, size - 1), axis)
    return total


def keys(x: np.ndarray) -> np.ndarray:
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0))
