"""Show a study from now to its end, wherever its updates come from."""

import time
from collections.abc import Iterator

from ridgeline.cli.output import print_json
from ridgeline.cli.progress import progress
from ridgeline.cli.tables import print_leaderboard, say
from ridgeline.cli.verdict import print_verdict
from ridgeline.client import Client
from ridgeline.errors import NotReady, NoVerdict, RidgelineError
from ridgeline.kinds import Frozen
from ridgeline.spec.problems import problem_of
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import EventView, LeaderboardView, Problem, StudyView, Verdict

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
    """The best of each kind, once the study has ended."""
    verdict: Verdict | None = None
    """The answer, last."""
    no_verdict: Problem | None = None
    """In its place, why there is none."""


def answers(client: Client, study_id: str) -> Iterator[Update]:
    """What an ended study has found."""
    yield Update(leaderboard=client.leaderboard(study_id))
    try:
        yield Update(verdict=client.verdict(study_id))
    except (NotReady, NoVerdict) as none:
        yield Update(no_verdict=problem_of(none, study_id))


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
    yield from answers(client, study_id)


def show(told: Iterator[Update], *, as_json: bool) -> None:
    """Progress as it comes, then the leaderboard and the verdict; as JSON, each update as it comes.

    Raises:
        StudyFailed: the study ended without an answer.
    """
    study: StudyView | None = None
    board: LeaderboardView | None = None
    answer: Update | None = None
    with progress() as shown:
        for update in told:
            study, board = update.study or study, update.leaderboard or board
            answer = update if update.verdict or update.no_verdict else answer
            if as_json:
                print_json(update)
            elif update.study is not None:
                shown.show(update.study)
    if not as_json:
        if board is not None:
            print_leaderboard(board)
        if answer is not None and answer.verdict is not None:
            print_verdict(answer.verdict)
        elif answer is not None and answer.no_verdict is not None:
            say(answer.no_verdict.detail)
    if study is not None and study.state is StudyState.FAILED:
        raise StudyFailed(f"study {study.id} failed: {study.detail or 'no reason was stored'}; see the worker's log")
