"""A topology in the vocabulary of the descriptions that the command `model` reads (TOML)."""

from .topology import SLOPE, Topology

_STAGE = {
    "e2fif": ("zero", "batch-norm"),
    "esb": ("zero", "batch-norm"),
}


def describe(topology: Topology, name: str) -> str:
    """The description as TOML.

    Raises `ValueError` for a method that the vocabulary does not have.
    """
    if topology.method not in _STAGE:
        raise ValueError(f"the method {topology.method} has no description yet")
    parts = [_header(topology, name), _conv("head", topology.end_kernel, None, ["head.0.conv1.0", "head"])]
    parts.append(f'[[layers]]\nkind = "repeat"\ntimes = {topology.blocks}\n')
    parts += [_stage(topology, number) for number in (1, 2)]
    parts.append('[[layers]]\nkind = "long-skip"\nfrom = "head"\n')
    parts.append(_conv("tail", topology.end_kernel, topology.scale**2, ["tail.0"]))
    parts.append('[[layers]]\nkind = "pixel-shuffle"\n')
    return "\n".join(parts)


def _header(topology: Topology, name: str) -> str:
    return (
        f'name = "{name}"\nmethod = "{topology.method}"\nbackbone = "srresnet"\nscale = {topology.scale}\n'
        f'channels = {topology.channels}\ncolour = "y"\nmean = [{topology.mean}]\nbn-eps = 1e-5\n'
        'ignored-tensors = ["*.num_batches_tracked"]\n'
    )


def _conv(name: str, kernel: int, out: int | None, tensors: list[str]) -> str:
    channels = "" if out is None else f"out = {out}\n"
    patterns = ", ".join(f'"{pattern}"' for pattern in tensors)
    return f'[[layers]]\nkind = "conv"\nname = "{name}"\nkernel = {kernel}\n{channels}tensors = [{patterns}]\n'


def _stage(topology: Topology, number: int) -> str:
    threshold, affine = _STAGE[topology.method]
    at = f"body.{{}}.conv{number}"
    activation = f"activation = {{ leaky-relu = {SLOPE} }}\n" if number == 1 else ""
    return (
        f'[[layers.layers]]\nkind = "binary-conv"\nname = "{at}"\nkernel = 3\nthreshold = "{threshold}"\n'
        f'affine = "{affine}"\nskip = "identity"\n{activation}'
        f'tensors = {{ conv = ["{at}.0"], norm = ["{at}.1"] }}\n'
    )
