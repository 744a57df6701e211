"""The report of `bench-cpu` as a chart: ``python -m bsr_peers.chart REPORT.json CHART.svg``."""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

TITLES = {"network": "whole network", "layer": "one binary layer"}


def main(report: Path, chart: Path) -> None:
    lines = json.loads(report.read_text())
    kinds = {(line["what"], line["threads"]) for line in lines if line["what"] in TITLES}
    panels = sorted(kinds, key=lambda panel: (list(TITLES).index(panel[0]), panel[1]))
    figure, axes = pyplot.subplots(len(panels), 1, figsize=(9, 3.2 * len(panels)), squeeze=False, layout="constrained")
    for (what, threads), axis in zip(panels, axes[:, 0], strict=True):
        bars = sorted((line["cpu_ms"], line["name"], line["kind"]) for line in lines if (line["what"], line["threads"]) == (what, threads))
        times, names, owners = zip(*reversed(bars), strict=True)
        colours = ["tab:orange" if owner == "ours" else "tab:blue" for owner in owners]
        axis.bar_label(axis.barh(names, times, color=colours), fmt=" %.3g ms", fontsize=8)
        axis.set(xscale="log", title=f"{TITLES[what]}, {threads} thread{'s' if threads > 1 else ''}", xlabel="CPU time, ms")
        axis.margins(x=0.15)
    figure.savefig(chart)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
