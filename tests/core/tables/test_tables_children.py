"""Processes that read tables end with the one that waits for them."""

import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from ridgeline.errors import NotReadyToServe
from ridgeline.spec.datasets import ParseOptions
from ridgeline.tables import Limits
from ridgeline.tables.children import Children
from ridgeline.tables.requests import Ingest

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


def test_reading_ends_with_a_process_that_is_killed(tmp_path):
    """Nobody is left to take the answer, or to stop a reading that takes hours."""
    endless = tmp_path / "endless.csv"
    os.mkfifo(endless)
    asked = Ingest(
        path=endless,
        output=tmp_path / "table.parquet",
        options=ParseOptions(),
        filename="endless.csv",
        dataset_id=None,
        limits=Limits(),
    )
    script = (
        "import os, subprocess, sys\n"
        "command = [sys.executable, '-m', 'ridgeline.tables', 'ingest', str(os.getpid())]\n"
        "reader = subprocess.Popen(command, stdin=subprocess.PIPE)\n"
        "reader.stdin.write(sys.argv[1].encode()); reader.stdin.close()\n"
        "print(reader.pid, flush=True); reader.wait()"
    )
    command = [sys.executable, "-c", script, asked.model_dump_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        reader = psutil.Process(int(parent.stdout.readline()))
        time.sleep(1)
        assert reader.is_running()
        parent.kill()
    assert not psutil.wait_procs([reader], timeout=20)[1]
