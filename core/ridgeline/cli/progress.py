"""How far a study is: a live bar on a terminal, plain lines elsewhere; both on standard error."""

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ridgeline.spec.states import ENDED, StudyState
from ridgeline.spec.views import StudyView
from ridgeline.spec.words import setting


class Shows(Protocol):
    """Shows a study each time that it has changed."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def show(self, study: StudyView) -> None:
        """Show how far the study is now."""


def progress() -> Shows:
    """A bar if standard error is a terminal, else lines."""
    console = Console(stderr=True, highlight=False)
    return Bar(console) if console.is_terminal else Lines(console)


class Bar:
    """A bar with the phase, the trials done, the best so far and the time left."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}  {task.fields[best]}  {task.fields[left]}"),
            console=console,
        )
        self._task = self._progress.add_task("waiting", total=None, unit="trials", best="", left="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, study: StudyView) -> None:
        """Move the bar."""
        done, total, unit = _counted(study)
        self._progress.update(
            self._task,
            description=_stage(study),
            completed=done,
            total=total,
            unit=unit,
            best=_best(study),
            left=_left(study),
        )


class Lines:
    """A line each time that more trials or models are done or the state has changed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: tuple[object, ...] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def show(self, study: StudyView) -> None:
        """Print a line if it says something new."""
        done, total, unit = _counted(study)
        now = (study.state, study.phase, done)
        if now == self._last:
            return
        self._last = now
        told = [_stage(study), f"{done}/{total} {unit}", _best(study), _left(study)]
        self._console.print("  ".join(filter(None, told)), markup=False, soft_wrap=True)


def _counted(study: StudyView) -> tuple[int, int, str]:
    """What is done of how many of what: models while the final runs, else trials."""
    if study.final is None or study.state in ENDED:
        return study.trials.ended, study.max_trials, "trials"
    return study.final.evaluations_done, study.final.evaluations, f"models of {study.final.contenders} contenders"


def _stage(study: StudyView) -> str:
    if study.state is StudyState.RUNNING:
        return study.phase
    if study.state is StudyState.QUEUED and study.queue_position is not None:
        return f"queued (place {study.queue_position})"
    if study.state is StudyState.STOPPING:
        return f"{study.state} ({study.phase})"
    if study.state in ENDED and study.reason is not None:
        return f"{study.state} ({study.reason})"
    return study.state


def _best(study: StudyView) -> str:
    if study.best is None:
        return ""
    metric = study.study.objective.metric
    return f"best {setting(study.best.regularizer, study.best.strengths)}: {metric} {study.best.score:.4f}"


def _left(study: StudyView) -> str:
    if study.seconds_left is None or study.state not in {StudyState.RUNNING, StudyState.STOPPING}:
        return ""
    minutes, seconds = divmod(round(study.seconds_left), 60)
    return f"about {minutes}:{seconds:02d} left"
