"""Optuna's TPE for one generation: it suggests the same, and ranks what has ended once rather than for each trial."""

from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import TPESampler
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator
from optuna.samplers._tpe.sampler import _split_trials, default_gamma
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

ENDED = (TrialState.COMPLETE, TrialState.PRUNED)


class GenerationTPE(TPESampler):
    """TPE whose ended trials do not change while it is asked: those of earlier generations.

    Only what it asks for itself is added, as running trials, which count as bad (constant liar).  So the split into
    good and bad, the density of the good and the parameters of the bad are kept, for each set of parameters; and a
    suggestion costs the density of the bad alone.

    Optuna ranks and reads every trial for every suggestion, which made it linear in them in Python.
    """

    def __init__(self, *, seed: int, multivariate: bool | None = None, n_startup_trials: int = 10) -> None:
        super().__init__(seed=seed, multivariate=multivariate, n_startup_trials=n_startup_trials)
        self._kept: dict[tuple[str, ...], tuple[_ParzenEstimator, dict[str, np.ndarray]]] = {}

    def _sample(self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        """One suggestion, as in Optuna."""
        names = tuple(search_space)
        if names not in self._kept:
            self._kept[names] = self._read(study, search_space)
        good, ended = self._kept[names]
        running = [
            one for one in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)) if one.number != trial.number
        ]
        asked = self._get_internal_repr(running, search_space, study)
        bad = self._parzen_estimator_cls(
            {name: np.concatenate([ended[name], asked[name]]) for name in search_space},
            search_space,
            self._parzen_estimator_parameters,
        )
        drawn = good.sample(self._rng.rng, self._n_ei_candidates)
        best = self._compare(drawn, self._compute_acquisition_func(drawn, good, bad))
        return {name: free.to_external_repr(best[name]) for name, free in search_space.items()}

    def _read(
        self, study: Study, search_space: dict[str, BaseDistribution]
    ) -> tuple[_ParzenEstimator, dict[str, np.ndarray]]:
        """The density of the good ones among the ended trials, and the parameters of the others."""
        ended = study.get_trials(deepcopy=False, states=ENDED)
        good, bad = _split_trials(study, ended, default_gamma(len(ended)))
        density = self._build_parzen_estimator(study, search_space, good, handle_below=True)
        return density, self._get_internal_repr(bad, search_space, study)
