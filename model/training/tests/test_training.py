import json
import re
import tomllib
from pathlib import Path

import pytest
import torch
from PIL import Image

from bsr_training import cli, pictures, recipe, zoo
from bsr_training.description import describe
from bsr_training.export import export
from bsr_training.evaluation import super_resolve
from bsr_training.patches import Patches
from bsr_training.state import State
from bsr_training.vectors import NAMES
from bsr_training.warm_start import start_from

CPU = torch.device("cpu")


def run(folder, out, name="e2fif_x2_c4b2", *more):
    fixed = ["--steps", "6", "--batch", "2", "--patch", "8", "--save-every", "2", "--validate-every", "3", "--threads", "1"]
    return cli.main(["train", "--model", name, "--data", str(folder), "--out", str(out), *fixed, *more])


@pytest.mark.parametrize("name", NAMES)
def test_every_method_trains_all_of_its_parameters(folder, tmp_path, name):
    assert run(folder, tmp_path, f"{name}_c4b2") == 0
    state = State.load(tmp_path / "state.safetensors", CPU)
    before = State.fresh(state.topology, state.recipe, CPU).network.state_dict()
    unchanged = [k for k, v in state.network.state_dict().items() if torch.equal(v, before[k])]
    assert unchanged == []
    assert Image.open(tmp_path / "curve.png").size == (880, 660)


def test_a_run_that_is_resumed_is_the_run_that_was_not_interrupted(folder, tmp_path):
    assert run(folder, tmp_path / "whole") == 0
    assert run(folder, tmp_path / "parts", "e2fif_x2_c4b2", "--stop-at", "3") == 0
    assert run(folder, tmp_path / "parts", "e2fif_x2_c4b2", "--resume") == 0
    whole, parts = (State.load(tmp_path / part / "state.safetensors", CPU) for part in ("whole", "parts"))
    assert whole.step == parts.step == 6
    for net in ("network", "average"):
        pair = zip(getattr(whole, net).state_dict().items(), getattr(parts, net).state_dict().values())
        assert [name for (name, a), b in pair if not torch.equal(a, b)] == []


def test_a_batch_is_a_function_of_the_seed_and_the_step(folder):
    pairs = pictures.pairs(folder, 2)
    one, same, other = (Patches(pairs, 3, 8, seed, True) for seed in (5, 5, 6))
    assert all(torch.equal(a, b) for a, b in zip(one.at(7), same.at(7)))
    assert not torch.equal(one.at(7)[0], one.at(8)[0])
    assert not torch.equal(one.at(7)[0], other.at(7)[0])


def test_an_lr_patch_and_its_hr_patch_show_the_same_place(folder):
    lr, hr = Patches(pictures.pairs(folder, 2), 4, 12, 3, False).at(0)
    averaged = torch.nn.functional.avg_pool2d(hr, 2)
    for a, b in zip(lr[:, 0], averaged[:, 0]):
        assert torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1] > 0.97


def test_kept_pictures_equal_prepared_ones(folder, tmp_path):
    made = pictures.pairs(folder, 2, tmp_path / "cache.npz")
    kept = pictures.pairs(folder, 2, tmp_path / "cache.npz")
    assert [p.name for p in made] == [p.name for p in kept]
    assert all((a.lr == b.lr).all() and (a.hr == b.hr).all() for a, b in zip(made, kept))


def test_a_warm_start_takes_what_fits(folder, tmp_path):
    assert run(folder, tmp_path / "two") == 0
    topology = zoo.topology("e2fif_x4_c4b2")
    state = State.fresh(topology, recipe.default(topology), CPU)
    missing = start_from(state, tmp_path / "two" / "state.safetensors")
    assert missing == ["tail.0.weight", "tail.0.bias"]
    trained = State.load(tmp_path / "two" / "state.safetensors", CPU).average.state_dict()
    assert torch.equal(state.network.state_dict()["head.weight"], trained["head.weight"])


def test_rounding_in_the_loop_keeps_every_stage_on_its_grid(folder, tmp_path):
    assert run(folder, tmp_path, "e2fif_x2_c4b2", "--stream", "9", "1") == 0
    state = State.load(tmp_path / "state.safetensors", CPU)
    network = state.network
    network.settings.stream = state.recipe.stream
    seen = []
    for block in network.body:
        for stage in (block.conv1, block.conv2):
            stage.register_forward_hook(lambda _, __, v: seen.append(v))
    super_resolve(network, pictures.pairs(folder, 2)[0].lr / 256)
    assert len(seen) == 4
    assert all(torch.equal(torch.floor(v * 2) + 0.5, v * 2) for v in seen)


