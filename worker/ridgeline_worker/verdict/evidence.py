"""What a verdict is given: scores of settings that were trained again, and predictions of their models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from ridgeline.spec.measures import Measure
from ridgeline.spec.resolved import Setting
from ridgeline.spec.states import EndReason
from ridgeline.spec.views import Sparsity, TrialView
from ridgeline.spec.views.ladders import LadderView
from ridgeline.spec.views.verdict import Role

Scores = Float[np.ndarray, "repeats folds"]
"""Scores of one setting, in units of the metric; not finite where its training gave none."""
Screened = Float[np.ndarray, "screening_repeats folds"]
"""The same, of screening."""
Watched = Float[np.ndarray, "watched_repeats folds"]
"""The same, of some repeats of the final."""


Measured = Mapping[Measure, Mapping[int, Scores]]
"""By measure and number of a contender that went on, in units of the measure: on the same folds and draws as scores;
of seconds one row of timings.  Not finite where there is none."""


@dataclass(frozen=True)
class Contender:
    """A setting that is trained again; exactly one has the role of none."""

    number: int
    setting: Setting | None
    """None: the constant prediction."""
    roles: frozenset[Role]


@dataclass(frozen=True)
class Paired:
    """What training again gave: in each repeat and fold, the same rows and the same draws for all."""

    contenders: tuple[Contender, ...]
    """All that entered screening, by number."""
    screening: Mapping[int, Screened]
    """Scores by number."""
    final: Mapping[int, Scores]
    """Scores of those that went on, on folds and draws that nothing was chosen by."""
    train_rows: int
    """Of a fold, in the mean."""
    validation_rows: int
    """Of a fold, in the mean."""
    measures: Measured = field(default_factory=dict)
    """What was asked for besides."""
    fitted: Mapping[int, Watched] | None = None
    """Scores on the rows that the models were trained on, of the final's first repeats, as many as there are rows here:
    looking at one repeat is cheap, and a gap is large or it does not matter; None: not known."""


@dataclass(frozen=True)
class OutOfFold:
    """Predictions of the final's models for the rows that they were not trained on.

    Rows are those that each repeat validates: all of the search part, but for the earliest where folds go by time.
    """

    targets: Float[np.ndarray, "rows *targets"]
    weights: Float[np.ndarray, "rows"] | None
    """How much a row counts in the score; None: all alike."""
    predictions: Mapping[int, Float[np.ndarray, "repeats rows *outputs"]]
    """Probabilities or numbers, as the metric takes them, by number of the contender that went on."""
    units: Int[np.ndarray, "rows"] | None = None
    """Number of each row's unit (equal rows, a group), which the bootstrap draws as a whole; None: a row each."""


@dataclass(frozen=True)
class Tested:
    """Predictions for the test part by models trained on all other rows."""

    __test__ = False  # not a class of tests

    targets: Float[np.ndarray, "rows *targets"]
    weights: Float[np.ndarray, "rows"] | None
    """How much a row counts in the score; None: all alike."""
    predictions: Mapping[int, Float[np.ndarray, "rows *outputs"]]
    """Of the recommended contender and of none, by number."""
    scored_before: int
    """How often this test part was scored by earlier verdicts."""
    units: Int[np.ndarray, "rows"] | None = None
    """Number of each row's unit (equal rows, a group), which the bootstrap draws as a whole; None: a row each."""
    sparsity: Mapping[int, Sparsity] = field(default_factory=dict)
    """Of the same models, by number."""


@dataclass(frozen=True)
class Searched:
    """What the search was."""

    trials: tuple[TrialView, ...]
    """All of them, by number."""
    ended_by: EndReason | None
    """Why it ended; None: not known."""
    max_trials: int
    """The budget as it was at the end."""
    final_repeats: int
    """Repeats of the final that were asked for."""
    min_gain: float | None
    """The smallest gain worth having, as asked; None: no such."""
    earlier_verdicts: int = 0
    """Verdicts that the study had before it was extended."""
    ladders: tuple[LadderView, ...] = ()
    """What was trained of strengths side by side, by kind."""
