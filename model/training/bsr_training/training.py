"""The loop: one step after another, each a function of the state and of its number."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from . import curve
from .evaluation import bicubic, evaluate
from .journal import Journal
from .loss import l1
from .patches import Patches
from .pictures import Pair
from .state import State


@dataclass(frozen=True)
class Validation:
    """A set on which the averaged network is scored from time to time."""

    name: str
    pairs: list[Pair]
    every: int
    """Steps between two scores."""


@dataclass(frozen=True)
class Schedule:
    """How long to go on and when to save."""

    minutes: float | None = None
    """Minutes on the clock; the number of steps that fits is fixed once, by timing the first ones."""
    save_every: int = 500
    stop_at: int | None = None
    """Step at which to stop although the recipe goes on."""


TIMED_STEPS = 12


def train(state: State, pairs: list[Pair], validation: Validation | None, schedule: Schedule, folder: Path) -> State:
    """Trains until the recipe's last step; leaves `state.safetensors`, `journal.jsonl` and `curve.png` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "journal.jsonl", state.step)
    if state.step == 0:
        _begin(state, validation, journal)
    if schedule.minutes is not None and state.step == 0:
        state.recipe = _fit_steps(state, pairs, schedule.minutes)
        journal.write(event="steps-fixed", step=0, steps=state.recipe.steps)
    patches = _patches(state, pairs)
    last = min(state.recipe.steps, schedule.stop_at or state.recipe.steps)
    while state.step < last:
        loss = one_step(state, patches)
        journal.loss(state.step, state.recipe.steps, loss, state.recipe.rate_at(state.step - 1))
        done = state.step == last
        if validation and (done or state.step % validation.every == 0):
            _score(state, validation, journal)
            curve.draw(journal.path, folder / "curve.png", state.topology.to_dict())
        if done or state.step % schedule.save_every == 0:
            journal.flush(state.step)
            state.save(folder / "state.safetensors")
    return state


def one_step(state: State, patches: Patches) -> torch.Tensor:
    """One step of the optimiser; returns the loss, still on the device."""
    recipe, network, step = state.recipe, state.network, state.step
    _turn(state)
    device = next(network.parameters()).device
    lr, hr = (side.to(device, non_blocking=True) for side in patches.at(step))
    for group in state.optimiser.param_groups:
        group["lr"] = recipe.rate_at(step) * group["part_of_rate"]
    loss = l1(network(lr), hr, recipe.kept_pixels_at(step))
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    state.optimiser.step()
    with torch.no_grad():
        if recipe.latent_bound is not None:
            for block in network.body:
                for stage in (block.conv1, block.conv2):
                    stage.latent.clamp_(-recipe.latent_bound, recipe.latent_bound)
        _average(state, min(recipe.ema, (step + 1) / (step + 10)))
    state.step += 1
    return loss.detach()


def _turn(state: State):
    """Sets the forward pass to what the recipe wants at this step."""
    recipe, settings, step = state.recipe, state.network.settings, state.step
    settings.gradient, settings.stream = recipe.gradient, recipe.stream
    settings.sharpness = recipe.sharpness_at(step)
    settings.real_weights = step < recipe.real_weights_until * recipe.steps
    settings.real_activations = step < recipe.real_activations_until * recipe.steps
    settings.dtype = torch.bfloat16 if recipe.bf16 else torch.float32
    scored = state.average.settings
    scored.real_weights, scored.real_activations = settings.real_weights, settings.real_activations


def _average(state: State, decay: float):
    """`average = decay * average + (1 - decay) * network`, statistics of the normalisation included."""
    pairs = zip(state.average.state_dict().values(), state.network.state_dict().values())
    floats = [(a, n) for a, n in pairs if a.dtype.is_floating_point]
    torch._foreach_lerp_([a for a, _ in floats], [n for _, n in floats], 1 - decay)


def _patches(state: State, pairs: list[Pair]) -> Patches:
    recipe = state.recipe
    return Patches(pairs, recipe.batch, recipe.patch, recipe.seed, recipe.round_input)


def _begin(state: State, validation: Validation | None, journal: Journal):
    journal.write(event="start", step=0, topology=state.topology.to_dict(), recipe=state.recipe.to_dict())
    if validation:
        score = bicubic(validation.pairs)
        journal.write(event="bicubic", step=0, set=validation.name, psnr=score.psnr, ssim=score.ssim)


def _fit_steps(state: State, pairs: list[Pair], minutes: float):
    """The recipe with as many steps as fit into the minutes, from timing a few steps of a copy of the run."""
    trial = State.fresh(state.topology, state.recipe, next(state.network.parameters()).device)
    patches = _patches(trial, pairs)
    one_step(trial, patches)
    start = time.monotonic()
    for _ in range(TIMED_STEPS):
        float(one_step(trial, patches))
    steps = max(1, int(minutes * 60 / ((time.monotonic() - start) / TIMED_STEPS)))
    return replace(state.recipe, steps=steps, warm_up=min(state.recipe.warm_up, steps // 10 + 1))


def _score(state: State, validation: Validation, journal: Journal):
    score = evaluate(state.average, validation.pairs, state.recipe.round_input)
    journal.write(event="score", step=state.step, set=validation.name, psnr=score.psnr, ssim=score.ssim)
