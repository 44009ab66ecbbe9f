"""Workers are killed, stopped and asked to leave in the middle of a study; what it finds does not change."""

import contextlib
import json
import os
import signal
import sqlite3
import time
from pathlib import Path
from threading import Event

import psutil
import pytest

from ridgeline.files import Files
from ridgeline.spec.states import StudyState, TrialState
from ridgeline.store import Store
from ridgeline_worker.engine import InlineEngine, Turns
from ridgeline_worker.forkserver import ENVIRONMENT
from ridgeline_worker.study_run import StudyRun

LEASE_SECONDS = 2.0


class Crew:
    """Workers on one folder that take over from each other soon."""

    def __init__(self, data_dir, store, start_worker, waiting):
        self.data_dir, self.store, self.workers = data_dir, store, []
        self._start, self._waiting = start_worker, waiting

    def at_least(self, count):
        """Start workers until there are so many."""
        self.workers = [worker for worker in self.workers if worker.popen.poll() is None]
        while len(self.workers) < count:
            self.workers.append(
                self._start(self.data_dir, processes=1, lease_seconds=LEASE_SECONDS, renew_seconds=LEASE_SECONDS / 4)
            )
        for worker in self.workers:
            self._waiting(worker.ready)
        return self.workers

    def events(self, study_id, kind):
        return [event for event in self.store.events.after(0, study_id=study_id) if event.type == kind]

    def holder(self, study_id):
        """The worker that claimed the study last."""
        pid = int(self.events(study_id, "study.running")[-1].data["worker"].rpartition(":")[2])
        return next(worker for worker in self.workers if worker.pid == pid)

    def in_the_middle(self, study_id):
        """Wait for the second generation and return the worker that started it."""
        self._waiting(lambda: len(self.events(study_id, "generation.started")) == 2)
        assert self.store.studies.get(study_id).state is StudyState.RUNNING
        return self.holder(study_id)

    def freeze(self, worker):
        """Stop a worker outside of its transactions: one that is frozen inside keeps everybody from writing."""

        def frozen():
            worker.send(signal.SIGSTOP)
            if may_write(self.data_dir):
                return True
            worker.send(signal.SIGCONT)
            return False

        self._waiting(frozen)

    def ended(self, study_id):
        """Wait for the end of a study."""
        self._waiting(lambda: self.store.studies.get(study_id).state is StudyState.COMPLETED)


