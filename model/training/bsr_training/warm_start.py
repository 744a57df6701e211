"""Weights of another run or of a checkpoint as the beginning of a run, where names and shapes agree.

What is called the same may still mean something else in another network, so four things are translated:

- A narrower network takes the channels that carry most to the tail, in all layers the same: the skips keep a channel
  apart from the others from head to tail.
- SCALES has no normalisation. E2FIF's `a dot + b` becomes `alpha mean|W| S dot` by scaling each filter of `W` (and
  turning its signs where `a < 0`), and thresholds that hold what the missing `b` would have added to the stream.
- Ma et al. convolve the stream, not its signs, between ends of 9x9. They take E2FIF's ends, each 3x3 kernel in the
  middle of a larger one; its binary weights were learnt for signs and stay behind, and the branches begin small.
- Latent weights of a recipe that bounds them (ESB) are scaled into the bound; clamping would forget which are near 0.
"""

import json
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from .state import State

ALPHA = 0.5
"""Layer-wise scale of a translated network: its latent weights are then about as large as those drawn at random."""
SPATIAL_BIAS = 2.0
"""Of a spatial factor that is the same for all pixels, sigmoid(2), until training moves it."""
SMALL_GAIN = 0.1
"""What the normalised branches of a network begin with that has nothing but its ends from another."""
BN_EPS = 1e-5


def start_from(state: State, weights: Path) -> list[str]:
    """Gives a run that has not started the weights of a checkpoint or of another run's state.

    Returns the names of the parameters that it did not find.
    """
    with safe_open(weights, "pt") as file:
        state.ancestors = _runs(file.metadata() or {}, weights)
        prefix = "average." if any(name.startswith("average.") for name in file.keys()) else ""
        names = [name for name in file.keys() if name.startswith(prefix)]
        found = {name.removeprefix(prefix): file.get_tensor(name).float() for name in names}
    if state.topology.channels < len(found.get("head.bias", ())) and "body.0.conv1.1.weight" in found:
        found = _narrower(found, state.topology.channels)
    if state.topology.method == "scales" and "body.0.conv1.1.weight" in found:
        found = _scales_of_e2fif(found, spatial=state.topology.spatial)
    if state.topology.method == "ma2019" and "head.slope" not in found:
        found = _ends_of_e2fif(found, state)
    own = state.network.state_dict()
    taken = {name: found[name] for name in own if name in found and found[name].shape == own[name].shape}
    state.network.load_state_dict(taken, strict=False)
    if state.recipe.latent_bound is not None:
        _shrink_latent_weights(state)
    state.average.load_state_dict(state.network.state_dict())
    return [name for name in own if name not in taken]


def _runs(metadata: dict[str, str], weights: Path) -> list[dict]:
    """The runs that a file comes from, oldest first: a state says so itself, an export in the file beside it."""
    beside = weights.with_suffix(".training.json")
    if "run" in metadata:
        run = json.loads(metadata["run"])
        return run.pop("ancestors") + [run]
    return json.loads(beside.read_text())["runs"] if beside.exists() else [{"checkpoint": weights.name}]


def _narrower(tensors: dict[str, Tensor], channels: int) -> dict[str, Tensor]:
    """That many channels of a network with normalised stages, their order kept.

    A channel counts as much as its weights in the tail times the spread of what the stages add to it.
    """
    spread = sum(value.square() for name, value in tensors.items() if name.endswith(".1.weight")).sqrt()
    reach = tensors["tail.0.weight"].square().sum(dim=(0, 2, 3)).sqrt()
    kept = torch.topk(spread * reach, channels).indices.sort().values

    def narrow(name: str, value: Tensor) -> Tensor:
        if value.dim() == 0 or name == "tail.0.bias":
            return value
        if name == "tail.0.weight":
            return value[:, kept]
        return value[kept][:, kept] if name.endswith(".0.weight") else value[kept]

    return {name: narrow(name, value) for name, value in tensors.items()}


def _scales_of_e2fif(tensors: dict[str, Tensor], spatial: bool) -> dict[str, Tensor]:
    """Tensors of an E2FIF network under the names and with the meaning of SCALES."""
    made = {name: value for name, value in tensors.items() if not name.startswith("body.")}
    missing = torch.zeros(len(tensors["body.0.conv1.1.weight"]))
    factor = ALPHA * (torch.sigmoid(torch.tensor(SPATIAL_BIAS)) if spatial else 1.0)
    blocks = sum(name.endswith("conv1.0.weight") for name in tensors)
    for at in (f"body.{block}.conv{stage}" for block in range(blocks) for stage in (1, 2)):
        weight, normal = tensors[f"{at}.0.weight"], {n: tensors[f"{at}.1.{n}"] for n in _NORM}
        gain = normal["weight"] / (normal["running_var"] + BN_EPS).sqrt()
        per_filter = gain / (factor * weight.abs().mean(dim=(1, 2, 3)))
        made[f"{at}.0.weight"] = weight * per_filter.view(-1, 1, 1, 1)
        made[f"{at}.alpha"] = torch.tensor(ALPHA)
        made[f"{at}.threshold"] = -missing
        missing = missing + normal["bias"] - gain * normal["running_mean"]
        if spatial:
            made[f"{at}.spatial.weight"] = torch.zeros(1, len(gain), 1, 1)
            made[f"{at}.spatial.bias"] = torch.full((1,), SPATIAL_BIAS)
    return made


def _ends_of_e2fif(tensors: dict[str, Tensor], state: State) -> dict[str, Tensor]:
    """Head and tail of an E2FIF network for a network of larger ends, and normalisations that give little."""
    own = state.network.state_dict()
    made = {name: tensors[name] for name in ("head.bias", "tail.0.bias")}
    made["head.slope"] = torch.ones_like(own["head.slope"])
    for name in ("head.weight", "tail.0.weight"):
        margin = (own[name].shape[-1] - tensors[name].shape[-1]) // 2
        made[name] = torch.nn.functional.pad(tensors[name], (margin,) * 4)
    made |= {name: torch.full_like(own[name], SMALL_GAIN) for name in own if name.endswith(".1.weight")}
    return made


_NORM = ("weight", "bias", "running_mean", "running_var")


@torch.no_grad()
def _shrink_latent_weights(state: State):
    for block in state.network.body:
        for stage in (block.conv1, block.conv2):
            stage.latent.mul_(state.recipe.latent_bound / stage.latent.abs().max())
