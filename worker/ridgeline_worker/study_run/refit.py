"""The refit: recommended and none, on all rows but the test part, scored there once.

Where there is no test part, recommended alone is trained on all rows, for the files that the study leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline_worker.engine import task
from ridgeline_worker.study_run.courses import Courses
from ridgeline_worker.study_run.stages import Stages
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, HeldRows
from ridgeline_worker.training.network import Network
from ridgeline_worker.verdict import Tested

REFIT = Evaluation(REFIT_REPEAT, 0)


@dataclass(frozen=True)
class Refit:
    """What the refit has come to."""

    tested: Tested | None
    """Predictions of the test part; None: there is none."""
    networks: tuple[Network, ...]
    """Of recommended; none: its training gave none that are finite."""


def refit(work: Work, stages: Stages, settings: Mapping[int, Setting], recommended: int, *, train_rows: int) -> Refit:
    """Name what is recommended, train it and none on the rest, and predict the test part.

    Args:
        settings: of recommended and none, by number.
        train_rows: rows of the rest: an epoch has as many steps as their batches.

    Raises:
        Released: the study goes on later.
        BudgetRaised: its search does.
    """  # fmt: skip
    work.store.finals.begin_refit(work.claim, settings[recommended].model_dump())
    courses = Courses((REFIT,), work.study.training.epochs, is_watched=False)  # the test part is scored once
    trained = stages.train(_on_the_rest(work.study, train_rows), settings, (REFIT,), (REFIT,), courses)
    stages.finish()
    networks = trained[recommended][0].networks if recommended in trained else ()
    if not work.study.evaluation.test_fraction:
        return Refit(None, networks)
    held: HeldRows = work.ask(task.held_rows, (REFIT,))
    predictions = {number: lanes[0].predictions for number, lanes in trained.items()}
    tested = Tested(
        held.targets,
        held.weights,
        {number: values for number, values in predictions.items() if values is not None},
        work.store.finals.scored(work.study.test_part),
        held.units,
        {number: course.sparsity for number, course in courses.seen.items()},
    )
    return Refit(tested, networks)


def _on_the_rest(study: ResolvedStudy, rows: int) -> ResolvedStudy:
    """The study with the steps of an epoch that more rows have at the same batch size."""
    steps = -(-rows // study.training.batch_size)
    return study.model_copy(update={"training": study.training.model_copy(update={"steps_per_epoch": steps})})
