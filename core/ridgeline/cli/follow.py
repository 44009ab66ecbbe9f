"""Show a study from now to its end, wherever its updates come from."""

import time
from collections.abc import Iterator

from ridgeline.cli.output import print_json
from ridgeline.cli.progress import progress
from ridgeline.cli.tables import print_leaderboard
from ridgeline.client import Client
from ridgeline.errors import RidgelineError
from ridgeline.kinds import Frozen
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import EventView, LeaderboardView, StudyView

LOOK_SECONDS = 0.2
"""Pause between two looks at the study while its events come."""


class StudyFailed(RidgelineError):
    """A study could not go on."""

    kind = "study_failed"


class Update(Frozen):
    """One JSON line of a running study; one of its fields is set."""

    event: EventView | None = None
    """Something that happened."""
    study: StudyView | None = None
    """How far the study is after it."""
    leaderboard: LeaderboardView | None = None
    """The answer, last."""


def updates(client: Client, study_id: str) -> Iterator[Update]:
    """The updates of a study of a service, to its end; events of the past come first, in a burst."""
    yield Update(study=client.study(study_id))
    looked = time.monotonic()
    for event in client.events(study_id):
        yield Update(event=event)
        if time.monotonic() - looked >= LOOK_SECONDS:
            yield Update(study=client.study(study_id))
            looked = time.monotonic()
    yield Update(study=client.study(study_id))
    yield Update(leaderboard=client.leaderboard(study_id))


def show(told: Iterator[Update], *, as_json: bool) -> None:
    """Progress as it comes, then the leaderboard; as JSON, each update as it comes.

    Raises:
        StudyFailed: the study ended without an answer.
    """
    study: StudyView | None = None
    answer: LeaderboardView | None = None
    with progress() as shown:
        for update in told:
            study, answer = update.study or study, update.leaderboard or answer
            if as_json:
                print_json(update)
            elif update.study is not None:
                shown.show(update.study)
    if answer is not None and not as_json:
        print_leaderboard(answer)
    if study is not None and study.state is StudyState.FAILED:
        raise StudyFailed(f"study {study.id} failed: {study.detail or 'no reason was stored'}; see the worker's log")
