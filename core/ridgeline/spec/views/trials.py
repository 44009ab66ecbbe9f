"""A trial, and trials counted."""

from datetime import datetime

from ridgeline.kinds import Frozen
from ridgeline.spec.resolved import Rung, Setting, key_of
from ridgeline.spec.states import FailureKind, Origin, TrialState


class EpochScore(Frozen):
    """Scores of a trial after an epoch."""

    epochs: int
    """Epochs trained."""
    score: float | None
    """Mean over the folds; null where it is not finite on all of them."""
    standard_error: float | None
    """Of the score over folds and repeats; null likewise."""


class RungView(Frozen):
    """Scores of a trial at a rung."""

    epochs: int
    """Epochs trained at this rung."""
    score: float
    """Mean over the folds; of a trial whose strength is read off, after the best epoch so far."""
    folds: tuple[float, ...]
    """Score of each fold, repeat by repeat."""
    first_fold: int = 0
    """Where the folds begin, counted over all repeats from 0; after the last comes the first."""
    expected: float | None = None
    """Of some folds: the score that is to be expected on all, this one and by how much all folds are harder than these
    to the trials that have all (their median); null: these are all, or there is no such trial."""
    curve: tuple[EpochScore, ...] = ()
    """After each epoch since the rung before, where a strength is read off these scores."""

    def by_fold(self, folds: int) -> dict[int, float]:
        """Score by the number of its fold, of so many in all."""
        return {(self.first_fold + place) % folds: score for place, score in enumerate(self.folds)}

    @property
    def level(self) -> float:
        """What may be compared with scores on other folds."""
        return self.score if self.expected is None else self.expected

    @property
    def place(self) -> Rung:
        """Which rung that is."""
        return Rung(epochs=self.epochs, folds=len(self.folds))


class Failure(Frozen):
    """Why a trial gave no score."""

    kind: FailureKind
    """What went wrong."""
    detail: str
    """The same in words."""


class TrialView(Frozen):
    """One setting, trained on every fold."""

    number: int
    """Number in its study, from 0."""
    regularizer: str
    """Kind of the catalogue, or cocktail: several kinds together."""
    strengths: dict[str, float]
    """Each strength of the kind by its name; of a cocktail `kind.name`, of the kinds that are on.  One that is read
    off is missing until the trial is complete."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float
    """Step size of the optimizer."""
    origin: Origin
    """Where the setting came from."""
    generation: int
    """Number of the generation that it was asked in, from 0."""
    bracket: int
    """Number of its bracket in the plan, from 0."""
    state: TrialState
    """Where it stands."""
    failure: Failure | None
    """Why it gave no score; null unless failed."""
    score: float | None
    """Mean over folds at the last rung; null unless complete."""
    standard_error: float | None
    """Of the score over folds and repeats; null unless complete."""
    rungs: tuple[RungView, ...]
    """Scores at each rung so far, in order."""
    started_at: datetime
    """When it was asked, UTC."""
    ended_at: datetime | None
    """When it ended, UTC; null before."""

    @property
    def setting(self) -> Setting:
        """What was trained."""
        return Setting(regularizer=self.regularizer, strengths=dict(self.strengths), learning_rate=self.learning_rate)

    @property
    def key(self) -> str:
        """The key of its setting, without building one."""
        return key_of(self.regularizer, self.strengths, self.learning_rate)


class TrialCounts(Frozen):
    """Trials by state."""

    waiting: int = 0
    """Asked, not yet trained."""
    running: int = 0
    """In training."""
    complete: int = 0
    """Reached the last rung."""
    pruned: int = 0
    """Stopped at a rung."""
    failed: int = 0
    """Gave no score."""
    stopped: int = 0
    """Their study ended before they did."""

    @property
    def started(self) -> int:
        """Trials that count against the budget."""
        return self.waiting + self.running + self.complete + self.pruned + self.failed + self.stopped

    @property
    def ended(self) -> int:
        """Trials that nothing more will happen to."""
        return self.complete + self.pruned + self.failed + self.stopped
