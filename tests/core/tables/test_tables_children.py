"""Processes that read tables end with the one that waits for them."""

import os
import subprocess
import sys
import threading
import time

import pytest

from ridgeline.errors import NotReadyToServe
from ridgeline.tables.children import Children

ECHO = [sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read())"]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_command_answers_to_what_it_is_told():
    ended = Children().run(ECHO, b"told", os.environ, 60)
    assert (ended.returncode, ended.stdout) == (0, b"told")


def test_a_command_that_takes_too_long_is_killed():
    with pytest.raises(subprocess.TimeoutExpired):
        Children().run(SLEEP, b"", os.environ, 0.2)


def test_at_the_end_all_are_killed_and_none_is_started():
    children, told = Children(), []

    def work():
        with pytest.raises(NotReadyToServe, match="ask again later"):
            children.run(SLEEP, b"", os.environ, 60)
        told.append("refused")

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    while len(children._running) < 2:
        time.sleep(0.01)
    children.end()
    for thread in threads:
        thread.join(20)
    assert told == ["refused", "refused"]
    with pytest.raises(NotReadyToServe):
        children.run(ECHO, b"", os.environ, 60)
