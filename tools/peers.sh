#!/usr/bin/env bash
# The runtimes that `make bench-cpu` compares with, in a virtual environment of their own, bench/peers/.venv.
set -euo pipefail
cd "$(dirname "$0")/../bench/peers"

if ! cmp -s requirements.txt .venv/installed.txt; then
    echo "peers: installing $(tr '\n' ' ' <requirements.txt)in bench/peers/.venv (some gigabytes)"
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    cp requirements.txt .venv/installed.txt
fi
echo "peers: ready"
