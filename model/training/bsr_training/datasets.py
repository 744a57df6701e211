"""Picture sets by the name of their folder, and the terms under which they may be used.

Weights inherit the terms of what they were trained on, so an exported network names its sets.
"""

from collections import Counter
from pathlib import Path

TERMS = {
    "BSDS400": "BSDS500 train and test (Arbelaez et al. 2011): non-commercial research and education",
    "T91": "91 pictures of Yang et al. 2008 and 2010: no licence stated",
    "SunHays80": "80 pictures of Sun and Hays, ICCP 2012: no licence stated",
    "DIV2K": "DIV2K (Agustsson and Timofte 2017): academic research only",
    "Flickr2K": "Flickr2K (Lim et al. 2017): no licence stated",
}
UNKNOWN = "terms not known to this package"


def summarise(files: list[Path]) -> list[dict]:
    """One entry a folder that holds pictures: its name, how many, and the terms."""
    counts = Counter(path.parent.resolve().name for path in files)
    return [{"name": n, "pictures": c, "terms": TERMS.get(n, UNKNOWN)} for n, c in sorted(counts.items())]
