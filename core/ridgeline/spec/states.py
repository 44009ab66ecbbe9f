"""The states of a study and of a trial, and what may follow what."""

from enum import StrEnum


class StudyState(StrEnum):
    """Where a study stands."""

    QUEUED = "queued"  #: waits for a worker
    RUNNING = "running"  #: a worker has it, or takes it up again when its lease has run out
    PAUSED = "paused"  #: keeps its finished trials and waits for resume
    STOPPING = "stopping"  #: starts no trial any more; on its way to stopped
    STOPPED = "stopped"  #: ended on request; `reason` says which
    COMPLETED = "completed"  #: spent its budget, met its target or ran out of settings
    FAILED = "failed"  #: could not go on; `reason` says why


ENDED = frozenset({StudyState.STOPPED, StudyState.COMPLETED, StudyState.FAILED})
"""States that only `extend` leaves."""


class Phase(StrEnum):
    """What a running study is doing, apart from its state."""

    SEARCH = "search"  #: generations of trials
    FINAL = "final"  #: the contenders again, paired, on fresh folds and seeds
    REFIT = "refit"  #: recommended and none, on all but the test part


class Action(StrEnum):
    """What a user may ask of a study."""

    PAUSE = "pause"  #: stop training after the running segment, keep what is done
    RESUME = "resume"  #: go on
    STOP = "stop"  #: end now and answer from what there is
    CANCEL = "cancel"  #: end now, no answer wanted


TRANSITIONS: dict[Action, dict[StudyState, StudyState]] = {
    Action.PAUSE: {StudyState.RUNNING: StudyState.PAUSED},
    Action.RESUME: {StudyState.PAUSED: StudyState.RUNNING},
    Action.STOP: {
        StudyState.QUEUED: StudyState.STOPPED,
        StudyState.RUNNING: StudyState.STOPPING,
        StudyState.PAUSED: StudyState.STOPPING,
    },
    Action.CANCEL: {
        StudyState.QUEUED: StudyState.STOPPED,
        StudyState.RUNNING: StudyState.STOPPED,
        StudyState.PAUSED: StudyState.STOPPED,
        StudyState.STOPPING: StudyState.STOPPED,
    },
}
"""The state that each action leads to; what is not here is impossible."""

HOLDS: dict[Action, frozenset[StudyState]] = {
    Action.PAUSE: frozenset({StudyState.PAUSED}),
    Action.RESUME: frozenset({StudyState.RUNNING, StudyState.QUEUED}),
    Action.STOP: frozenset({StudyState.STOPPING, StudyState.STOPPED}),
    Action.CANCEL: frozenset({StudyState.STOPPED}),
}
"""States in which an action already holds: asking again is no error."""


class EndReason(StrEnum):
    """Why a study ended."""

    BUDGET = "budget"  #: max_trials settings were started and ended
    SECONDS = "seconds"  #: max_seconds of running time were spent
    TARGET = "target"  #: a complete trial met budget.target
    EXHAUSTED = "exhausted"  #: every setting of the grid was tried
    STOP = "stop"  #: a user asked for the answer now
    CANCELLED = "cancelled"  #: a user asked for no answer
    ERROR = "error"  #: the study could not go on; `detail` says why


class TrialState(StrEnum):
    """Where a trial stands."""

    WAITING = "waiting"  #: asked, not yet trained
    RUNNING = "running"  #: lanes of a cohort are training it
    COMPLETE = "complete"  #: reached the last rung; it competes
    PRUNED = "pruned"  #: stopped at a rung; its scores count
    FAILED = "failed"  #: gave no score; `failure` says why
    STOPPED = "stopped"  #: its study ended before it did


class FailureKind(StrEnum):
    """Why a trial failed."""

    DIVERGED = "diverged"  #: its loss or its predictions were not finite
    OUT_OF_MEMORY = "out_of_memory"  #: its cohort did not fit
    ERROR = "error"  #: its cohort raised an exception
    WORKER_LOST = "worker_lost"  #: the process of its cohort died twice
    TIMEOUT = "timeout"  #: its cohort did not answer in time


class Origin(StrEnum):
    """Where the setting of a trial came from."""

    NONE = "none"  #: no regularizer
    BASELINE = "baseline"  #: named by the user to be compared with
    FIXED = "fixed"  #: every strength was given
    DEFAULT = "default"  #: one ingredient of a cocktail alone, at its default strengths
    READ_OFF = "read_off"  #: trains as none does, and is read off its scores after each epoch
    WARM = "warm"  #: found by an earlier study
    SAMPLED = "sampled"  #: asked from the sampler


class Likeness(StrEnum):
    """How alike an earlier study is to one that starts from it."""

    EXACT = "exact"  #: equal data, metric, split, model and training
    LIKE = "like"  #: equal task, metric and kind of model, on data that may differ


class Evidence(StrEnum):
    """What speaks for a setting."""

    VERDICT = "verdict"  #: recommended after it was trained again, paired, on fresh folds and draws
    BEST_TRIAL = "best_trial"  #: the best score of a search: the raw argmin, flattered by the choice
