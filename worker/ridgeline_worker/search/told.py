"""What a sampler is told of the trials that have ended."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Protocol, runtime_checkable

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from ridgeline.spec import states
from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import FailureKind
from ridgeline.spec.views import TrialView


@runtime_checkable
class Searched(Protocol):
    """What a sampler searches, by the names of its parameters."""

    @property
    def distributions(self) -> Mapping[str, BaseDistribution]:
        """Every parameter that a trial may have."""

    def parameters(self, trial: TrialView) -> Mapping[str, float | str]:
        """The parameters that a stored trial has."""


class Told(FrozenTrial):
    """A trial for one study, which may keep it as it is.

    Optuna's storage takes a deep copy of every trial that is added: half of the time of the first 1,000 suggestions.
    And it looks whether each value is inside its range, which all that are told of are: a twelfth of what was left.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> "Told":
        return self

    def _validate(self) -> None:
        """Nothing: these values were asked of these ranges."""


WORSE_THAN_WORST = 0.1
"""How much worse than the worst score a diverged trial counts for a Gaussian process, in units of worst - best."""


def by_state(trials: Sequence[TrialView], space: Searched, direction: Direction) -> list[FrozenTrial]:
    """Each trial as Optuna has it, in order, its scores turned into losses.

    Complete: its loss.  Pruned: its losses at its rungs.  Diverged: pruned without any loss, which TPE ranks last.
    Others, that failed through no fault of their setting or were stopped: failed, which every sampler passes over.
    """
    told = []
    for trial in trials:
        if trial.state is states.TrialState.COMPLETE and trial.score is not None:
            told.append(_frozen(trial, space, TrialState.COMPLETE, loss=direction.sign * trial.score))
        elif trial.state is states.TrialState.PRUNED:
            rungs = {rung.place.model_epochs: direction.sign * rung.level for rung in trial.rungs}
            told.append(_frozen(trial, space, TrialState.PRUNED, rungs=rungs))
        elif diverged(trial):
            told.append(_frozen(trial, space, TrialState.PRUNED))
        else:
            told.append(_frozen(trial, space, TrialState.FAIL))
    return told


def as_losses(trials: Sequence[TrialView], space: Searched, direction: Direction) -> list[FrozenTrial]:
    """The same for a Gaussian process, which passes over pruned trials: each gets the loss that it might have had.

    Pruned: its loss at its last rung plus the median change from there to the end among the complete trials.
    Diverged: worst + 0.1 (worst - best) over the others; infinity would flatten the rest.
    """
    complete = [trial for trial in trials if trial.state is states.TrialState.COMPLETE]
    losses: dict[int, float] = {}
    for trial in trials:
        if trial.state is states.TrialState.COMPLETE and trial.score is not None:
            losses[trial.number] = direction.sign * trial.score
        elif trial.state is states.TrialState.PRUNED and trial.rungs:
            last = trial.rungs[-1]
            losses[trial.number] = direction.sign * (last.level + _later_change(complete, last.place))
    if losses:
        best, worst = min(losses.values()), max(losses.values())
        bad = worst + WORSE_THAN_WORST * (worst - best)
        losses |= {trial.number: bad for trial in trials if diverged(trial)}
    return [
        _frozen(trial, space, TrialState.COMPLETE, loss=losses[trial.number])
        if trial.number in losses
        else _frozen(trial, space, TrialState.FAIL)
        for trial in trials
    ]


def diverged(trial: TrialView) -> bool:
    """Whether the setting itself is at fault that there is no score."""
    return trial.failure is not None and trial.failure.kind is FailureKind.DIVERGED


def _later_change(complete: Sequence[TrialView], place: Rung) -> float:
    """Median of score at the end minus score at a rung; 0 where no complete trial has that rung."""
    changes = [
        trial.score - rung.level
        for trial in complete
        for rung in trial.rungs
        if rung.place == place and trial.score is not None
    ]
    return median(changes) if changes else 0.0


def _frozen(
    trial: TrialView,
    space: Searched,
    state: TrialState,
    *,
    loss: float | None = None,
    rungs: dict[int, float] | None = None,
) -> FrozenTrial:
    parameters = dict(space.parameters(trial))
    return Told(
        number=-1,
        trial_id=-1,
        state=state,
        value=loss,
        params=parameters,
        distributions={name: space.distributions[name] for name in parameters},
        intermediate_values=rungs or {},
        user_attrs={},
        system_attrs={},
        datetime_start=trial.started_at,
        datetime_complete=trial.started_at,
    )
