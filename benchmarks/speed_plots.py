"""Plots of the page of speed, as SVG; equal figures give equal files."""

import re
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

Kept = Mapping[str, Any]
STYLE = {
    "svg.hashsalt": "ridgeline",  # else the names of parts are random
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
BY_DEPTH = {1: "#9ecae1", 2: "#6baed6", 3: "#3182bd", 4: "#08519c"}
MEDIAN, MEDIAN_OF = r"(?P<dataset>.+), cold: (?P<side>.+), median", "{}, cold: {}, median"
OURS, PEER, TARGET = "#08519c", "#e6550d", "#555555"
PURPOSES = {
    "matrix products": "#08519c",
    "elementwise": "#6baed6",
    "copies": "#fdae6b",
    "optimizer": "#74c476",
    "rest: Python and dispatch": "#bdbdbd",
}


def svg(draw: Callable[[Axes, Kept], None], report: Kept) -> str:
    """A plot of a report."""
    with rc_context(STYLE):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        draw(axes, report)
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def ratio(axes: Axes, report: Kept) -> None:
    """Times as fast against width, a line a depth."""
    _by_width(axes, report, "ratio")
    axes.axhline(1, color=TARGET, linestyle=":", label="at least")
    axes.set(yscale="log", ylabel="times as fast as the plain loop")
    _plain_numbers(axes.yaxis, (1, 2, 5, 10, 20, 50))
    axes.legend()


def share(axes: Axes, report: Kept) -> None:
    """Share of the peak against width, a line a depth."""
    _by_width(axes, report, "share of the peak")
    axes.plot([64, 127, 128, 1024], [1 / 3, 1 / 3, 0.45, 0.45], color=TARGET, linestyle=":", label="at least")
    axes.set(ylim=(0, None), ylabel="share of the matrix-multiply peak")
    axes.legend()


def lanes(axes: Axes, report: Kept) -> None:
    """Lane-steps per second against lanes, for networks of 64-64."""
    centre = {"hidden": [64, 64], "batch": 64, "columns": 30, "processes": 1}
    found = [(shape["lanes"], name) for name, shape in _shapes(report) if centre.items() <= shape.items()]
    places = sorted(found)
    for what, color in (("ridgeline", OURS), ("plain PyTorch", PEER)):
        rates = [_value(report, f"{name}: {what}") for _, name in places]
        axes.plot([count for count, _ in places], rates, color=color, marker="o", label=what)
    axes.set(xscale="log", yscale="log", xlabel="lanes", ylabel="lane-steps per second")
    _plain_numbers(axes.xaxis, [count for count, _ in places])
    axes.legend()


def step(axes: Axes, report: Kept) -> None:
    """What a step is spent on, a bar a shape."""
    ends = ": matrix products"
    cases = [figure["name"].removesuffix(ends) for figure in report["figures"] if figure["name"].endswith(ends)]
    left = [0.0] * len(cases)
    for purpose, color in PURPOSES.items():
        shares = [_value(report, f"{case}: {purpose}") for case in cases]
        axes.barh(cases, shares, left=left, color=color, label=purpose)
        left = [before + more for before, more in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set(xlim=(0, 1), xlabel="share of a step")
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)


def answers(axes: Axes, report: Kept) -> None:
    """Seconds to an answer of equal quality from a cold start: a row a data set, a point a side."""
    found = (re.fullmatch(MEDIAN, figure["name"]) for figure in report["figures"] if figure["unit"] == "s")
    pairs = [(match["dataset"], match["side"]) for match in found if match]
    datasets, sides = [*dict.fromkeys(one for one, _ in pairs)], [*dict.fromkeys(side for _, side in pairs)]
    for side in sides:
        rows = [row for row, dataset in enumerate(datasets) if (dataset, side) in pairs]
        values = [_value(report, MEDIAN_OF.format(datasets[row], side)) for row in rows]
        axes.plot(values, rows, linestyle="", marker="o", markersize=8, label=side)
    axes.set_yticks(range(len(datasets)), datasets)
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="seconds, median")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.margins(y=0.2)
    if sides:
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)


DRAWN: Mapping[str, Callable[[Axes, Kept], None]] = {
    "ratio.svg": ratio,
    "share.svg": share,
    "lanes.svg": lanes,
    "lanes-gpu.svg": lanes,
    "step.svg": step,
    "answers.svg": answers,
}
"""By the names of the files."""


def _by_width(axes: Axes, report: Kept, what: str) -> None:
    centre = {"batch": 64, "columns": 30, "processes": 1}
    lines: dict[int, dict[int, float]] = {}
    for name, shape in _shapes(report):
        of_plan = "lanes" not in name
        if of_plan and centre.items() <= shape.items():
            line = lines.setdefault(len(shape["hidden"]), {})
            line[shape["hidden"][0]] = _value(report, f"{name}: {what}")
    for depth, line in sorted(lines.items()):
        label = "1 hidden layer" if depth == 1 else f"{depth} hidden layers"
        axes.plot(list(line), list(line.values()), color=BY_DEPTH[depth], marker="o", label=label)
    axes.set(xscale="log", xlabel="units of a hidden layer")
    _plain_numbers(axes.xaxis, sorted({width for line in lines.values() for width in line}))


def _plain_numbers(axis: Any, places: Iterable[float]) -> None:
    """Ticks at these numbers, written out, also on a logarithmic axis."""
    axis.set_ticks([*places])
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(ScalarFormatter())


def _shapes(report: Kept) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return report["settings"]["shapes"].items()


def _value(report: Kept, name: str) -> float:
    return next(float(figure["value"]) for figure in report["figures"] if figure["name"] == name)
