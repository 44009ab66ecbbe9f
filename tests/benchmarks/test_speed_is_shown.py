"""The page of speed is what the kept figures make, and leaves out no target."""

from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DOCS = BENCHMARKS.parent / "docs"


@pytest.fixture(scope="module")
def pages(scripts):
    return scripts("speed_page")


@pytest.fixture(scope="module")
def kept(pages):
    return pages.reports(BENCHMARKS / "results")


def made_up(figures, **settings):
    """A report of such figures: name, value, unit, and whether a target is reached."""
    told = [
        {"name": name, "value": value, "unit": unit}
        | ({} if reached is None else {"target": "at least 1", "reached": reached, "quartiles": [1.5, 2.5]})
        for name, value, unit, reached in figures
    ]
    machine = {"processor": "a processor", "cores": 2, "memory_gib": 4.0}
    stamp = {"date": "2026-01-01T00:00:00+00:00", "machine": machine, "versions": {"python": "3.11.7"}}
    return {"measured": "made up", "settings": settings, "figures": told, "load_before": {"one_minute": 0.1}} | stamp


SHAPES = {
    name: {"hidden": hidden, "batch": 64, "columns": 30, "lanes": lanes, "processes": 1}
    for name, hidden, lanes in (
        *((str(width), [width], 40) for width in (64, 128)),
        ("64-64", [64, 64], 40),
        ("128-128", [128, 128], 16),
        ("64-64, 8 lanes", [64, 64], 8),
    )
}
WHATS = {"ratio": "times", "share of the peak": "", "ridgeline": "lane-steps/s", "plain PyTorch": "lane-steps/s"}
PURPOSES = ("matrix products", "optimizer", "copies", "rest: Python and dispatch", "elementwise")
MADE_UP = {
    "answers": made_up(
        [(f"iris, cold: {side}, median", 10.0, "s", None) for side in ("us", "them")]
        + [("digits, cold: us, median", 3.0, "s", None), ("digits, cold: them / us, at least", 2.0, "times", True)]
    ),
    "throughput": made_up(
        [("peak", 90.0, "GFLOP/s", None)]
        + [(f"{name}: {what}", 2.0, unit, what == "ratio" or None) for name in SHAPES for what, unit in WHATS.items()],
        shapes=SHAPES,
    ),
    "profile_step": made_up([(f"64-64: {purpose}", 0.2, "of a step", None) for purpose in PURPOSES]),
    "other": made_up([("the only one", 0.5, "s", False)], repeats=3),
}


def test_the_page_says_what_was_measured(pages, kept):
    assert (DOCS / "speed.md").read_text(encoding="utf-8") == pages.page(kept)


def test_the_plots_show_what_was_measured(scripts, kept):
    pytest.importorskip("matplotlib", reason="plots need the extra bench")
    drawn = scripts("speed").plots(kept)
    assert {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "speed").glob("*.svg")} == drawn


@pytest.mark.parametrize("source", ["kept", "made up"])
def test_every_figure_with_a_target_is_on_the_page(pages, kept, source):
    reports = kept if source == "kept" else MADE_UP
    rows = [line.split(" | ") for line in pages.page(reports).splitlines() if line.startswith("| ")]
    for report in reports.values():
        for figure in [figure for figure in report["figures"] if "target" in figure]:
            case = figure["name"].rpartition(": ")[0]
            told = [row for row in rows if row[0].removeprefix("| ") in {figure["name"], case}]
            assert any(f"{figure['value']:g}" in " ".join(row) and figure["target"] in " ".join(row) for row in told)


def test_a_target_that_is_missed_is_told_as_missed(pages):
    page = pages.page(MADE_UP)
    assert "| [Other](#other) | 1 | 0 | 1 |" in page
    assert "| other | the only one | 0.5 | s | at least 1 |" in page
    assert "| the only one | 0.5 | 1.5 to 2.5 | s | at least 1 | **no** |" in page
    assert "| 64-64 | 2, 1.5 to 2.5; at least 1: yes | 2 | 2 | 2 |" in page


def test_every_plot_of_the_page_is_drawn_alike_each_time(scripts, pages):
    pytest.importorskip("matplotlib", reason="plots need the extra bench")
    speed = scripts("speed")
    drawn = speed.plots(MADE_UP)
    assert drawn.keys() == {file for name in MADE_UP for file in pages.section(name).plots}
    assert all(f"speed/{file}" in pages.page(MADE_UP) for file in drawn)
    assert drawn == speed.plots(MADE_UP)


def test_products_are_counted_by_their_sizes(scripts):
    shape = scripts("shapes").Shape((64, 32), batch=16, columns=10)
    assert shape.operations == 2 * 16 * (2 * 10 * 64 + 3 * 64 * 32 + 3 * 32 * 1)
    assert shape.parameters == 11 * 64 + 65 * 32 + 33
