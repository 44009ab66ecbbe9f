"""A figure: what Plotly draws, what it says to who cannot see it, and its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ridgeline.report.figures.palette import CARD, CLEAR, GRID, INK, MUTED
from ridgeline.spec.metrics import Direction

Trace = Mapping[str, Any]
"""As Plotly's schema has it; tests hold every figure against that."""


@dataclass(frozen=True)
class Table:
    """Rows of text."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    """Columns of numbers, which stand flush right."""


@dataclass(frozen=True)
class Figure:
    """A drawing with its numbers."""

    name: str
    """Unique on the page: letters, digits, hyphens."""
    told: str
    """What it shows, in a sentence."""
    traces: Sequence[Trace]
    layout: Mapping[str, Any]
    table: Table
    title: str = ""
    note: str = ""
    """What a reader must know to read it."""

    @property
    def drawn(self) -> dict[str, Any]:
        """As the page's script takes it."""
        return {"data": list(self.traces), "layout": dict(self.layout)}


@dataclass(frozen=True)
class Window:
    """The part of an axis of scores that is worth seeing."""

    low: float
    high: float
    hidden: int = 0
    """Values beyond it, on the side of the worse."""

    @classmethod
    def of(cls, scores: Sequence[float], direction: Direction, keep: Sequence[float] = ()) -> "Window":
        """The scores, but for those so much worse than four fifths of them that these would shrink to a line.

        Args:
            scores: at least one.
            direction: which of them are better.
            keep: what is shown in any case.
        """
        losses = sorted(direction.sign * score for score in scores)
        best, usual, worst = losses[0], losses[(4 * (len(losses) - 1)) // 5], losses[-1]
        spread = usual - best
        limit = worst if spread <= 0 or worst <= usual + 1.5 * spread else usual + spread
        kept = [direction.sign * score for score in keep]
        low, high = min(best, *kept, best), max(limit, *kept, limit)
        margin = 0.06 * (high - low) or 0.05 * abs(best) or 1.0
        ends = sorted((direction.sign * (low - margin), direction.sign * (high + margin)))
        return cls(ends[0], ends[1], sum(loss > high for loss in losses))

    @property
    def ends(self) -> list[float]:
        """Both ends, as an axis takes them."""
        return [self.low, self.high]


def layout(height: int, **more: Any) -> dict[str, Any]:
    """What all figures have in common; of axes, what is given is added to it."""
    axis = {
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "automargin": True,
        "ticks": "outside",
        "tickcolor": GRID,
        "ticklen": 4,
        "title": {"standoff": 8},
    }
    asked = {name: {**axis, **more.pop(name, {})} for name in ("xaxis", "yaxis")}
    return {
        "height": height,
        "margin": {"l": 12, "r": 12, "t": 12, "b": 12},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 13, "color": INK},
        "hoverlabel": {"bgcolor": CARD, "bordercolor": MUTED, "font": {"color": INK}, "align": "left"},
        "showlegend": False,
        "dragmode": False,
        **asked,
        **more,
    }


def worse_beyond(window: Window, what: str) -> str:
    """What is said of values that a figure does not show."""
    if not window.hidden:
        return ""
    points = f"{window.hidden} {what}{'' if window.hidden == 1 else 's'}"
    return f"{points} far worse than the rest {'lies' if window.hidden == 1 else 'lie'} beyond the edge."


@dataclass
class Legend:
    """Shows each name once, however many traces have it."""

    seen: set[str] = field(default_factory=set)

    def entry(self, name: str) -> dict[str, Any]:
        """What a trace of this name says of the legend."""
        is_new = name not in self.seen
        self.seen.add(name)
        return {"name": name, "legendgroup": name, "showlegend": is_new}