def test_the_journal_names_every_score(folder, tmp_path):
    assert run(folder, tmp_path) == 0
    events = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [e["step"] for e in events if e["event"] == "score"] == [3, 6]
    assert {"set", "psnr", "ssim", "seconds", "cpu_seconds"} <= events[-1].keys() | events[-2].keys()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--model", "e2fif_x7"], "is no network; expected METHOD_xSCALE"),
        (["--data", "nowhere"], "holds no picture"),
        (["--patch", "999"], "pass a smaller --patch"),
        (["--resume"], "state.safetensors"),
    ],
)
def test_bad_input_is_an_error_with_a_hint(folder, tmp_path, capsys, arguments, says):
    command = ["train", "--model", "e2fif_x2_c4b2", "--data", str(folder), "--out", str(tmp_path / "run"), *arguments]
    assert cli.main(command) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "run" / "state.safetensors").exists()


def test_a_run_is_not_overwritten_by_another(folder, tmp_path, capsys):
    assert run(folder, tmp_path) == 0
    assert run(folder, tmp_path) == 2
    assert "pass --resume" in capsys.readouterr().err


def test_an_exported_run_tells_what_it_was_trained_on_and_from(folder, tmp_path):
    assert run(folder, tmp_path / "first") == 0
    assert run(folder, tmp_path / "e2fif", "e2fif_x2_c4b2", "--warm-start", str(tmp_path / "first" / "state.safetensors")) == 0
    assert cli.main(["export", str(tmp_path / "e2fif"), "-o", str(tmp_path / "net.safetensors")]) == 0
    runs = json.loads((tmp_path / "net.training.json").read_text())["runs"]
    assert [r["step"] for r in runs] == [6, 6]
    assert [(d["name"], d["pictures"]) for d in runs[1]["data"]] == [(folder.name, 4)]
    assert (tmp_path / "net.toml").read_text().startswith('name = "e2fif"\nmethod = "e2fif"\n')


def test_half_an_export_has_the_same_signs_and_starts_another_run(folder, tmp_path):
    assert run(folder, tmp_path / "run") == 0
    state = State.load(tmp_path / "run" / "state.safetensors", CPU)
    state.average.body[0].conv1.latent.data.flatten()[:3] = torch.tensor([1e-12, 0.0, -1e-12])
    export(state, tmp_path / "half.safetensors", "half", half=True)
    other = State.fresh(state.topology, state.recipe, CPU)
    assert start_from(other, tmp_path / "half.safetensors") == []
    for (name, a), b in zip(state.average.state_dict().items(), other.network.state_dict().values()):
        assert torch.equal(a >= 0, b >= 0), name
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_description_names_every_tensor_of_its_checkpoint(name):
    topology = zoo.topology(f"{name}_c4b2")
    text = describe(topology, name)
    tensors = State.fresh(topology, recipe.default(topology), CPU).network.state_dict()
    for key in tensors:
        if key.endswith("num_batches_tracked"):
            continue
        pattern = re.sub(r"\.\d+\.conv", ".{}.conv", key)
        stem = pattern.rsplit(".", 1)[0]
        assert f'"{pattern}"' in text or f'"{stem}"' in text, key


DESCRIPTIONS = Path(__file__).parents[2] / "descriptions"


def trainable(path) -> bool:
    """Whether the package trains the described network: an SRResNet-like one on luma that its topology has words for."""
    try:
        zoo.topology(path.stem)
    except ValueError:
        return False
    return True


TRAINABLE = [path for path in sorted(DESCRIPTIONS.glob("*.toml")) if trainable(path)]


@pytest.mark.parametrize("path", TRAINABLE, ids=lambda path: path.stem)
def test_a_description_has_the_stages_of_the_one_that_is_shipped(path):
    """They may differ in the names under which other people's checkpoints keep the ends."""
    shipped, made = (tomllib.loads(text) for text in (path.read_text(), describe(zoo.topology(path.stem), path.stem)))
    for description in (shipped, made):
        del description["ignored-tensors"]
        for layer in description["layers"]:
            if layer["kind"] == "conv":
                del layer["tensors"]
    assert made == shipped
