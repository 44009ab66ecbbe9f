"""Where should trials be compared, after some epochs of all folds or on some folds at the end?

Settings of the default kinds, drawn at random, are trained on every fold, and their scores after some epochs are kept.
From these scores searches are played: each asks for settings in random order, in four generations of at most 32, stops
some where its trials are compared, has its folds in a random order, and so many whole trials' training to spend.  Its
regret is what the best that it finds lacks to the best of all, as a share of the gap between that and none.  Rank
correlations, over the better half of the settings, say what an early comparison tells of the end: the mean over folds,
and the worst; and of settings on a fold each, drawn at random, as they are and as what they let expect on all folds.
About eight minutes on one core.

    python benchmarks/rungs.py [--quick]
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from report import Figure, Report, run
from scipy.stats import spearmanr

from ridgeline.kinds import Range
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.plan import generation_trials
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.training import Cohort, LaneState, Problem, evaluate, lanes_of, one_fast_thread

SETS = ("breast_cancer", "diabetes", "digits", "iris", "wine")
SETTINGS = 160
LANES = 40
"""Trained together."""
SEARCHES = 400
"""Played, each in orders of its own."""
BUDGETS = (12, 24, 48)
"""Whole trials' training."""
KNOWN = 6
"""Settings of the better half that have all folds beside none, when others have one."""
BAD_LUCK = 0.95
"""One search in twenty has more regret than this quantile."""
Losses = Float[np.ndarray, "settings"]
Orders = tuple[np.ndarray, np.ndarray]
"""Of settings and of folds."""


@dataclass(frozen=True)
class Scores:
    """The losses of every setting on every fold after some epochs."""

    after: dict[int, Float[np.ndarray, "settings folds"]]
    """By epochs; the last are all of them."""

    @property
    def epochs(self) -> int:
        """All of them."""
        return max(self.after)

    @property
    def folds(self) -> int:
        """All of them."""
        return self.after[self.epochs].shape[1]

    def at(self, epochs: int, folds: Sequence[int] | np.ndarray) -> Losses:
        """Means over some folds after some epochs."""
        return np.asarray(self.after[epochs][:, folds].mean(axis=1))

    @property
    def end(self) -> Losses:
        """Means over all folds after all epochs."""
        return self.at(self.epochs, range(self.folds))


@dataclass(frozen=True)
class Stop:
    """A comparison before the end, which the best of a generation go past."""

    epochs: float
    """As a share of all."""
    folds: float
    """As a share of all; at least one."""
    keep: float
    """Share of the trials that go on."""
    in_turn: bool = True
    """Whether each generation begins with other folds."""


SEARCHED: dict[str, tuple[Stop, ...]] = {
    "no pruning": (),
    "a third of the epochs, a third goes on": (Stop(1 / 3, 1, 1 / 3),),
    "half of the epochs, half goes on": (Stop(1 / 2, 1, 1 / 2),),
    "one fold, always the same, a third goes on": (Stop(1, 0, 1 / 3, in_turn=False),),
    "one fold, in turn, a third goes on": (Stop(1, 0, 1 / 3),),
    "two of five folds, in turn, a third goes on": (Stop(1, 2 / 5, 1 / 3),),
}
NONE, DEFAULT = "no pruning", "one fold, in turn, a third goes on"


@dataclass(frozen=True)
class Played:
    """A way to search, played on known scores."""

    scores: Scores
    stops: Sequence[Stop]

    def best_found(self, orders: Orders, budget: float) -> float:
        """The best loss at the end among those that go all the way."""
        settings, folds = orders
        asked = settings[: int(budget / self._cost)]
        size = generation_trials(len(asked), 1)
        generations = (asked[start : start + size] for start in range(0, len(asked), size))
        left = (self._survivors(generation, number, folds) for number, generation in enumerate(generations))
        return float(min(self.scores.end[settings].min() for settings in left))

    def _survivors(self, left: np.ndarray, generation: int, folds: np.ndarray) -> np.ndarray:
        for stop in self.stops:
            epochs, count = self._place(stop)
            first = np.roll(folds, -generation * count)[:count] if stop.in_turn else folds[:count]
            kept = max(1, int(len(left) * stop.keep))
            left = left[np.argsort(self.scores.at(epochs, first)[left], kind="stable")[:kept]]
        return left

    def _place(self, stop: Stop) -> tuple[int, int]:
        return math.ceil(stop.epochs * self.scores.epochs), max(1, round(stop.folds * self.scores.folds))

    @property
    def _cost(self) -> float:
        """Of a trial in the mean, in whole trials."""
        whole, cost, share, before = self.scores.epochs * self.scores.folds, 0.0, 1.0, 0
        for stop in self.stops:
            trained = math.prod(self._place(stop))
            cost, share, before = cost + share * (trained - before), share * stop.keep, trained
        return (cost + share * (whole - before)) / whole


def drawn(study: ResolvedStudy, count: int) -> Iterator[Setting]:
    """None, then settings of all other kinds in turn, each strength at random in its range."""
    draw = np.random.default_rng(study.seed)
    kinds = [own for own in study.regularizers if any(isinstance(one, Range) for one in own.strengths.values())]
    rate = study.training.learning_rates[0]
    yield Setting(regularizer="none", strengths={}, learning_rate=rate)
    for number in range(count - 1):
        own = kinds[number % len(kinds)]
        strengths = {name: _value(draw, one) for name, one in own.strengths.items()}
        yield Setting(regularizer=own.kind, strengths=strengths, learning_rate=rate)


