"""Places in the engine go to whoever has waited longest."""

import threading
import time

from ridgeline_worker.engine import Turns


def test_who_came_first_is_served_first():
    turns, served, threads = Turns(1), [], []
    turns.take()
    for name in range(10):

        def ask(name=name):
            turns.take()
            served.append(name)
            turns.give_back()

        threads.append(threading.Thread(target=ask))
        threads[-1].start()
        wait_until(lambda name=name: len(turns._line) == name + 1)
    turns.give_back()
    for thread in threads:
        thread.join(timeout=10)
    assert served == list(range(10))


def test_studies_that_always_want_more_alternate():
    turns, served = Turns(1), []
    turns.take()

    def study(name):
        for _ in range(50):
            turns.take()
            served.append(name)
            wait_until(lambda: len(turns._line) == 2 or len(served) > 100)  # both others wait in line
            turns.give_back()

    threads = [threading.Thread(target=study, args=(name,)) for name in "abc"]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        wait_until(lambda waiting=waiting: len(turns._line) == waiting)
    turns.give_back()
    for thread in threads:
        thread.join(timeout=30)
    assert served[:90] == list("abc" * 30)


def test_no_more_are_out_than_there_are_places():
    turns, lock, out, most = Turns(3), threading.Lock(), [0], [0]

    def study():
        for _ in range(100):
            turns.take()
            with lock:
                out[0] += 1
                most[0] = max(most[0], out[0])
            with lock:
                out[0] -= 1
            turns.give_back()

    threads = [threading.Thread(target=study) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    assert 1 <= most[0] <= 3
    for _ in range(3):
        turns.take()  # every place came back


def test_who_asks_to_be_alone_waits_for_all_and_keeps_the_later_ones_out():
    turns, order, threads = Turns(3), [], []
    turns.take()

    def ask(name, *, alone):
        places = turns.take(alone=alone)
        order.append((name, places, turns._free))
        turns.give_back(places)

    for waiting, (name, alone) in enumerate([("alone", True), ("later", False)], start=1):
        threads.append(threading.Thread(target=ask, args=(name,), kwargs={"alone": alone}))
        threads[-1].start()
        wait_until(lambda waiting=waiting: len(turns._line) == waiting)
    assert order == []
    turns.give_back()
    for thread in threads:
        thread.join(timeout=10)
    assert order == [("alone", 3, 0), ("later", 1, 2)]


def wait_until(holds, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.0005)
