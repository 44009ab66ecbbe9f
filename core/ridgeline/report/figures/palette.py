"""Colours that a reader who cannot tell red from green can tell apart, on a light page and on a dark one.

Source: Okabe & Ito 2008, without its yellow, which a white page swallows.  No figure speaks by colour alone: kinds have
a dash and a symbol each as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

INK = "#1f2328"
MUTED = "#59636e"
GRID = "#dde2e8"
CARD = "#ffffff"
CLEAR = "rgba(0,0,0,0)"
_SERIES = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#3a86c8", "#b8860b", "#7a5195")

DARK = {
    INK: "#e6e9ec",
    MUTED: "#a5afba",
    GRID: "#3a424b",
    CARD: "#1b2026",
    "#0072b2": "#4fa8e0",
    "#d55e00": "#ff8f52",
    "#009e73": "#35cfa4",
    "#aa4499": "#e08bd3",
    "#3a86c8": "#8cc4f5",
    "#b8860b": "#f2bf45",
    "#7a5195": "#bb9ade",
}
"""What each colour becomes on a dark page; the page's script exchanges them."""

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "hexagon", "pentagon")


@dataclass(frozen=True)
class Look:
    """How a kind is drawn in every figure."""

    colour: str
    dash: str
    symbol: str

    @property
    def veil(self) -> str:
        """The colour, nearly clear."""
        return f"{self.colour}2b"


NONE = Look(MUTED, "dash", "circle")


def looks(kinds: Sequence[str], none: str) -> dict[str, Look]:
    """A look for each kind, none of which is that of none; colours come again with another dash."""
    others = [kind for kind in kinds if kind != none]
    found = {
        kind: Look(
            _SERIES[place % len(_SERIES)],
            _DASHES[place // len(_SERIES) % len(_DASHES)],
            _SYMBOLS[place % len(_SYMBOLS)],
        )
        for place, kind in enumerate(others)
    }
    return {**found, none: NONE}