def _value(draw: np.random.Generator, asked: Any) -> float:
    if not isinstance(asked, Range):
        return float(asked)
    if asked.log:
        return float(np.exp(draw.uniform(np.log(asked.low), np.log(asked.high))))
    return float(draw.uniform(asked.low, asked.high))


@one_fast_thread()
def trained(name: str, settings: int, spec: dict[str, Any]) -> Scores:
    """Train settings on all folds of a data set and look at them on the way."""
    study = resolve(StudySpec.model_validate({"dataset": name, **spec}), BUILT_IN[name])
    problem = Problem.of(study, FOLDER / f"{name}.parquet", torch.device("cpu"))
    sign, epochs, positions = study.objective.direction.sign, study.training.epochs, problem.evaluations
    looks = {math.ceil(stop.epochs * epochs) for stops in SEARCHED.values() for stop in stops} | {epochs}
    after = {epoch: np.full((settings, len(positions)), np.inf) for epoch in looks}

    def look(state: LaneState) -> None:
        epoch = state.steps // problem.steps_per_epoch
        for lane in evaluate(problem, state) if epoch in looks else ():
            loss = np.inf if lane.score is None else sign * lane.score
            after[epoch][lane.trial, positions.index(lane.evaluation)] = loss

    lanes = lanes_of(study, enumerate(drawn(study, settings)))
    for start in range(0, len(lanes), LANES):
        part = lanes[start : start + LANES]
        Cohort(problem, part).train(Cohort.begin(problem, part), epochs * problem.steps_per_epoch, look)
    return Scores(after)


def figures(name: str, scores: Scores, searches: int) -> list[Figure]:
    """What early comparisons tell, and the regret of each way to search."""
    end, all_folds = scores.end, range(scores.folds)
    better = end <= np.median(end)

    def alike(early: Losses) -> float:
        return float(spearmanr(early[better], end[better])[0])

    third = math.ceil(scores.epochs / 3)
    early, on_folds = alike(scores.at(third, all_folds)), [alike(scores.at(scores.epochs, [n])) for n in all_folds]
    told = [
        Figure(f"{name}: ranks after {third} epochs and at the end, correlation", early, ""),
        Figure(f"{name}: ranks on one fold and on all, correlation", fmean(on_folds), ""),
        Figure(f"{name}: the same of the worst fold", min(on_folds), ""),
    ]
    told += mixed(name, scores, better, searches)
    draw = np.random.default_rng(0)
    orders = [(draw.permutation(len(end)), draw.permutation(scores.folds)) for _ in range(searches)]

    def regrets(searched: str, budget: float) -> np.ndarray:
        played = Played(scores, SEARCHED[searched])
        found = np.array([played.best_found(order, budget) for order in orders])
        return np.asarray((found - end.min()) / (end[0] - end.min()))

    for budget in BUDGETS:
        unpruned = float(regrets(NONE, budget).mean())
        for searched in SEARCHED:
            own = regrets(searched, budget)
            named, target = f"{name}, {budget} whole trials: {searched}", unpruned if searched == DEFAULT else None
            told.append(Figure(named, float(own.mean()), "of the gap to none", target))
            told.append(Figure(f"{named}, bad luck", float(np.quantile(own, BAD_LUCK)), "of the gap to none"))
    return told


def mixed(name: str, scores: Scores, better: np.ndarray, searches: int) -> Iterator[Figure]:
    """What ranks of settings of the better half, each on one fold at random, tell of those on all folds."""
    every, end, half = scores.after[scores.epochs], scores.end, np.flatnonzero(better)
    harder = end[:, None] - every  # by how much all folds are harder than each, to each setting
    alike: dict[str, list[float]] = {}
    draw = np.random.default_rng(0)
    for _ in range(searches):
        known, others = np.split(draw.permutation(half), [KNOWN])
        folds = draw.integers(scores.folds, size=len(others))
        ways = {
            "bare": np.zeros(scores.folds),
            "beside none": harder[0],
            f"beside none and {KNOWN} others": np.median(harder[[0, *known]], axis=0),
        }
        for way, easier in ways.items():
            alike.setdefault(way, []).append(spearmanr(every[others, folds] + easier[folds], end[others])[0])
    for way, found in alike.items():
        yield Figure(f"{name}: ranks on a fold each and on all, {way}, correlation", fmean(found), "")


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """All data sets."""
    names, settings, searches = (("breast_cancer",), 40, 2) if quick else (SETS, SETTINGS, SEARCHES)
    spec: dict[str, Any] = {"training": {"epochs": 3}, "model": "linear"} if quick else {}
    found = [figure for name in names for figure in figures(name, trained(name, settings, spec), searches)]
    return Report(
        "rungs",
        "settings of the default kinds drawn at random, each trained on all folds; searches played on their scores, "
        "mean over orders of settings and folds; the regret of a search is what the best that it finds lacks to the "
        "best of all settings, as a share of the gap between that and none; bad luck: one search in twenty has more; "
        "rank correlations (Spearman's) over the better half of the settings",
        {"settings": settings, "searches": searches},
        tuple(found),
    )


if __name__ == "__main__":
    run(measure, __doc__)
