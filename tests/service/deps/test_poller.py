"""The poller: one read of the database for all listeners, and none for nobody."""

import asyncio
import sqlite3
import time

import pytest

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.states import Action
from ridgeline_service.deps import Poller
from ridgeline_service.deps.poller import QUEUE


@pytest.fixture
def study_id(store):
    spec = StudySpec(dataset="iris")
    return store.studies.submit(spec, resolve(spec, BUILT_IN["iris"]))[0].id


@pytest.fixture
def reads(store, monkeypatch):
    """Counts the looks at new events."""
    counted = []
    look = store.events.after

    def counting(*args, **kwargs):
        counted.append(args)
        return look(*args, **kwargs)

    monkeypatch.setattr(store.events, "after", counting)
    return counted


async def running(poller):
    return asyncio.create_task(poller.run())


async def until(holds):
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  what is waited for knows no events of asyncio
            await asyncio.sleep(0.01)


async def stopped(task):
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_it_reads_nothing_while_nobody_listens(store, study_id, reads):
    async def scenario():
        poller = Poller(store, 0.01)
        task = await running(poller)
        await asyncio.sleep(0.1)
        assert reads == []
        async with poller.listen(study_id):
            await until(lambda: reads)
        before = len(reads)
        await asyncio.sleep(0.2)
        assert len(reads) <= before + 1  # the one that had begun
        await stopped(task)

    asyncio.run(scenario())


def test_one_read_serves_all_listeners(store, study_id, reads):
    async def scenario():
        poller = Poller(store, 0.05)
        task = await running(poller)

        async def first():
            async with poller.listen(study_id) as listener:
                return await anext(aiter(listener))

        listeners = [asyncio.create_task(first()) for _ in range(50)]
        await until(lambda: poller.listeners == 50)
        before, began = len(reads), time.monotonic()
        await asyncio.to_thread(store.studies.act, study_id, Action.CANCEL)
        told = await asyncio.gather(*listeners)
        assert {event.type for event in told} == {"study.stopped"}
        assert len(reads) - before <= (time.monotonic() - began) / 0.05 + 2
        assert poller.listeners == 0
        await stopped(task)

    asyncio.run(scenario())


def test_a_failed_read_is_tried_again(store, study_id, monkeypatch, caplog):
    look = store.events.after
    failures = iter([sqlite3.OperationalError("disk I/O error")])

    def failing(*args, **kwargs):
        for failure in failures:
            raise failure
        return look(*args, **kwargs)

    monkeypatch.setattr(store.events, "after", failing)

    async def scenario():
        poller = Poller(store, 0.01)
        task = await running(poller)
        async with poller.listen(study_id) as listener:
            await asyncio.to_thread(store.studies.act, study_id, Action.CANCEL)
            event = await asyncio.wait_for(anext(aiter(listener)), 5)
        await stopped(task)
        return event

    assert asyncio.run(scenario()).type == "study.stopped"
    assert "disk I/O error" in caplog.text


def test_closing_ends_every_listener_now_and_later(store, study_id):
    async def scenario():
        poller = Poller(store, 0.01)
        task = await running(poller)
        async with poller.listen(study_id) as listener:
            poller.close()
            assert [event async for event in listener] == []
        async with poller.listen(study_id) as late:
            assert [event async for event in late] == []
        await stopped(task)

    asyncio.run(scenario())


def test_a_listener_that_falls_behind_is_ended_after_what_it_was_given(store, study_id):
    event = store.events.after(0)[0]

    async def scenario():
        poller = Poller(store, 10)
        async with poller.listen(study_id) as listener:
            for _ in range(2 * QUEUE):
                listener.offer(event)
            return len([event async for event in listener])

    assert asyncio.run(scenario()) == QUEUE - 1
