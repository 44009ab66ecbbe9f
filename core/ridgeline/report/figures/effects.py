"""What taking each ingredient out of a mix does."""

from collections.abc import Mapping
from typing import Any

from ridgeline.report.figures.figure import Figure, Table, layout
from ridgeline.report.figures.palette import INK, MUTED, Look
from ridgeline.report.words import DASH, fixed, p_value, places, signed
from ridgeline.spec.views import IngredientsView, IngredientView, Matters
from ridgeline.spec.words import setting

ROW = 34
"""Pixels of a row."""


def effects(view: IngredientsView, looks: Mapping[str, Look]) -> Figure | None:
    """The effect of each ingredient that was compared, with its interval; None: none was."""
    drawn = [row for row in view.ingredients if row.effect is not None and row.interval is not None]
    if not drawn:
        return None
    arrow = {"text": "helps →", "x": 1.0, "xanchor": "right", "y": 1.0, "yanchor": "bottom"}
    told = ", ".join(f"{row.kind} {row.matters}" for row in drawn)
    return Figure(
        name="effects",
        told=f"How much better the winner is with each ingredient than without: {told}. The table has all numbers.",
        traces=[_row(row, len(drawn) - place, looks) for place, row in enumerate(drawn)],
        layout=layout(
            max(170, 90 + ROW * len(drawn)),
            margin={"l": 12, "r": 18, "t": 30, "b": 12},
            shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": INK}}],
            annotations=[
                {**arrow, "xref": "paper", "yref": "paper", "showarrow": False, "font": {"color": MUTED, "size": 12}}
            ],
            xaxis={"title": {"text": f"how much better in {view.metric} with it than without"}},
            yaxis={
                "tickvals": [len(drawn) - place for place in range(len(drawn))],
                "ticktext": [row.kind for row in drawn],
                "range": [0.4, len(drawn) + 0.6],
                "showgrid": False,
                "ticks": "",
            },
        ),
        table=_table(view),
        note="Full marks: the effect is shown, at a Holm p below 0.05.",
    )


def _row(row: IngredientView, place: int, looks: Mapping[str, Look]) -> dict[str, Any]:
    colour = looks[row.kind].colour if row.kind in looks else INK
    effect, limits = row.effect or 0.0, row.interval
    error = {} if limits is None else {"array": [limits.high - effect], "arrayminus": [effect - limits.low]}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [effect],
        "y": [place],
        "name": row.kind,
        "marker": {
            "color": colour,
            "size": 11,
            "symbol": "circle-open" if row.matters is Matters.NOT_SHOWN else "circle",
            "line": {"color": colour, "width": 2},
        },
        "error_x": {"type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 5, **error},
        "text": [f"{setting(row.kind, row.strengths)}<br>{signed(effect, 5)}, Holm p {p_value(row.holm_p)}"],
        "hoverinfo": "text",
    }


def _table(view: IngredientsView) -> Table:
    decimals = places(row.standard_error for row in view.ingredients)
    rows = [
        (
            setting(row.kind, row.strengths),
            ", ".join(row.taken_along) or DASH,
            signed(row.effect, decimals),
            DASH
            if row.interval is None
            else f"{signed(row.interval.low, decimals)} to {signed(row.interval.high, decimals)}",
            p_value(row.holm_p),
            row.matters.value if row.trained_again else "only screened",
            fixed(row.screening_effect, decimals),
        )
        for row in view.ingredients
    ]
    columns = ("ingredient", "taken out along with it", "effect", "95 %", "Holm p", "matters", "effect in screening")
    return Table(columns, rows, frozenset({2, 3, 4, 6}))
