"""What a run is: network, average, optimiser, step; saved whole and read back exactly.

A state is one safetensors file: tensors `network.*`, `average.*`, `optimiser.ID.*`, and the topology, the recipe, the
step and where the weights came from as JSON in its metadata. Nothing is ever unpickled.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from .network import Network
from .recipe import Recipe
from .topology import Topology


@dataclass
class State:
    """A run between two steps."""

    topology: Topology
    recipe: Recipe
    network: Network
    average: Network
    optimiser: torch.optim.Optimizer
    step: int = 0
    data: list[dict] = field(default_factory=list)
    """The sets that it trains on, as `datasets.summarise` has them."""
    ancestors: list[dict] = field(default_factory=list)
    """The runs whose weights it started from, oldest first, each as `summary` has it."""

    def summary(self) -> dict:
        """What the run is, without its weights."""
        topology, recipe = self.topology.to_dict(), self.recipe.to_dict()
        return {"topology": topology, "recipe": recipe, "step": self.step, "data": self.data}

    @staticmethod
    def fresh(topology: Topology, recipe: Recipe, device: torch.device) -> "State":
        """A run that has not started; weights drawn by the recipe's seed."""
        torch.manual_seed(recipe.seed)
        network, average = Network(topology), Network(topology)
        average.load_state_dict(network.state_dict())
        for net in (network, average):
            net.to(device, memory_format=torch.channels_last)
        average.requires_grad_(False)
        return State(topology, recipe, network, average, _optimiser(network, recipe))

    def save(self, path: Path):
        """Writes the state; an interrupted write leaves the previous file."""
        tensors = {f"network.{k}": v for k, v in self.network.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for index, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{k}": v for k, v in moments.items()}
        run = self.summary() | {"ancestors": self.ancestors}
        unfinished = path.with_name(path.name + ".part")
        save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, unfinished, {"run": json.dumps(run)})
        unfinished.replace(path)

    @staticmethod
    def load(path: Path, device: torch.device) -> "State":
        """Reads a state back.

        Raises `ValueError` if the file is not the state of a run.
        """
        with safe_open(path, "pt", device=str(device)) as file:
            metadata = file.metadata() or {}
            if "run" not in metadata:
                raise ValueError(f"`{path}` is not the state of a run: it has no `run` in its metadata")
            run = json.loads(metadata["run"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        state = State.fresh(Topology(**run["topology"]), Recipe.from_dict(run["recipe"]), device)
        part = lambda prefix: {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        state.network.load_state_dict(part("network."))
        state.average.load_state_dict(part("average."))
        _restore(state.optimiser, part("optimiser."))
        state.step, state.data, state.ancestors = run["step"], run["data"], run["ancestors"]
        return state


def _optimiser(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    groups: dict[float, list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        groups.setdefault(_part_of_rate(name, parameter), []).append(parameter)
    groups = [{"params": parameters, "part_of_rate": part} for part, parameters in groups.items()]
    return torch.optim.Adam(groups, lr=recipe.learning_rate, fused=True)


def _part_of_rate(name: str, parameter: torch.nn.Parameter) -> float:
    """What a parameter takes of the recipe's rate, which is one for latent weights.

    A sum over tens of grey levels of every channel, or of 81 taps, moves far when all of its weights take one step.
    """
    if name.endswith(".spatial.weight"):
        return 1 / 16
    return 1 / 8 if parameter.shape[-2:] == (9, 9) else 1.0


def _restore(optimiser: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]):
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        index, which = name.split(".")
        parameter = parameters[int(index)]
        # The fused step walks parameters and moments in memory order, so their layouts must be one.
        laid_out = torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value
        moments.setdefault(int(index), {})[which] = laid_out
    if moments:
        whole = optimiser.state_dict()
        optimiser.load_state_dict({**whole, "state": moments})
