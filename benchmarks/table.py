"""Kept figures as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table

WIDTH = 160
"""Columns at least, also where there is no terminal."""


def show(reports: Sequence[Mapping[str, Any]]) -> None:
    """Print the reports of benchmarks, each figure beside its target."""
    figure_column = Column("figure", no_wrap=True, overflow="fold")
    table = Table("benchmark", figure_column, "value", "quartiles", "unit", "target", "reached")
    for report in reports:
        for figure in report["figures"]:
            low_high = " to ".join(f"{end:g}" for end in figure.get("quartiles", ()))
            reached = {True: "[green]yes", False: "[red]no", None: ""}[figure.get("reached")]
            value, target = f"{figure['value']:g}", figure.get("target", "")
            table.add_row(report["benchmark"], figure["name"], value, low_high, figure["unit"], target, reached)
        table.add_section()
    Console(width=max(WIDTH, Console().width)).print(table)
