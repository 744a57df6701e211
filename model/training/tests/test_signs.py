import pytest
import torch

from bsr_training.signs import GRADIENTS, sign, weight_sign
from bsr_training.stream import StreamFormat, round_stream


def test_the_sign_of_zero_is_plus_one():
    x = torch.tensor([-1e-9, -0.0, 0.0, 1e-9])
    assert sign(x, "bi-real").tolist() == [-1, 1, 1, 1]
    assert weight_sign(x).tolist() == [-1, 1, 1, 1]


@pytest.mark.parametrize("gradient", GRADIENTS)
@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_a_gradient_is_the_derivative_of_its_approximation(gradient, sharpness):
    approximation = {
        "clip": lambda z: z.clamp(-1, 1),
        "bi-real": lambda z: z.clamp(-1, 1) * (2 - z.clamp(-1, 1).abs()),
        "tanh": torch.tanh,
    }[gradient]
    x = torch.linspace(-2.03, 2.04, 57, dtype=torch.float64, requires_grad=True)
    sign(x, gradient, sharpness).sum().backward()
    expected = x.detach().clone().requires_grad_()
    approximation(sharpness * expected).sum().backward()
    torch.testing.assert_close(x.grad, expected.grad)


def test_the_gradient_of_a_weight_passes_unchanged():
    weight = torch.randn(5, requires_grad=True)
    (weight_sign(weight) * torch.arange(5.0)).sum().backward()
    assert weight.grad.tolist() == [0, 1, 2, 3, 4]


def test_a_rounded_value_is_the_middle_of_its_interval_and_keeps_its_sign():
    x = torch.linspace(-9, 9, 1001)
    rounded = round_stream(x, StreamFormat(bits=8, fraction=3))
    assert torch.equal(torch.floor(rounded * 8) + 0.5, rounded * 8)
    assert torch.equal(rounded >= 0, x >= 0)
    assert (rounded - x).abs().max() <= 1 / 16 + 1e-6


def test_the_gradient_stops_where_the_stream_saturates():
    x = torch.tensor([-17.0, -15.9, 0.0, 15.9, 16.1], requires_grad=True)
    rounded = round_stream(x, StreamFormat(bits=6, fraction=1))
    assert rounded.tolist() == [-15.75, -15.75, 0.25, 15.75, 15.75]
    rounded.sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 1, 0]
