#!/usr/bin/env bash
# PyTorch and the training package in a virtual environment of the project's own, model/training/.venv.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=model/training/.venv
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
if ! "$venv/bin/python" -c "import torch, safetensors, matplotlib, pytest, bsr_training" 2>/dev/null; then
    echo "training: installing PyTorch and the package in $venv (some gigabytes)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable "model/training[test]"
fi
echo "training: ready"
