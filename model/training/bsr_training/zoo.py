"""Topologies by the names of the zoo: `e2fif_x2`, `e2fif_x2_c40`, `scales_x4`, ..

`METHOD_xS`, then `_cN` for N channels and `bN` for N blocks where they differ from 64 and 16. `scales_lsf` is SCALES
without its spatial factor: the layer-wise scale alone.
"""

import re

from .topology import METHODS, Topology

_NAME = re.compile(r"(?P<method>[a-z0-9_]+)_x(?P<scale>[234])(_(c(?P<channels>\d+))?(b(?P<blocks>\d+))?)?")


def topology(name: str) -> Topology:
    """The topology of a name.

    Raises `ValueError` if the name says nothing.
    """
    match = _NAME.fullmatch(name)
    if match is None or match["method"] not in (*METHODS, "scales_lsf"):
        known = ", ".join(f"{m}_x2" for m in (*METHODS, "scales_lsf"))
        raise ValueError(f"`{name}` is no network; expected METHOD_xSCALE[_cCHANNELS][bBLOCKS], such as {known}")
    method = match["method"].removesuffix("_lsf")
    return Topology(
        method=method,
        scale=int(match["scale"]),
        channels=int(match["channels"] or 64),
        blocks=int(match["blocks"] or 16),
        spatial=match["method"] == "scales",
        end_kernel=9 if method == "ma2019" else 3,
    )
