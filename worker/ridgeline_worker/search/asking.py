"""Asking an Optuna study for settings that have not been tried."""

from abc import ABC, abstractmethod

import optuna
from optuna.samplers import BaseSampler

from ridgeline.spec import Setting
from ridgeline_worker.search.samplers import quiet_optuna

MAX_REPEATS = 8
"""How often a sampler may suggest, for one trial, a setting that is already there."""
MAX_DRAWS = 64
"""Random draws after that, before what is searched counts as exhausted."""


class Asking(ABC):
    """Settings from a study in memory, none of them twice."""

    _study: optuna.Study

    def ask(self, count: int, known: set[str]) -> list[Setting]:
        """So many settings that are not known, or fewer if there are no more; they are then known."""
        settings: list[Setting] = []
        with quiet_optuna():
            while len(settings) < count and (setting := self._new(known)) is not None:
                known.add(setting.key)
                settings.append(setting)
        return settings

    @abstractmethod
    def _new(self, known: set[str]) -> Setting | None:
        """A setting that is not known; None: there is no more."""

    @abstractmethod
    def _suggest(self) -> Setting:
        """The next setting of the study's sampler."""

    def _first_new(self, attempts: int, sampler: BaseSampler, known: set[str]) -> Setting | None:
        self._study.sampler = sampler
        return next((setting for _ in range(attempts) if (setting := self._suggest()).key not in known), None)
