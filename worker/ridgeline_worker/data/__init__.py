"""Data sets: rows, splits, and preparation that is fitted on training rows only."""

from ridgeline_worker.data.prepare import Prepared, Training, Validation, Wishes, prepare
from ridgeline_worker.data.split import Fold, Parts, folds, parts, unit_numbers
from ridgeline_worker.data.table import Table
from ridgeline_worker.data.unusable import Unusable

__all__ = [
    "Fold",
    "Parts",
    "Prepared",
    "Table",
    "Training",
    "Unusable",
    "Validation",
    "Wishes",
    "folds",
    "parts",
    "prepare",
    "unit_numbers",
]
