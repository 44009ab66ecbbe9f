"""One kind's search: an Optuna study in memory, built anew from the stored trials of that kind."""

import math
from collections.abc import Sequence

import optuna
from optuna.samplers import RandomSampler

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.study import Gp, Grid, Tpe
from ridgeline.spec.views import TrialView
from ridgeline_worker.search import told
from ridgeline_worker.search.asking import MAX_DRAWS, MAX_REPEATS, Asking
from ridgeline_worker.search.history import part_told
from ridgeline_worker.search.samplers import build_sampler, quiet_optuna
from ridgeline_worker.search.seeds import sampler_seed
from ridgeline_worker.search.space import Space


class SubStudy(Asking):
    """Asks one kind's sampler for settings.

    Trial numbers inside go on from the stored trials: the point of a grid or of a low-discrepancy sequence belongs
    to that number.  Points that were passed over since they were known count none, so that a few of them come again
    in the next generation, and are passed over again.
    """

    def __init__(
        self,
        study: ResolvedStudy,
        space: Space,
        trials: Sequence[TrialView],
        generation: int,
        *,
        warm: Sequence[TrialView] = (),
    ) -> None:
        """Build the study.

        Args:
            trials: all sampled ones of this kind, in order.
            warm: trials of this study whose settings earlier ones had found; told to samplers that learn, since the
                points of the others belong to the numbers of sampled trials.
        """  # fmt: skip
        self._space = space
        self._points = _points(study, space)
        self._asked = len(trials)
        self._random = RandomSampler(seed=sampler_seed(study.seed, f"{space.kind} at random", generation))
        tell = told.as_losses if isinstance(study.sampler, Gp) else told.by_state
        learns = self._points is None and isinstance(study.sampler, Tpe | Gp)
        direction = study.objective.direction
        history = part_told([*warm, *trials], direction) if learns else trials
        with quiet_optuna():
            self._sampler = build_sampler(study.sampler, space, seed=study.seed, generation=generation)
            self._study = optuna.create_study(sampler=self._sampler)
            self._study.add_trials(tell(history, space, direction))

    def _new(self, known: set[str]) -> Setting | None:
        if self._points is not None:
            return self._first_new(self._points - self._asked, self._sampler, known)
        return self._first_new(MAX_REPEATS, self._sampler, known) or self._first_new(MAX_DRAWS, self._random, known)

    def _suggest(self) -> Setting:
        self._asked += 1
        return self._space.setting(self._study.ask(self._space.distributions).params)


def _points(study: ResolvedStudy, space: Space) -> int | None:
    """Points of the kind's grid; None where it is sampled."""
    if not (space.is_finite or isinstance(study.sampler, Grid)):
        return None
    points = study.sampler.points if isinstance(study.sampler, Grid) else 1
    return math.prod(len(values) for values in space.grid(points).values())
