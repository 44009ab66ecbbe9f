"""What a study has found, as scikit-learn tells it: `cv_results_`, and which row of it is chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import RungView, TrialView, Verdict

CONTENDER = "contender"
"""State of a setting that only the final has trained, such as the default of a kind."""


@dataclass(frozen=True)
class Found:
    """The answer of a search."""

    cv_results: dict[str, Any]
    index: int
    """Row of the chosen setting."""
    setting: Setting
    """What is chosen: as the verdict recommends, or without one the best trial."""
    score: float
    """Of the chosen setting; the higher the better."""


@dataclass(frozen=True)
class _Row:
    """A setting with its scores, the higher the better."""

    setting: Setting
    state: str
    final: float
    rung: RungView | None = None
    """Where it has come to in the search."""

    @property
    def place(self) -> tuple[bool, int, float]:
        """Complete trials come first, then those that trained longer, then the better."""
        trained, level = (0, -np.inf) if self.rung is None else (self.rung.place.model_epochs, self.rung.level)
        return self.state != TrialState.COMPLETE, -trained, -level


def found(study: ResolvedStudy, trials: Sequence[TrialView], verdict: Verdict | None) -> Found:
    """The results of a study with a complete trial or more."""
    sign = -study.objective.direction.sign
    final: dict[str, tuple[Setting, float]] = {}
    for one in () if verdict is None else verdict.contenders:
        if one.setting is not None:
            final[one.setting.key] = one.setting, np.nan if one.score is None else sign * one.score
    rows = [_of_trial(trial, sign, final) for trial in trials]
    known = {row.setting.key for row in rows}
    rows += [_Row(own, CONTENDER, score) for key, (own, score) in final.items() if key not in known]
    results = _as_arrays(rows, study.evaluations_per_trial)
    if verdict is None:
        index = int(np.argmin(results["rank_test_score"]))
        return Found(results, index, rows[index].setting, float(results["mean_test_score"][index]))
    chosen = verdict.recommended
    index = next(place for place, row in enumerate(rows) if row.setting.key == chosen.setting.key)
    score = chosen.score if chosen.corrected is None else chosen.corrected.score
    return Found(results, index, chosen.setting, sign * score)


def params(setting: Setting) -> dict[str, Any]:
    """A setting as a dictionary: `regularizer`, `kind__name` for each strength, `learning_rate`."""
    strengths = {f"{kind}__{name}": value for kind, own in setting.kinds.items() for name, value in own.items()}
    return {"regularizer": setting.regularizer, **strengths, "learning_rate": setting.learning_rate}


def _of_trial(trial: TrialView, sign: int, final: dict[str, tuple[Setting, float]]) -> _Row:
    score = final.get(trial.setting.key, (trial.setting, np.nan))[1]
    return _Row(trial.setting, trial.state.value, score, _turned(trial.rungs[-1], sign) if trial.rungs else None)


def _turned(rung: RungView, sign: int) -> RungView:
    """The same, the higher the better."""
    expected = None if rung.expected is None else sign * rung.expected
    scores = {"score": sign * rung.score, "folds": tuple(sign * score for score in rung.folds), "expected": expected}
    return rung.model_copy(update=scores)


def _as_arrays(rows: Sequence[_Row], evaluations: int) -> dict[str, Any]:
    told = [params(row.setting) for row in rows]
    found = [np.array([] if row.rung is None else row.rung.folds) for row in rows]
    folds = np.full((len(rows), evaluations), np.nan)
    for scores, row in zip(folds, rows, strict=True):
        for fold, score in ({} if row.rung is None else row.rung.by_fold(evaluations)).items():
            scores[fold] = score
    places = [row.place for row in rows]
    ranks = {place: 1 + sum(other < place for other in places) for place in places}
    names = dict.fromkeys(name for own in told for name in own)
    return {
        "params": told,
        **{f"param_{name}": _masked(own.get(name) for own in told) for name in names},
        **{f"split{i}_test_score": folds[:, i] for i in range(evaluations)},
        "mean_test_score": np.array([own.mean() if own.size else np.nan for own in found]),
        "std_test_score": np.array([own.std() if own.size else np.nan for own in found]),
        "rank_test_score": np.array([ranks[place] for place in places], dtype=np.int32),
        "n_epochs": np.array([0 if row.rung is None else row.rung.epochs for row in rows]),
        "n_folds": np.array([own.size for own in found]),
        "state": np.array([row.state for row in rows]),
        "final_score": np.array([row.final for row in rows]),
    }


def _masked(values: Iterable[Any]) -> np.ma.MaskedArray[Any, np.dtype[Any]]:
    """The values of a parameter, masked where a setting does not have it."""
    listed = list(values)
    mask = [value is None for value in listed]
    kind: npt.DTypeLike = object if any(isinstance(value, str) for value in listed) else np.float64
    filled = [0.0 if absent else value for value, absent in zip(listed, mask, strict=True)]
    return np.ma.MaskedArray(np.array(filled, dtype=kind), mask=mask)
