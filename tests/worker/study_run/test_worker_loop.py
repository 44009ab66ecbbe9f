"""Which studies a worker takes, and how it leaves."""

from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from ridgeline.errors import StoreUnavailable
from ridgeline.spec.states import StudyState
from ridgeline_worker.engine import InlineEngine
from ridgeline_worker.loop import Worker
from ridgeline_worker.settings import WorkerSettings


@pytest.fixture
def working(store, data_dir):
    """A worker in a thread, and what makes it leave."""
    leaving, threads = Event(), []

    def start(**asked):
        settings = WorkerSettings(data_dir=data_dir, poll_seconds=0.01)
        threads.append(Thread(target=Worker(store, InlineEngine(), settings, leaving, **asked).run))
        threads[0].start()
        return threads[0], leaving

    yield start
    leaving.set()
    threads[0].join(30)


def ended(store, study_id):
    return store.studies.get(study_id).state is StudyState.COMPLETED


def test_it_takes_every_study(store, submit, working, waiting):
    studies = [submit(), submit()]
    working()
    for study_id in studies:
        waiting(lambda study_id=study_id: ended(store, study_id))


def test_one_that_is_there_for_one_study_leaves_the_others_in_the_queue(store, submit, working, waiting):
    another, own, later = submit(), submit(), submit()
    working(study_id=own)
    waiting(lambda: ended(store, own))
    assert [store.studies.get(study_id).state for study_id in (another, later)] == [StudyState.QUEUED] * 2


def test_one_that_is_asked_to_leave_before_it_began_takes_nothing(store, submit):
    study_id = submit()
    leaving = Event()
    leaving.set()
    Worker(store, InlineEngine(), WorkerSettings(), leaving).run()
    assert store.studies.get(study_id).state is StudyState.QUEUED


def test_one_that_cannot_reach_the_database_says_so_in_a_line_and_looks_again(
    store, submit, working, waiting, monkeypatch
):
    study_id = submit()
    claim, tries = store.claims.next, []

    def busy_at_first(*given, **named):
        tries.append(given)
        if len(tries) < 3:
            raise StoreUnavailable("database is locked")
        return claim(*given, **named)

    monkeypatch.setattr(store.claims, "next", busy_at_first)
    with capture_logs() as told:
        working()
        waiting(lambda: ended(store, study_id))
    failed = [line for line in told if line["event"] == "claim.failed"]
    assert len(failed) == 2
    assert all("database is locked" in line["detail"] and "exception" not in line for line in failed)
