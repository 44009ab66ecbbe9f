"""Figures as data: what Plotly draws in the reader's browser, each with a table of the same numbers."""

from ridgeline.report.figures.figure import Figure, Table

__all__ = ["Figure", "Table"]
