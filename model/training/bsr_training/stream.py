"""Rounding of the full-precision stream in the loop, as the integer network will round it.

A stream integer `v` of `bits` bits with `fraction` fraction bits stands for the middle of its interval,
`(v + 1/2) / 2^fraction`; so the rounded stream is `(floor(x 2^f) + 1/2) / 2^f`, saturated. The gradient passes
where the value did not saturate.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class StreamFormat:
    """Fixed-point format of the stream, in units of one grey level."""

    bits: int
    fraction: int

    @property
    def middle(self) -> float:
        """Half a unit, in grey levels."""
        return 0.5**(self.fraction + 1)


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, bits: int, fraction: int) -> Tensor:
        unit, limit = 2.0**fraction, 2.0 ** (bits - 1)
        floor = (x * unit).floor_()
        inside = (floor >= -limit) & (floor < limit)
        ctx.save_for_backward(inside)
        return floor.clamp_(-limit, limit - 1).add_(0.5).mul_(1 / unit)

    @staticmethod
    def backward(ctx, upstream: Tensor):
        (inside,) = ctx.saved_tensors
        return upstream * inside, None, None


def round_stream(x: Tensor, format: StreamFormat | None) -> Tensor:
    """The stream in `format`, or unchanged where there is none."""
    return x if format is None else _Round.apply(x, format.bits, format.fraction)
