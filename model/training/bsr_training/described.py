"""Any network of the descriptions (TOML), run by PyTorch with random weights: the reference of the floating-point path.

Every operator of the vocabulary is one function here, written with PyTorch's own; a description is unfolded, its layers
run one after the other, and a tensor is drawn when a layer first asks for its name. Maps are `[1, c, y, x]` in the units in
which the network was trained, that is grey levels over `divisor`.
"""

import math
import tomllib
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .operators import above_local_mean, attend, enlarge, signs
from .weights import SPREAD, Weights


@dataclass
class Run:
    """What a network made of a picture, in grey levels: the SR picture, and by position what each layer that computes wrote
    before its activation."""

    sr: Tensor
    layers: dict[int, Tensor]


def unfold(layers: list[dict], indices: tuple[int, ...] = ()):
    """The layers with repeats unfolded, each with the indices of the repeats around it."""
    for layer in layers:
        if layer["kind"] == "repeat":
            first = layer.get("first", 0)
            for index in range(first, first + layer["times"]):
                yield from unfold(layer["layers"], (*indices, index))
        else:
            yield layer, indices


def run(text: str, weights: Weights, lr: Tensor) -> Run:
    """The network of a description on `lr`, `[1, colours, y, x]` in grey levels."""
    description = tomllib.loads(text)
    return _Network(description, weights).run(lr)


