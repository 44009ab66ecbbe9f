"""Which of Optuna's samplers a study asks, in the one place that builds them."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, GPSampler, GridSampler, QMCSampler, RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from ridgeline.spec.study import AnySampler, Gp, Grid, Qmc, Random, Tpe
from ridgeline_worker.search.seeds import sampler_seed
from ridgeline_worker.search.space import Space
from ridgeline_worker.search.tpe import GenerationTPE


class NumberedQMCSampler(QMCSampler):
    """A scrambled Sobol sequence whose sample belongs to the trial's number, so that a study built anew goes on in it.

    Optuna's counts samples in an attribute of its study, which does not outlive it, and draws the first trial at
    random, since it learns its space from it.
    """

    def __init__(self, space: dict[str, BaseDistribution], *, seed: int) -> None:
        super().__init__(scramble=True, seed=seed)
        self._space = {name: free for name, free in sorted(space.items()) if not free.single()}
        self._number = 0

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002 -- Optuna's signature
        """Every parameter that has more than one value."""
        return self._space

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The point of the sequence at this trial's number."""
        self._number = trial.number
        return super().sample_relative(study, trial, search_space)

    def _find_sample_id(self, study: Study, search_space: dict[str, BaseDistribution]) -> int:  # noqa: ARG002 -- Optuna's signature
        return self._number


def build_sampler(spec: AnySampler, space: Space, *, seed: int, generation: int) -> BaseSampler:
    """The sampler of one kind for one generation.

    TPE is Optuna 5's default: multivariate, and what was asked but has not ended counts as bad (constant liar).
    QMC and grid run through one sequence in all generations, so their seeds know none.
    A space of lists only is enumerated, whatever the spec.
    """
    of_kind = sampler_seed(seed, space.kind)
    of_generation = sampler_seed(seed, space.kind, generation)
    if space.is_finite:
        return GridSampler(space.grid(points=1), seed=of_kind)
    match spec:
        case Tpe():
            return GenerationTPE(seed=of_generation)
        case Random():
            return RandomSampler(seed=of_generation)
        case Qmc():
            return NumberedQMCSampler(space.distributions, seed=of_kind)
        case Gp():
            return GPSampler(seed=of_generation, deterministic_objective=False, warn_independent_sampling=False)
        case Grid():
            return GridSampler(space.grid(spec.points), seed=of_kind)


_ONE_AT_A_TIME = Lock()


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Keep Optuna from logging each study and how GP could be faster, and from warning that QMC is experimental.

    Both switches belong to the process, and several studies search at once: they take turns.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        verbosity = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(logging.ERROR)
        warnings.simplefilter("ignore", ExperimentalWarning)
        try:
            yield
        finally:
            optuna.logging.set_verbosity(verbosity)
