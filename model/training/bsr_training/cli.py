"""The command line: `python -m bsr_training train | evaluate | export | curve | vectors | described`.

Exit code 0: done; 2: could not be done, with what, where, found against expected, and a hint.
"""

import argparse
import json
import sys
from dataclasses import fields, replace
from pathlib import Path

import torch

from . import curve, datasets, described_vectors, evaluation, export, pictures, recipe, vectors, zoo
from .recipe import Recipe
from .signs import GRADIENTS
from .state import State
from .stream import StreamFormat
from .training import Schedule, Validation, train
from .warm_start import start_from


def main(arguments: list[str] | None = None) -> int:
    """Runs one command."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bsr_training", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _train_arguments(commands.add_parser("train", help="train a network, or go on with a run"))
    _evaluate_arguments(commands.add_parser("evaluate", help="PSNR and SSIM of a run on a folder of HR pictures"))
    _export_arguments(commands.add_parser("export", help="a run as a checkpoint and a description"))
    command = commands.add_parser("vectors", help="small networks of every method, and their outputs, for tests")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.set_defaults(run=lambda arguments: vectors.make(arguments.folder))
    command = commands.add_parser("described", help="every described network, small, with random weights, for tests")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.set_defaults(run=lambda arguments: described_vectors.make(arguments.folder))
    command = commands.add_parser("curve", help="draw a run again")
    command.add_argument("run_folder", type=Path, metavar="RUN")
    command.set_defaults(run=_curve)
    return parser


def _train_arguments(command: argparse.ArgumentParser):
    add = command.add_argument
    add("--model", required=True, metavar="NAME", help="such as e2fif_x2, e2fif_x2_c40, scales_x4")
    add("--data", required=True, type=Path, metavar="DIR", help="HR pictures to train on, in any depth of folders")
    add("--out", type=Path, metavar="RUN", help="folder of the run (default: out/training/NAME)")
    add("--cache", type=Path, metavar="FILE", help="keep the prepared pictures in this .npz")
    add("--validate", type=Path, metavar="DIR", help="HR pictures to score on (default: eight of the training pictures)")
    add("--validate-every", type=int, default=500, metavar="STEPS")
    add("--warm-start", type=Path, metavar="FILE", help="checkpoint or state whose weights are taken where they fit")
    add("--resume", action="store_true", help="go on with the run in its folder")
    add("--minutes", type=float, help="as many steps as fit into this time, by timing the first ones")
    add("--stop-at", type=int, metavar="STEP", help="stop there although the recipe goes on")
    add("--save-every", type=int, default=500, metavar="STEPS")
    add("--threads", type=int, metavar="N", help="threads of the CPU (default: all)")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    recipe_ = command.add_argument_group("recipe", "what differs from the method's own")
    for name, kind in (("steps", int), ("batch", int), ("patch", int), ("learning-rate", float), ("warm-up", int)):
        recipe_.add_argument(f"--{name}", type=kind)
    for name, kind in (("ema", float), ("seed", int), ("latent-bound", float), ("curriculum", float)):
        recipe_.add_argument(f"--{name}", type=kind)
    recipe_.add_argument("--schedule", choices=("cosine", "halving", "constant"))
    recipe_.add_argument("--gradient", choices=GRADIENTS)
    recipe_.add_argument("--sharpness", type=float, nargs=2, metavar=("FIRST", "LAST"))
    recipe_.add_argument("--real-weights-until", type=float, metavar="PART")
    recipe_.add_argument("--real-activations-until", type=float, metavar="PART")
    recipe_.add_argument("--stream", type=int, nargs=2, metavar=("BITS", "FRACTION"), help="round the stream in the loop")
    recipe_.add_argument("--bf16", action=argparse.BooleanOptionalAction)
    recipe_.add_argument("--round-input", action=argparse.BooleanOptionalAction)
    command.set_defaults(run=_train)


def _evaluate_arguments(command: argparse.ArgumentParser):
    command.add_argument("run_folder", type=Path, metavar="RUN")
    command.add_argument("folder", type=Path, metavar="DIR", help="HR pictures")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_evaluate)


def _export_arguments(command: argparse.ArgumentParser):
    command.add_argument("run_folder", type=Path, metavar="RUN")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="checkpoint, .safetensors")
    command.add_argument("--name", help="name in the description (default: the run's folder)")
    command.add_argument("--half", action="store_true", help="latent weights as f16, to start another run from")
    command.set_defaults(run=_export)


def _train(arguments):
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    topology = zoo.topology(arguments.model)
    folder = arguments.out or Path("out/training") / arguments.model
    device = torch.device(arguments.device)
    saved = folder / "state.safetensors"
    if arguments.resume:
        state = State.load(saved, device)
        if state.topology != topology:
            raise ValueError(f"`{saved}` is of {state.topology}, not of {arguments.model}")
    elif saved.exists():
        raise ValueError(f"`{saved}` exists; pass --resume to go on with it, or another --out")
    else:
        state = State.fresh(topology, _recipe(arguments, recipe.default(topology)), device)
        if arguments.warm_start:
            missing = start_from(state, arguments.warm_start)
            print(f"warm start: {len(missing)} tensors keep their own values: {missing[:6]}", file=sys.stderr)
    state.data = datasets.summarise(pictures.find(arguments.data))
    pairs = pictures.pairs(arguments.data, topology.scale, arguments.cache)
    if arguments.validate:
        held_out = pictures.pairs(arguments.validate, topology.scale)
    else:
        pairs, held_out = pairs[8:] if len(pairs) > 16 else pairs, pairs[:8]
    name = arguments.validate.name if arguments.validate else "held-out pictures"
    validation = Validation(name, held_out, arguments.validate_every)
    train(state, pairs, validation, Schedule(arguments.minutes, arguments.save_every, arguments.stop_at), folder)
    print(folder)


def _recipe(arguments, base: Recipe) -> Recipe:
    given = {f.name: getattr(arguments, f.name, None) for f in fields(Recipe)}
    changes = {name: value for name, value in given.items() if value is not None}
    if "stream" in changes:
        changes["stream"] = StreamFormat(*changes["stream"])
    if "sharpness" in changes:
        changes["sharpness"] = tuple(changes["sharpness"])
    return replace(base, **changes)


def _evaluate(arguments):
    state = State.load(arguments.run_folder / "state.safetensors", torch.device("cpu"))
    held_out = pictures.pairs(arguments.folder, state.topology.scale)
    scores = {
        "bicubic": evaluation.bicubic(held_out),
        "float": evaluation.evaluate(state.average, held_out, round_input=False),
        "float_u8": evaluation.evaluate(state.average, held_out, round_input=True),
    }
    if arguments.json:
        print(json.dumps({name: {"psnr": s.psnr, "ssim": s.ssim} for name, s in scores.items()}))
    else:
        for name, score in scores.items():
            print(f"{name:9} {score.psnr:.3f} dB  SSIM {score.ssim:.4f}")


def _export(arguments):
    state = State.load(arguments.run_folder / "state.safetensors", torch.device("cpu"))
    name = arguments.name or arguments.run_folder.resolve().name
    for path in export.export(state, arguments.output, name, arguments.half):
        print(path)


def _curve(arguments):
    state = State.load(arguments.run_folder / "state.safetensors", torch.device("cpu"))
    curve.draw(arguments.run_folder / "journal.jsonl", arguments.run_folder / "curve.png", state.topology.to_dict())
    print(arguments.run_folder / "curve.png")
