"""Readers see whole transactions, never wait for the writer, and cannot write."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ridgeline.errors import StoreUnavailable
from ridgeline.spec.states import StudyState
from ridgeline.store import Store, database


def test_readers_are_not_blocked_by_an_open_writer_and_see_nothing_of_it(desk):
    study_id = desk.submit()
    with desk.store._database.write() as connection:
        connection.execute(text("UPDATE studies SET state = 'failed'"))
        began = time.monotonic()
        assert desk.store.studies.get(study_id).state is StudyState.QUEUED
        assert desk.store.studies.page().items[0].state is StudyState.QUEUED
        assert desk.store.events.last_id() == 1
        assert time.monotonic() - began < 5
    assert desk.store.studies.get(study_id).state is StudyState.FAILED


def test_a_reader_keeps_its_snapshot_while_others_write(desk):
    desk.submit()
    count = text("SELECT count(*) FROM studies")
    with desk.store._database.read() as connection:
        assert connection.execute(count).scalar() == 1
        desk.submit()
        assert connection.execute(count).scalar() == 1


def test_a_reader_cannot_write(desk):
    with pytest.raises(StoreUnavailable, match="readonly"), desk.store._database.read() as connection:
        connection.execute(text("DELETE FROM studies"))


def test_threads_that_write_at_once_wait_for_each_other(desk):
    study_ids = [desk.submit() for _ in range(8)]
    threads = [
        threading.Thread(target=desk.store.studies.edit, args=[study_id], kwargs={"name": f"study {i}"})
        for i, study_id in enumerate(study_ids)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [desk.store.studies.get(study_id).name for study_id in study_ids] == [f"study {i}" for i in range(8)]


def test_a_transaction_that_reads_before_it_writes_never_meets_another_writer(desk):
    study_id = desk.submit()
    with Store.open(desk.data_dir) as other:
        rival = threading.Thread(target=other.studies.edit, args=[study_id], kwargs={"name": "rival"})
        with desk.store._database.write() as connection:
            assert connection.execute(text("SELECT name FROM studies")).scalar() == "breast_cancer"
            rival.start()
            rival.join(0.5)
            assert rival.is_alive()  # it waits its turn
            connection.execute(text("UPDATE studies SET name = 'ours'"))
        rival.join()
    assert desk.store.studies.get(study_id).name == "rival"


def test_a_rival_that_holds_the_database_for_too_long_is_told_of(desk, monkeypatch):
    study_id = desk.submit()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with Store.open(desk.data_dir) as hasty:
        with desk.store._database.write(), pytest.raises(StoreUnavailable, match="database is locked"):
            hasty.studies.edit(study_id, name="ours")
        with hasty._database.write(), pytest.raises(StoreUnavailable, match="QueuePool"):
            hasty.studies.edit(study_id, name="ours")
        hasty.studies.edit(study_id, name="ours")
    assert desk.store.studies.get(study_id).name == "ours"


def test_a_full_disk_is_told_of_and_leaves_all_as_it_was(desk):
    study_id = desk.submit()
    with desk.store._database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreUnavailable, match="disk is full"):
        desk.store.studies.edit(study_id, tags={"large": "x" * 10**6})
    assert desk.store.studies.get(study_id).tags == {}


def test_sql_that_is_wrong_is_an_error_of_ours(desk):
    with pytest.raises(OperationalError, match="no such table"), desk.store._database.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
