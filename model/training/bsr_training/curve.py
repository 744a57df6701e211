"""A run as a picture: PSNR above, loss below, against the steps."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)


def draw(journal: Path, picture: Path, topology: dict):
    """Draws a journal's scores and losses; the picture replaces the previous one whole."""
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    of = lambda kind: [event for event in events if event["event"] == kind]
    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 6), height_ratios=(2, 1))
    scores = of("score")
    above.plot([e["step"] for e in scores], [e["psnr"] for e in scores], marker="o", markersize=3)
    for event in of("bicubic"):
        above.axhline(event["psnr"], linestyle="--", color="grey", label=f"bicubic {event['psnr']:.2f} dB")
        above.legend(loc="lower right")
    above.set_ylabel(f"PSNR on {scores[-1]['set']}, dB")
    above.set_title("{method} x{scale}, {blocks} blocks of {channels} channels".format(**topology))
    losses = of("loss")
    below.plot([e["step"] for e in losses], [e["loss"] for e in losses], color="tab:orange", marker="o", markersize=2)
    below.set_ylabel("L1 loss, grey levels")
    below.set_xlabel("step")
    below.set_xlim(left=0)
    for axes in (above, below):
        axes.grid(alpha=0.3)
    figure.tight_layout()
    unfinished = picture.with_name(picture.stem + ".part.png")
    figure.savefig(unfinished, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
    unfinished.replace(picture)
