"""Operators of the descriptions that are more than one call of PyTorch. Maps are `[1, c, y, x]`."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import protocol


def signs(x: Tensor) -> Tensor:
    """+1 where `x >= 0`, else -1."""
    return torch.where(x >= 0, 1.0, -1.0)


def above_local_mean(x: Tensor, kernel: int) -> Tensor:
    """`x` minus the mean of the values of its channel in a square around it that are inside the picture."""
    return x - F.avg_pool2d(x, kernel, stride=1, padding=kernel // 2, count_include_pad=False)


def attend(x: Tensor, reduce: tuple, between: Callable[[Tensor], Tensor], expand: tuple) -> Tensor:
    """`x` times the sigmoid of two 1x1 convolutions of the means of its channels."""
    means = F.adaptive_avg_pool2d(x, 1)
    return x * torch.sigmoid(F.conv2d(between(F.conv2d(means, *reduce)), *expand))


def enlarge(picture: Tensor, scale: int, kind: str) -> Tensor:
    """A picture in grey levels `scale` times as large, clamped to what a pixel can be."""
    if kind == "bilinear":
        return F.interpolate(picture, scale_factor=scale, mode="bilinear", align_corners=False).clamp(0, 255)
    values = picture.double().numpy()
    for axis in (2, 3):
        weights, places = protocol.taps(values.shape[axis], scale)
        source = np.moveaxis(values, axis, 0)
        values = np.moveaxis(np.einsum("lt,lt...->l...", weights, source[places]), 0, axis)
    return torch.from_numpy(values).float().clamp(0, 255)
