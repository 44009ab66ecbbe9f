"""Search problems whose truth is known, on which ways to search are compared.

    true loss of a kind = 1 - gain exp(-|x - optimum|^2 / (2 width^2)) + harm / (1 + exp(-(x0 - 0.9) / 0.04)) + floor

where x in [0, 1] is the place in its range; 1 is the loss of none and the unit of every figure.  What the search sees
adds row luck (a smooth curve for each kind and seed: common random numbers make neighbours agree).  The last problem is
no formula: scikit-learn's linear models on diabetes with noise columns, scored on rows that the search never sees.
"""

import math
import warnings
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.preprocessing import StandardScaler

from ridgeline.kinds import Range
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve

TRIALS = 128
REAL = "linear models on diabetes"


class Surface(Protocol):
    """A search problem whose truth is known."""

    study: ResolvedStudy
    noise: float

    def true(self, setting: Setting) -> float:
        """The loss on fresh rows, in units of the loss of none."""

    def seen(self, setting: Setting) -> float:
        """What cross-validation finds before trial noise."""

    def best(self, kind: str) -> float:
        """The least true loss of a kind."""


@dataclass(frozen=True)
class Curve:
    """One kind's true loss."""

    gain: float
    width: float = 0.2
    floor: float = 0.0
    harm: float = 1.0


WEAK = Curve(0.08)
SCENARIOS: dict[str, dict[str, Curve]] = {
    "one clearly best": {"l2": Curve(0.3)},
    "two close": {"l2": Curve(0.3), "dropout": Curve(0.28)},
    "none best": {kind: Curve(-0.05) for kind in ("l1", "l2", "elastic_net", "weight_decay", "dropout")},
    "narrow optimum": {"dropout": Curve(0.3, width=0.05), "l1": Curve(0.15)},
    "best in two dimensions": {"elastic_net": Curve(0.3, width=0.15), "l1": Curve(0.15)},
    "best looks bad at first": {"dropout": Curve(0.45, width=0.06, floor=0.15), "l2": Curve(0.2), "l1": Curve(0.2)},
}


class Formula:
    """A surface of one scenario and seed; optima move with the seed."""

    def __init__(self, scenario: str, seed: int, pruner: str) -> None:
        self.study = _study("breast_cancer", "mlp", seed, pruner)
        self.noise = 0.01
        self._curves = SCENARIOS[scenario]
        rng = np.random.default_rng([seed, *scenario.encode()])
        self._ranges = {
            regularizer.kind: list(regularizer.strengths.values()) for regularizer in self.study.regularizers
        }
        self._optima = {kind: rng.uniform(0.3, 0.75, size=2) for kind in self._ranges}
        self._luck = {kind: rng.uniform([0.0, 1.0, 0.0], [0.02, 3.0, 2 * math.pi]) for kind in self._ranges}

    def true(self, setting: Setting) -> float:
        """The loss on fresh rows."""
        return self._at(setting.regularizer, self._place(setting))

    def seen(self, setting: Setting) -> float:
        """What cross-validation finds before trial noise."""
        size, waves, phase = self._luck[setting.regularizer]
        place = self._place(setting)
        wave = math.sin(2 * math.pi * waves * place[0] + phase) if len(place) else math.sin(phase)
        return self.true(setting) + float(size) * wave

    def best(self, kind: str) -> float:
        """The least true loss of a kind."""
        searched = len(self._ranges[kind])
        axes = [np.union1d(np.linspace(0, 1, 41), optimum) for optimum in self._optima[kind][:searched]]
        return min(self._at(kind, np.array(place)) for place in product(*axes))

    def _at(self, kind: str, place: np.ndarray) -> float:
        if not len(place):
            return 1.0
        curve = self._curves.get(kind, WEAK)
        distance = float(np.sum((place - self._optima[kind][: len(place)]) ** 2))
        dip = curve.gain * math.exp(-distance / (2 * curve.width**2))
        return 1.0 - dip + curve.harm / (1 + math.exp(-(float(place[0]) - 0.9) / 0.04)) + curve.floor

    def _place(self, setting: Setting) -> np.ndarray:
        searched = zip(setting.strengths.values(), self._ranges[setting.regularizer], strict=True)
        return np.array([_place_in(value, search) for value, search in searched if isinstance(search, Range)])


