"""A topology in the vocabulary of the descriptions that the command `model` reads (TOML)."""

from dataclasses import dataclass

from .topology import SLOPE, Topology


@dataclass(frozen=True)
class _Words:
    """How a method's stage is described; `@` stands for the stage's name."""

    threshold: str
    affine: str
    tensors: tuple[tuple[str, str], ...] = ()
    branch: str | None = None


_NORM = ("norm", "@.1")
_BRANCH_SLOPE = ("branch-slope", "@.slope")
_SCALE = '{ scale = ["@.scale"] }'
_WORDS = {
    "e2fif": _Words('"zero"', '"batch-norm"', (_NORM,)),
    "esb": _Words('"zero"', '"batch-norm"', (_NORM,)),
    "lmb": _Words("{ local-mean = 3 }", '"batch-norm"', (_NORM,)),
    "scales": _Words('"channel"', '["weight-mean", { scale = ["@.alpha"] }]', (("threshold", "@.threshold"),)),
    "ma2019": _Words('"none"', f'[{_SCALE}, "batch-norm"]', (_NORM,)),
    "bbcu": _Words(
        '"channel"',
        f'[{_SCALE}, {{ offset = ["@.shift_in"] }}]',
        (("threshold", "@.threshold"), _BRANCH_SLOPE, ("branch-offset", "@.shift_out")),
        branch="prelu",
    ),
    "btm": _Words('"zero"', _SCALE, (_BRANCH_SLOPE,), branch="prelu"),
}


def describe(topology: Topology, name: str) -> str:
    """The description as TOML."""
    kernel, head = topology.end_kernel, 'tensors = ["head"]\n'
    if topology.method == "ma2019":
        head += 'activation = "prelu"\nslope = ["head.slope"]\n'
    return "\n".join(
        [
            _header(topology, name),
            f'[[layers]]\nkind = "conv"\nname = "head"\nkernel = {kernel}\n{head}',
            f'[[layers]]\nkind = "repeat"\ntimes = {topology.blocks}\n',
            _stage(topology, "body.{}.conv1", first=True),
            _stage(topology, "body.{}.conv2", first=False),
            '[[layers]]\nkind = "long-skip"\nfrom = "head"\n',
            f'[[layers]]\nkind = "conv"\nname = "tail"\nkernel = {kernel}\nout = {topology.scale**2}\ntensors = ["tail.0"]\n',
            '[[layers]]\nkind = "pixel-shuffle"\n',
        ]
    )


def _header(topology: Topology, name: str) -> str:
    return (
        f'name = "{name}"\nmethod = "{topology.method}"\nbackbone = "srresnet"\nscale = {topology.scale}\n'
        f'channels = {topology.channels}\ncolour = "y"\nmean = [{topology.mean}]\nbn-eps = 1e-5\n'
        'ignored-tensors = ["*.num_batches_tracked"]\n'
    )


def _stage(topology: Topology, at: str, first: bool) -> str:
    words = _WORDS[topology.method]
    lines = ["[[layers.layers]]", 'kind = "binary-conv"', f'name = "{at}"', "kernel = 3"]
    lines += [f"threshold = {words.threshold}", f"affine = {words.affine}"]
    tensors = [("conv", "@.0"), *words.tensors]
    if topology.spatial:
        lines.append('factors = ["spatial"]')
        tensors.append(("spatial", "@.spatial"))
    if words.branch:
        lines.append(f'branch = "{words.branch}"')
    lines.append(f"skip = {_skip(topology, at, first)}")
    if first and topology.method == "ma2019":
        lines.append('activation = "prelu"')
        tensors.append(("slope", "@.slope"))
    elif first and not words.branch:
        lines.append(f"activation = {{ leaky-relu = {SLOPE} }}")
    lines += ["", "[layers.layers.tensors]"] + [f'{what} = ["{name}"]' for what, name in tensors]
    return "\n".join(lines).replace("@", at) + "\n"


def _skip(topology: Topology, at: str, first: bool) -> str:
    """The stage's own input, or, where the skip goes around a block, nothing and then the block's input."""
    if topology.method != "ma2019":
        return '"identity"'
    return '"none"' if first else '{ input-of = "body.{}.conv1" }'
