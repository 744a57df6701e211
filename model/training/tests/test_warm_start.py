"""What a run takes from another one of another width or method computes nearly the same."""

import json
from dataclasses import replace

import torch
from torch import Tensor

from bsr_training import recipe, zoo
from bsr_training.export import export
from bsr_training.network import Network
from bsr_training.state import State
from bsr_training.warm_start import start_from

CPU = torch.device("cpu")


def fresh(name: str, **changes) -> State:
    topology = zoo.topology(name)
    return State.fresh(topology, replace(recipe.default(topology), **changes), CPU)


def saved(state: State, folder) -> str:
    state.save(folder / "state.safetensors")
    return folder / "state.safetensors"


@torch.no_grad()
def drawn(state: State) -> State:
    """A network whose normalisations are not the identity, in which channel 1 reaches the tail least."""
    generator = torch.Generator().manual_seed(1)
    for name, value in state.network.state_dict().items():
        if ".1." in name and value.dim():
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
    state.network.tail[0].weight[:, 1] *= 1e-3
    state.average.load_state_dict(state.network.state_dict())
    return state


@torch.no_grad()
def output(network: Network) -> Tensor:
    """SR of one picture."""
    network.eval()
    y = torch.rand(1, 1, 9, 11, generator=torch.Generator().manual_seed(2)) * 255
    return network(y)


def test_a_narrower_network_leaves_out_the_channel_that_reaches_the_tail_least(tmp_path):
    wide, narrow = drawn(fresh("e2fif_x2_c4b2")), fresh("e2fif_x2_c3b2")
    assert start_from(narrow, saved(wide, tmp_path)) == []
    kept = [0, 2, 3]
    wide, narrow = wide.network.state_dict(), narrow.network.state_dict()
    for at in ("body.0.conv1", "body.1.conv2"):
        assert torch.equal(narrow[f"{at}.0.weight"], wide[f"{at}.0.weight"][kept][:, kept])
        assert torch.equal(narrow[f"{at}.1.running_var"], wide[f"{at}.1.running_var"][kept])
    assert torch.equal(narrow["tail.0.weight"], wide["tail.0.weight"][:, kept])
    assert torch.equal(narrow["head.weight"], wide["head.weight"][kept])


def test_scales_computes_what_e2fif_did_where_nothing_is_added(tmp_path):
    """Without offsets and activations the translation is exact but for the sign of 0."""
    e2fif, scales = drawn(fresh("e2fif_x2_c4b2")), fresh("scales_x2_c4b2")
    for block in e2fif.network.body:
        for stage in (block.conv1, block.conv2):
            norm = stage.get_submodule("1")
            norm.bias.data.zero_()
            norm.running_mean.zero_()
            norm.weight.data[0] *= -1
    e2fif.average.load_state_dict(e2fif.network.state_dict())
    assert start_from(scales, saved(e2fif, tmp_path)) == []
    torch.testing.assert_close(output(scales.network), output(e2fif.network), rtol=1e-4, atol=1e-3)


def test_the_thresholds_of_scales_hold_the_offsets_that_it_does_not_add(tmp_path):
    e2fif, scales = drawn(fresh("e2fif_x2_c4b1")), fresh("scales_x2_c4b1")
    start_from(scales, saved(e2fif, tmp_path))
    first, second = e2fif.network.body[0].conv1.get_submodule("1"), scales.network.body[0].conv2
    offset = first.bias - first.weight * first.running_mean / (first.running_var + first.eps).sqrt()
    assert torch.equal(scales.network.body[0].conv1.threshold, torch.zeros(4))
    torch.testing.assert_close(second.threshold, -offset)


def test_bounded_latent_weights_keep_their_signs_and_their_order(tmp_path):
    wide, bounded = fresh("e2fif_x2_c4b1"), fresh("esb_x2_c4b1", latent_bound=1e-3)
    start_from(bounded, saved(wide, tmp_path))
    before, after = wide.network.body[0].conv1.latent, bounded.network.body[0].conv1.latent
    assert after.abs().max() <= 1.0001e-3
    torch.testing.assert_close(after * (before.abs().max() / 1e-3), before)


def test_a_start_from_an_export_knows_the_runs_before_it(tmp_path):
    first, second, unknown = (fresh("e2fif_x2_c4b1") for _ in range(3))
    first.step = 7
    checkpoint, _, training = export(first, tmp_path / "net.safetensors", "net")
    start_from(second, checkpoint)
    assert second.ancestors == [json.loads(json.dumps(first.summary()))]
    training.unlink()
    start_from(unknown, checkpoint)
    assert unknown.ancestors == [{"checkpoint": "net.safetensors"}]


def test_larger_ends_have_the_kernels_of_smaller_ones_in_their_middle(tmp_path):
    e2fif, ma2019 = drawn(fresh("e2fif_x2_c4b1")), fresh("ma2019_x2_c4b1")
    missing = start_from(ma2019, saved(e2fif, tmp_path))
    assert "body.0.conv1.0.weight" in missing and "head.weight" not in missing
    for before, after in ((e2fif.network.head, ma2019.network.head), (e2fif.network.tail[0], ma2019.network.tail[0])):
        assert after.weight.shape[-1] == 9
        assert torch.equal(after.weight[..., 3:6, 3:6], before.weight)
        torch.testing.assert_close(after.weight.abs().sum(), before.weight.abs().sum())
    assert torch.equal(ma2019.network.head.slope, torch.ones(4))
