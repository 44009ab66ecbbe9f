"""Lane training: many networks that differ in scalars, trained together.  Knows no Optuna, no store, no engine."""

from ridgeline_worker.training.cohort import Cohort
from ridgeline_worker.training.draws import Draws, Evaluation, Purpose
from ridgeline_worker.training.environment import environment
from ridgeline_worker.training.evaluate import LaneScore, Watch, evaluate
from ridgeline_worker.training.fitted import LaneFit, fits
from ridgeline_worker.training.fresh import FreshFold, HeldRows, fresh_folds, held_rows
from ridgeline_worker.training.lanes import Lane, Layout
from ridgeline_worker.training.neighbours import lanes_of
from ridgeline_worker.training.problem import Problem, evaluations
from ridgeline_worker.training.processor import one_fast_thread
from ridgeline_worker.training.scorable import refuse_undefined_scores
from ridgeline_worker.training.state import LaneState
from ridgeline_worker.training.timing import training_seconds, wait_for

__all__ = [
    "Cohort",
    "Draws",
    "Evaluation",
    "FreshFold",
    "HeldRows",
    "Lane",
    "LaneFit",
    "LaneScore",
    "LaneState",
    "Layout",
    "Problem",
    "Purpose",
    "Watch",
    "environment",
    "evaluate",
    "evaluations",
    "fits",
    "fresh_folds",
    "held_rows",
    "lanes_of",
    "one_fast_thread",
    "refuse_undefined_scores",
    "training_seconds",
    "wait_for",
]
