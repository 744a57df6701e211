"""PyTorch recipes for binarized super-resolution networks: train, evaluate, export.

A network is a `Topology` (what it is) trained by a `Recipe` (how). What is exported is a safetensors file
and a description in TOML, which the command `model import` turns into a compact checkpoint.
"""

__version__ = "0.1.0"