class Diabetes:
    """Ridge, Lasso and ElasticNet on 100 rows of diabetes with 40 noise columns; the truth is the other rows."""

    def __init__(self, seed: int, pruner: str) -> None:
        self.study = _study("diabetes", "linear", seed, pruner)
        self.noise = 0.002
        rng = np.random.default_rng(seed)
        warnings.simplefilter("ignore", ConvergenceWarning)  # at strengths that are far too weak, and lose
        x, y = load_diabetes(return_X_y=True)
        x = np.hstack([x / x.std(), rng.normal(size=(len(x), 40))])
        order = rng.permutation(len(x))
        rows, fresh = order[:100], order[100:]
        scaler = StandardScaler().fit(x[rows])
        self._x, self._fresh_x = scaler.transform(x[rows]), scaler.transform(x[fresh])
        self._y, self._fresh_y = (y[rows] - y[rows].mean()) / y.std(), (y[fresh] - y[rows].mean()) / y.std()
        self._ranges = {regularizer.kind: regularizer.strengths for regularizer in self.study.regularizers}
        self._folds = KFold(5, shuffle=True, random_state=seed)

    def true(self, setting: Setting) -> float:
        """The loss on fresh rows."""
        model = _linear(setting, len(self._x)).fit(self._x, self._y)
        return float(np.sqrt(np.mean((model.predict(self._fresh_x) - self._fresh_y) ** 2)))

    def seen(self, setting: Setting) -> float:
        """What cross-validation finds before trial noise."""
        model = _linear(setting, len(self._x))
        scores = cross_val_score(model, self._x, self._y, cv=self._folds, scoring="neg_root_mean_squared_error")
        return -float(scores.mean())

    def best(self, kind: str) -> float:
        """The least true loss of a kind."""
        axes = [
            np.geomspace(search.low, search.high, 25) if search.log else np.linspace(search.low, search.high, 9)
            for search in self._ranges[kind].values()
            if isinstance(search, Range)
        ]
        names = self._ranges[kind]
        return min(
            self.true(
                Setting(regularizer=kind, strengths=dict(zip(names, map(float, at), strict=True)), learning_rate=1)
            )
            for at in product(*axes)
        )


def _linear(setting: Setting, rows: int) -> Ridge | Lasso | ElasticNet:
    """Ridgeline's penalties are on a mean squared error without 1/2, so scikit-learn's lasso has half the strength."""
    strength = setting.strengths.get("strength", 0.0)
    match setting.regularizer:
        case "l1":
            return Lasso(alpha=strength / 2, max_iter=5000, tol=1e-3)
        case "elastic_net":
            return ElasticNet(alpha=strength / 2, l1_ratio=setting.strengths["l1_ratio"], max_iter=5000, tol=1e-3)
        case _:
            return Ridge(alpha=max(rows * strength, 1e-8))


def _place_in(value: float, search: Range) -> float:
    if search.log:
        return math.log(value / search.low) / math.log(search.high / search.low)
    return (value - search.low) / (search.high - search.low)


def _study(dataset: str, model: str, seed: int, pruner: str) -> ResolvedStudy:
    compared = {"kind": pruner} if pruner == "none" else {"kind": pruner, "resource": "epochs"}
    asked: dict[str, object] = {"dataset": dataset, "model": model, "seed": seed, "pruner": compared}
    if model == "linear":
        wide = {"low": 1e-4, "high": 10.0, "log": True}
        asked["regularizers"] = [{"kind": kind, "strength": wide} for kind in ("l1", "l2", "elastic_net")]
    return resolve(StudySpec.model_validate(asked | {"budget": {"max_trials": TRIALS}}), BUILT_IN[dataset])


def surface(scenario: str, seed: int, pruner: str) -> Surface:
    """One problem."""
    return Diabetes(seed, pruner) if scenario == REAL else Formula(scenario, seed, pruner)
