"""Write the page of speed and its plots, from the figures that are kept.

python benchmarks/speed.py [--results FOLDER] [--docs FOLDER]
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from report import RESULTS
from speed_page import Kept, page, reports, section
from speed_plots import DRAWN, svg

DOCS = Path(__file__).parents[1] / "docs"


def plots(kept: Mapping[str, Kept]) -> dict[str, str]:
    """The plots of the page, by the names of their files."""
    return {file: svg(DRAWN[file], report) for name, report in kept.items() for file in section(name).plots}


def main() -> None:
    """Write the page; plots that it no longer has are removed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the figures")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of the page")
    asked = parser.parse_args()
    kept = reports(asked.results)
    drawn, folder = plots(kept), asked.docs / "speed"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    for file, text in drawn.items():
        (folder / file).write_text(text, encoding="utf-8")
    (asked.docs / "speed.md").write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