def may_write(data_dir):
    """Whether nobody holds the database for long."""
    with contextlib.closing(sqlite3.connect(data_dir / "ridgeline.db", timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


@pytest.fixture(scope="module")
def crew(new_data_dir, start_worker, waiting):
    data_dir = new_data_dir()
    with Store.open(data_dir) as store:
        yield Crew(data_dir, store, start_worker, waiting)


@pytest.fixture(scope="module")
def undisturbed(new_data_dir, queue, story, longer):
    """What the study finds when nothing happens, without any process."""
    data_dir = new_data_dir()
    with Store.open(data_dir) as store:
        study_id = queue(store, longer)
        claim = store.claims.next("test", lease_seconds=600)
        StudyRun(store, claim, InlineEngine(), Turns(1), Event(), locate=Files(data_dir).path).run()
        told = story(store, study_id)
    assert len(told) == 24
    assert {trial["state"] for trial in told} == {TrialState.COMPLETE, TrialState.PRUNED}
    return told


def test_a_killed_engine_process_changes_nothing(crew, queue, story, longer, undisturbed):
    crew.at_least(2)
    study_id = queue(crew.store, longer)
    worker = crew.in_the_middle(study_id)
    engine = [process for process in worker.family() if process.num_threads() > 1]
    assert len(engine) == 1
    engine[0].kill()
    crew.ended(study_id)
    assert story(crew.store, study_id) == undisturbed
    assert len(crew.events(study_id, "study.running")) == 1


def test_another_takes_over_from_a_killed_worker_and_changes_nothing(crew, queue, story, longer, undisturbed, waiting):
    crew.at_least(2)
    study_id = queue(crew.store, longer)
    worker = crew.in_the_middle(study_id)
    family = worker.family()
    assert family
    worker.popen.kill()
    worker.popen.wait()
    waiting(lambda: not any(alive(process) for process in family), 20)
    crew.ended(study_id)
    assert story(crew.store, study_id) == undisturbed
    assert len(crew.events(study_id, "study.running")) == 2


def test_a_worker_that_wakes_up_after_its_lease_writes_nothing_more(crew, queue, story, longer, small, undisturbed):
    crew.at_least(2)
    study_id = queue(crew.store, longer)
    worker = crew.in_the_middle(study_id)
    crew.freeze(worker)
    try:
        crew.ended(study_id)
        assert crew.holder(study_id) is not worker
        assert story(crew.store, study_id) == undisturbed
        written = dump(crew.store, study_id)
    finally:
        worker.send(signal.SIGCONT)
    time.sleep(2 * LEASE_SECONDS)
    assert dump(crew.store, study_id) == written
    assert "study.lost" in worker.log.read_text()

    again = [queue(crew.store, small) for _ in range(2)]
    for study in again:
        crew.ended(study)
    assert all(each.popen.poll() is None for each in crew.workers)


def test_a_worker_that_is_asked_to_leave_gives_its_study_back(crew, queue, story, longer, undisturbed, waiting):
    for idle in crew.at_least(1)[1:]:
        assert idle.end() == 0
    study_id = queue(crew.store, longer)
    worker = crew.in_the_middle(study_id)
    family = worker.family()
    began = time.monotonic()
    assert worker.end() == 0
    assert time.monotonic() - began < 15
    waiting(lambda: not any(alive(process) for process in family), 20)
    assert crew.store.studies.get(study_id).state is StudyState.QUEUED
    states = {trial.state for trial in crew.store.trials.of(study_id)}
    assert TrialState.RUNNING not in states
    assert TrialState.WAITING in states

    last = crew.at_least(1)[0]
    crew.ended(study_id)
    assert story(crew.store, study_id) == undisturbed
    os.kill(last.pid, signal.SIGINT)
    assert last.popen.wait(30) == 0
    assert_quiet(worker.log)
    assert_quiet(last.log)


@pytest.mark.parametrize(
    ("number", "seconds"),
    [(signal.SIGTERM, 0.0), (signal.SIGINT, 0.7), (signal.SIGTERM, 2.1), (signal.SIGINT, None), (signal.SIGTERM, None)],
)
def test_a_worker_that_is_asked_to_leave_while_it_starts_leaves_nothing(
    new_data_dir, start_worker, waiting, number, seconds
):
    """Some seconds into its loading, or as soon as there is a process that it has started."""
    worker = start_worker(new_data_dir(), processes=1)
    waiting(lambda: catches(worker.pid, signal.SIGTERM))
    if seconds is None:
        waiting(worker.family)
    else:
        time.sleep(seconds)
    family = worker.family()
    worker.send(number)
    assert worker.popen.wait(30) == 0
    assert not psutil.wait_procs(family, timeout=10)[1]
    assert_quiet(worker.log)


def catches(pid, number):
    """Whether a process has a handler for a signal."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) & 1 << number - 1)


def test_engine_processes_are_copies_of_one_that_loaded_once_and_holds_nothing_of_the_worker(
    new_data_dir, start_worker, waiting
):
    worker = start_worker(new_data_dir(), processes=2)
    waiting(worker.ready)
    first = psutil.Process(worker.pid)
    (server,) = [process for process in first.children() if process.cmdline() == first.cmdline()]
    assert len(server.children()) == 2
    assert server.num_threads() == 1
    assert {file.fd for file in server.open_files()} <= {0, 1, 2}
    assert server.net_connections() == []
    for process in (first, server, *server.children()):
        assert ENVIRONMENT.items() <= process.environ().items()  # as glibc found it when the process began
    assert worker.end() == 0
    assert not psutil.wait_procs([server], timeout=10)[1]


def assert_quiet(log):
    """Every line of a log is a record of ours, and none tells of trouble but of a study that another took."""
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert {record["event"] for record in records if record["level"] != "info"} <= {"study.lost"}


def alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def dump(store, study_id):
    """All that is stored of a study."""
    return (
        store.studies.get(study_id).model_dump(),
        [trial.model_dump() for trial in store.trials.of(study_id)],
        [event.model_dump() for event in store.events.after(0, study_id=study_id)],
    )
