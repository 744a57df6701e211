"""Random patches, flipped and transposed; a batch is a function of the seed and the step alone."""

import numpy as np
import torch
from torch import Tensor

from .pictures import Pair


class Patches:
    """Draws batches of LR and HR patches from pairs, each pixel of the pictures about equally often."""

    def __init__(self, pairs: list[Pair], batch: int, patch: int, seed: int, round_input: bool):
        """`patch` is the side of an LR patch; `round_input` gives LR luma in whole grey levels, as 8-bit luma is.

        Raises `ValueError` if no picture holds a patch.
        """
        self.pairs = [pair for pair in pairs if min(pair.lr.shape) >= patch]
        if not self.pairs:
            raise ValueError(f"no picture is {patch} LR pixels high and wide; pass a smaller --patch")
        self.batch, self.patch, self.seed, self.round_input = batch, patch, seed, round_input
        self.scale = self.pairs[0].hr.shape[0] // self.pairs[0].lr.shape[0]
        areas = np.array([pair.lr.size for pair in self.pairs], float)
        self.shares = np.cumsum(areas / areas.sum())

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """The batch of a step: LR `[n, 1, p, p]` and HR `[n, 1, p s, p s]`, grey levels in f32."""
        random = np.random.default_rng((self.seed, step))
        drawn = [self._draw(random) for _ in range(self.batch)]
        lr, hr = (torch.from_numpy(np.stack(side)[:, None].astype(np.float32) / 256) for side in zip(*drawn))
        return (torch.floor(lr + 0.5) if self.round_input else lr), hr

    def _draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        index = min(int(np.searchsorted(self.shares, random.random())), len(self.pairs) - 1)
        pair, p, s = self.pairs[index], self.patch, self.scale
        y, x = (int(random.integers(0, side - p + 1)) for side in pair.lr.shape)
        lr = pair.lr[y : y + p, x : x + p]
        hr = pair.hr[y * s : (y + p) * s, x * s : (x + p) * s]
        turn = int(random.integers(0, 8))
        return _turned(lr, turn), _turned(hr, turn)


def _turned(picture: np.ndarray, turn: int) -> np.ndarray:
    """One of the eight symmetries of the square."""
    picture = picture[::-1] if turn & 1 else picture
    picture = picture[:, ::-1] if turn & 2 else picture
    return picture.T if turn & 4 else picture
