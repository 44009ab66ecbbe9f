"""The search of mixes: one Optuna study in memory with a choice for each group of kinds and strengths under it."""

from collections.abc import Iterator, Sequence

import numpy as np
import optuna
from optuna.samplers import BaseSampler, RandomSampler

from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.grids import MAX_GRID
from ridgeline.spec.mixing import by_default, mixes_of
from ridgeline.spec.states import Origin
from ridgeline.spec.study import Grid, Qmc, Tpe
from ridgeline.spec.views import TrialView
from ridgeline_worker.search import told
from ridgeline_worker.search.asking import MAX_DRAWS, MAX_REPEATS, Asking
from ridgeline_worker.search.history import part_told
from ridgeline_worker.search.mixes import Listed, Mixes
from ridgeline_worker.search.samplers import NumberedQMCSampler, quiet_optuna
from ridgeline_worker.search.seeds import sampler_seed
from ridgeline_worker.search.tpe import GenerationTPE

RANDOM_MIXES = 10
"""Mixes at random that have ended before TPE learns: from kinds alone it would learn that mixes are rare."""


def ingredients_alone(study: ResolvedStudy) -> Iterator[Setting]:
    """Each ingredient alone at its default strengths, at the middle one of the learning rates.

    They come first, so that a cocktail is never taken for better than a kind that was not looked at.
    """
    rates = study.training.learning_rates
    for kind in study.ingredients:
        yield Setting.of(by_default(study, kind), rates[len(rates) // 2])


class MixedStudy(Asking):
    """Asks for mixes.

    TPE: each parameter by itself, from the trials that have it (docs/decisions/0006: better than Optuna's `group`),
    told of every trial that is a point of the search, whoever asked for it.  QMC: one Sobol sequence over all
    parameters, of which those of kinds that are off are ignored; a point belongs to the number of its trial.  Grid:
    every mix in shuffled order.  A Gaussian process is refused before: it needs the same numbers in each trial.
    """

    def __init__(self, study: ResolvedStudy, trials: Sequence[TrialView], generation: int) -> None:
        """Build the study.

        Args:
            trials: all stored ones, in order.
        """  # fmt: skip
        self._mixes = Mixes.of(study)
        self._random = RandomSampler(seed=sampler_seed(study.seed, f"{COCKTAIL} at random", generation))
        self._is_grid = isinstance(study.sampler, Grid)
        self._listed = self._shuffled(study)
        learns = isinstance(study.sampler, Tpe)
        points = [trial for trial in trials if (learns or trial.origin is Origin.SAMPLED) and self._mixes.holds(trial)]
        given = sum(trial.origin is not Origin.SAMPLED for trial in points)
        direction = study.objective.direction
        history = part_told(points, direction) if learns else points
        with quiet_optuna():
            self._sampler = self._build_sampler(study, given, generation)
            self._study = optuna.create_study(sampler=self._sampler)
            self._study.add_trials(told.by_state(history, self._mixes, direction))

    def _build_sampler(self, study: ResolvedStudy, given: int, generation: int) -> BaseSampler:
        seed = sampler_seed(study.seed, COCKTAIL, generation)
        match study.sampler:
            case Tpe():
                return GenerationTPE(seed=seed, multivariate=False, n_startup_trials=given + RANDOM_MIXES)
            case Qmc():
                return NumberedQMCSampler(self._mixes.distributions, seed=sampler_seed(study.seed, COCKTAIL))
            case _:
                return RandomSampler(seed=seed)

    def _shuffled(self, study: ResolvedStudy) -> Iterator[Setting]:
        """Every mix in an order that belongs to the study; nothing where there are endless or too many."""
        count = mixes_of(study)
        if count is None or count > MAX_GRID:
            return iter(())
        listed = Listed(self._mixes, study.sampler.points if isinstance(study.sampler, Grid) else 1)
        order = np.random.default_rng(sampler_seed(study.seed, f"{COCKTAIL} in order")).permutation(count)
        return (listed.at(int(place)) for place in order)

    def _new(self, known: set[str]) -> Setting | None:
        setting = None
        if not self._is_grid:
            setting = self._first_new(MAX_REPEATS, self._sampler, known)
            setting = setting or self._first_new(MAX_DRAWS, self._random, known)
        return setting or next((mix for mix in self._listed if mix.key not in known), None)

    def _suggest(self) -> Setting:
        return self._mixes.suggest(self._study)