class _Network:
    def __init__(self, description: dict, weights: Weights):
        self.description, self.weights = description, weights
        self.divisor = description.get("divisor", 1.0)
        self.unit = 1.0 / self.divisor
        self.mean = torch.tensor(description["mean"], dtype=torch.float32).view(1, -1, 1, 1)
        self.outputs: list[Tensor] = []
        self.inputs: list[Tensor] = []
        self.names: dict[str, int] = {}

    def run(self, lr: Tensor) -> Run:
        description, scale = self.description, self.description["scale"]
        self.lr = lr
        picture = enlarge(lr, scale, description["enlarge"]) if "enlarge" in description else lr
        x, written = (picture - self.mean) / self.divisor, {}
        kinds = {
            "conv": self.conv,
            "binary-conv": self.stage,
            "long-skip": lambda layer, x: x + self.outputs[self.names[layer("from")]],
            "concat": self.concat,
            "attention": self.attention,
            "pixel-shuffle": lambda layer, x: F.pixel_shuffle(x, layer.get("scale", scale)),
        }
        for fields, indices in unfold(description["layers"]):
            layer = _Layer(fields, indices)
            self.inputs.append(x)
            if "name" in fields:
                self.names[layer("name")] = len(self.outputs)
            x = kinds[fields["kind"]](layer, x)
            if fields["kind"] in ("conv", "binary-conv", "attention"):
                written[len(self.outputs)] = x * self.divisor
            if fields["kind"] != "attention":
                x = self.activate(layer, layer.get("activation"), "slope", x)
            self.outputs.append(x)
        return Run(x * self.divisor + self.mean, written)

    def conv(self, layer, x: Tensor) -> Tensor:
        out = self.size(layer.get("out", "channels"))
        prefix, kernel = layer.first("tensors"), layer("kernel")
        y = F.conv2d(x, *self.linear(prefix, out, x.shape[1], kernel, bias=self.unit), padding=kernel // 2)
        if layer.get("norm"):
            y = self.norm(layer.first("norm"), y, SPREAD * self.unit)
        return y + self.skip(layer, layer.get("skip", "none"), x, out)

    def stage(self, layer, x: Tensor) -> Tensor:
        out, kernel = self.size(layer.get("out", x.shape[1])), layer("kernel")
        names, taps = layer.tensors, math.sqrt(x.shape[1] * kernel**2)
        latent = self.weights.symmetric(f"{names['conv']}.weight", (out, x.shape[1], kernel, kernel), 2.0 / taps)
        bias = self.weights.symmetric(f"{names['conv']}.bias", (out,), 0.1 * taps)
        y = F.conv2d(self.operand(layer, x), signs(latent), padding=kernel // 2)
        y = self.affine(layer, y, bias, latent, taps if layer("threshold") != "none" else taps * SPREAD * self.unit)
        for factor in layer.get("factors", []):
            y = y * (self.spatial if factor == "spatial" else self.channel)(names[factor], x)
        y = self.activate(layer, layer.get("branch"), "branch-slope", y)
        if "branch-offset" in names:
            y = y + self.weights.symmetric(names["branch-offset"], (out, 1, 1), 2.0 * self.unit)
        return y + self.skip(layer, layer("skip"), x, out)

    def operand(self, layer, x: Tensor) -> Tensor:
        """The signs that the weights meet, or the stream itself."""
        match layer("threshold"):
            case "zero":
                return signs(x)
            case "channel" | "shift" as kind:
                values = self.weights.symmetric(layer.tensors["threshold"], (x.shape[1], 1, 1), 2.0 * self.unit)
                return signs(x - values if kind == "channel" else x + values)
            case "mean":
                return signs(x - x.mean(dim=(2, 3), keepdim=True))
            case {"local-mean": kernel}:
                return signs(above_local_mean(x, kernel))
            case "none":
                return x
            case other:
                raise ValueError(f"`{other}` is no threshold")

    def affine(self, layer, y: Tensor, bias: Tensor, latent: Tensor, spread: float) -> Tensor:
        """The steps in order; the bias where it stands, else after the leading scales. `spread` is that of `y`."""
        steps = layer("affine")
        steps, placed = steps if isinstance(steps, list) else [steps], "bias" in steps
        target, waiting = (5.0 if layer("threshold") != "none" else SPREAD) * self.unit, True
        view = bias.view(-1, 1, 1)
        for step in steps:
            if waiting and (step == "bias" or not placed and (step == "batch-norm" or "offset" in step)):
                y, waiting = y + view, False
            match step:
                case "weight-mean":
                    mean = latent.abs().mean(dim=(1, 2, 3)).view(-1, 1, 1)
                    y, spread = y * mean, spread * float(mean.mean())
                case {"scale": names}:
                    scale = self.weights.around(layer.fill(names[0]), (latent.shape[0], 1, 1), target / spread)
                    y, spread = y * scale, target
                case {"offset": names}:
                    y = y + self.weights.symmetric(layer.fill(names[0]), (latent.shape[0], 1, 1), 0.3 * spread)
                case "batch-norm":
                    y, spread = self.norm(layer.tensors["norm"], y, spread), target
        return y + view if waiting else y

    def spatial(self, prefix: str, x: Tensor) -> Tensor:
        return torch.sigmoid(F.conv2d(x, *self.factor(prefix, (1, x.shape[1], 1, 1))))

    def channel(self, prefix: str, x: Tensor) -> Tensor:
        means = x.mean(dim=(2, 3)).view(1, 1, -1)
        return torch.sigmoid(F.conv1d(means, *self.factor(prefix, (1, 1, 5)), padding=2)).view(1, -1, 1, 1)

    def factor(self, prefix: str, shape: tuple[int, ...]):
        largest = 2.0 / (SPREAD * self.unit * math.sqrt(math.prod(shape)))
        return self.weights.symmetric(f"{prefix}.weight", shape, largest), self.weights.symmetric(f"{prefix}.bias", (1,), 1.0)

    def attention(self, layer, x: Tensor) -> Tensor:
        channels, hidden = x.shape[1], self.size(layer("hidden"))
        reduce = self.linear(layer.tensors["reduce"], hidden, channels, 1, bias=self.unit)
        largest = 4.0 / (SPREAD * self.unit * math.sqrt(hidden))
        expand = self.linear(layer.tensors["expand"], channels, hidden, 1, bias=1.0, weight=largest)
        between = lambda h: self.activate(layer, layer.get("activation"), "slope", h)
        return attend(x, reduce, between, expand) + self.skip(layer, layer.get("skip", "none"), x, channels)

    def concat(self, layer, x: Tensor) -> Tensor:
        return torch.cat([part for source in layer("parts") for part in self.parts(layer, source)], dim=1)

    def parts(self, layer, source: dict) -> list[Tensor]:
        if "input-of" in source:
            return [self.inputs[self.names[layer.fill(source["input-of"])]]]
        start, star, end = layer.fill(source["from"]).partition("*")
        if not star:
            return [self.outputs[self.names[start]]]
        middle = lambda name: name[len(start) : len(name) - len(end)]
        found = [name for name in self.names if name.startswith(start) and name.endswith(end) and middle(name).isdigit()]
        return [self.outputs[self.names[name]] for name in sorted(found, key=lambda name: int(middle(name)))]

    def skip(self, layer, skip, x: Tensor, out: int) -> Tensor | float:
        match skip:
            case "none":
                return 0.0
            case "identity":
                return x
            case "repeat":
                return x.repeat_interleave(out // x.shape[1], dim=1)
            case {"sum": terms}:
                return sum(self.skip(layer, term, x, out) for term in terms)
            case {"enlarged": kind}:
                return (enlarge(self.lr, self.description["scale"], kind) - self.mean) / self.divisor
            case source:
                return self.parts(layer, source)[0]

    def activate(self, layer, activation, slope: str, x: Tensor) -> Tensor:
        match activation:
            case None:
                return x
            case {"leaky-relu": negative}:
                return F.leaky_relu(x, negative)
            case _:
                names = layer.tensors if isinstance(layer.get("tensors"), dict) else {"slope": layer.first("slope")}
                return F.prelu(x, self.weights.between(names[slope], (x.shape[1],), 0.05, 0.4))

    def linear(self, prefix: str, out: int, inputs: int, kernel: int, bias: float, weight: float | None = None):
        """Weights and bias of a full-precision convolution."""
        largest = weight or 1.0 / math.sqrt(inputs * kernel**2)
        shape = (out, inputs, kernel, kernel)
        return self.weights.symmetric(f"{prefix}.weight", shape, largest), self.weights.symmetric(f"{prefix}.bias", (out,), bias)

    def norm(self, prefix: str, y: Tensor, spread: float) -> Tensor:
        """Batch normalisation by running statistics, of values with that spread into a few grey levels."""
        shape, draw = (y.shape[1],), self.weights
        mean = draw.symmetric(f"{prefix}.running_mean", shape, 0.3 * spread)
        variance = draw.between(f"{prefix}.running_var", shape, 0.5 * spread**2, 1.5 * spread**2)
        gamma = draw.between(f"{prefix}.weight", shape, 3.0 * self.unit, 7.0 * self.unit)
        beta = draw.symmetric(f"{prefix}.bias", shape, 2.0 * self.unit)
        return F.batch_norm(y, mean, variance, gamma, beta, eps=self.description["bn-eps"])

    def size(self, size: int | str) -> int:
        """A number of channels: a number, or a product of numbers and the network's; a quotient is rounded up."""
        if isinstance(size, int):
            return size
        description = self.description
        words = {"channels": description["channels"], "scale": description["scale"], "colours": len(description["mean"])}
        value = lambda word: words.get(word.strip()) or int(word)
        product = 1
        for factor in size.split("*"):
            dividend, *divisor = factor.split("/")
            product *= -(-value(dividend) // value(divisor[0])) if divisor else value(dividend)
        return product


class _Layer:
    """A layer's fields, with the indices of the repeats around it put into names."""

    def __init__(self, fields: dict, indices: tuple[int, ...]):
        self.fields, self.indices = fields, indices

    def __call__(self, key: str):
        return self.get(key)

    def get(self, key: str, default=None):
        value = self.fields.get(key, default)
        return self.fill(value) if key in ("name", "from") else value

    def fill(self, name: str) -> str:
        """A name with its places filled, outermost index first."""
        for index in self.indices:
            name = name.replace("{}", str(index), 1)
        return name

    def first(self, key: str) -> str:
        """The first of several names."""
        return self.fill(self.fields[key][0])

    @property
    def tensors(self) -> dict[str, str]:
        """The first name of each kind of tensor."""
        return {kind: self.fill(names[0]) for kind, names in self.fields["tensors"].items()}
