"""The search: which settings to train next and which of them to stop early; pure functions of what is stored."""

from ridgeline_worker.search.expected import with_expected
from ridgeline_worker.search.generations import next_generation
from ridgeline_worker.search.read_off import Folds, best_epoch, rung_read_off
from ridgeline_worker.search.rungs import decide, folds_in_turn, goal

__all__ = [
    "Folds",
    "best_epoch",
    "decide",
    "folds_in_turn",
    "goal",
    "next_generation",
    "rung_read_off",
    "with_expected",
]
