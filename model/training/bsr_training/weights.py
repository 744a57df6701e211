"""Random weights by name, drawn when they are first asked for, of a size that keeps the stream that of a trained network."""

import torch
from torch import Tensor

# How far the stream of a usual network spreads, in grey levels.
SPREAD = 30.0


class Weights:
    """Tensors by name; equal seeds and equal questions give equal tensors."""

    def __init__(self, seed: int):
        self.tensors: dict[str, Tensor] = {}
        self.generator = torch.Generator().manual_seed(seed)

    def between(self, name: str, shape: tuple[int, ...], low: float, high: float) -> Tensor:
        """Uniform values."""
        if name not in self.tensors:
            self.tensors[name] = torch.rand(shape, generator=self.generator) * (high - low) + low
        return self.tensors[name]

    def symmetric(self, name: str, shape: tuple[int, ...], largest: float) -> Tensor:
        """Uniform values around 0."""
        return self.between(name, shape, -largest, largest)

    def around(self, name: str, shape: tuple[int, ...], value: float) -> Tensor:
        """Uniform values from half of one to half as much again."""
        return self.between(name, shape, 0.5 * value, 1.5 * value)
