"""Signs with straight-through gradients.

`sign(0) = +1`, everywhere. The gradient of an activation's sign is that of an approximation `a(x)`; weights take the
identity unless a method says otherwise.

| name     | da/dx, with z = k x     | source                                   |
|----------|-------------------------|------------------------------------------|
| clip     | k for abs(z) <= 1       | Hubara et al. 2016; SCALES, on x / alpha |
| bi-real  | k max(0, 2 - 2 abs(z))  | Liu et al. 2018; E2FIF                   |
| tanh     | k (1 - tanh(z)^2)       | local means, where k grows with training |

`k` is the *sharpness*, 1 unless a recipe says otherwise.
"""

import torch
from torch import Tensor

GRADIENTS = ("clip", "bi-real", "tanh")


class _Sign(torch.autograd.Function):
    """`+1` where `x >= 0`, else `-1`, in `dtype`; the gradient is that of the named approximation."""

    @staticmethod
    def forward(ctx, x: Tensor, gradient: str, sharpness: float, dtype: torch.dtype) -> Tensor:
        ctx.save_for_backward(x)
        ctx.gradient, ctx.sharpness = gradient, sharpness
        return (x >= 0).to(dtype).mul_(2).sub_(1)

    @staticmethod
    def backward(ctx, upstream: Tensor):
        (x,) = ctx.saved_tensors
        slope = _SLOPES[ctx.gradient](x, ctx.sharpness)
        return slope.mul_(upstream), None, None, None


def _clip(x: Tensor, k: float) -> Tensor:
    return (x.abs() <= 1 / k).to(x.dtype).mul_(k)


def _bi_real(x: Tensor, k: float) -> Tensor:
    return x.abs().mul_(-2 * k * k).add_(2 * k).clamp_(min=0)


def _tanh(x: Tensor, k: float) -> Tensor:
    return (x * k).tanh_().square_().mul_(-k).add_(k)


_SLOPES = {"clip": _clip, "bi-real": _bi_real, "tanh": _tanh}


def sign(x: Tensor, gradient: str, sharpness: float = 1.0, dtype: torch.dtype | None = None) -> Tensor:
    """Signs of activations, of the same shape, with the gradient of that name (one of `GRADIENTS`)."""
    return _Sign.apply(x, gradient, sharpness, dtype or x.dtype)


def weight_sign(weight: Tensor) -> Tensor:
    """Signs of latent weights; the gradient passes unchanged."""
    with torch.no_grad():
        signs = (weight >= 0).to(weight.dtype).mul_(2).sub_(1)
    return weight + (signs - weight).detach()
