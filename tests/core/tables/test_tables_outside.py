"""A process of its own: the same answers, and a bomb or a crash is one refusal."""

import io
import signal
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ridgeline.errors import Invalid
from ridgeline.spec.additions import Default
from ridgeline.spec.datasets import ParseOptions, Roles
from ridgeline.spec.default_target import Known
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import GeneratedData
from ridgeline.tables import Limits, TooLarge, Unreadable, count, generate, ingest, outside
from ridgeline.tables.children import Children


def upload(tmp_path, data: bytes):
    path = tmp_path / "upload"
    path.write_bytes(data)
    return path, tmp_path / "table.parquet", ParseOptions(), "table.csv"


def test_reading_and_counting_give_the_same(tmp_path) -> None:
    asked = upload(tmp_path, b"a,b\n1,x\n2,y\n2,x\n3,y\n")
    inside = ingest(*asked, Limits())
    found, known = outside.ingest(*asked, Limits(), name="ab", default=Default(target=("b",)))
    assert found == inside
    roles = Roles(target=("b",))
    counts = count(asked[1], found, roles, Task.BINARY)
    assert known == Known(roles, Task.BINARY, counts)
    assert outside.count(asked[1], found, roles, Task.BINARY) == counts
    assert list(counts.class_counts or ()) == ["x", "y"]


def test_without_a_default_target_nothing_is_counted(tmp_path) -> None:
    assert outside.ingest(*upload(tmp_path, b"a\n1\n"), Limits())[1] == Known()


def test_a_default_target_that_no_study_could_use_is_refused_and_leaves_nothing(tmp_path) -> None:
    asked = upload(tmp_path, b"a,b\n1,x\n2,x\n")
    with pytest.raises(Invalid, match="target must have two classes or more") as refused:
        outside.ingest(*asked, Limits(), name="ab", default=Default(target=("b",)))
    assert [broken.field for broken in refused.value.violations] == ["target"]
    assert not asked[1].exists()


def test_the_id_may_be_told(tmp_path) -> None:
    assert outside.ingest(*upload(tmp_path, b"a\n1\n"), Limits(), dataset_id="f" * 64)[0].id == "f" * 64


def test_generating_gives_the_same(tmp_path) -> None:
    asked = GeneratedData(generator="make_moons", parameters={"noise": 0.1})
    dataset, roles, task = generate(asked, tmp_path / "b")
    known = Known(roles, task, count(tmp_path / "b", dataset, roles, task))
    assert outside.generate(asked, tmp_path / "a") == (dataset, known)
    with pytest.raises(Invalid, match="noize must be a parameter of make_moons"):
        outside.generate(GeneratedData(generator="make_moons", parameters={"noize": 1}), tmp_path / "c")


def test_a_refusal_keeps_its_class_and_words(tmp_path) -> None:
    asked = upload(tmp_path, b"a,a\n1,2\n")
    with pytest.raises(Unreadable) as inside:
        ingest(*asked, Limits())
    with pytest.raises(Unreadable) as refused:
        outside.ingest(*asked, Limits())
    assert refused.value.violations == inside.value.violations


def test_a_bomb_is_refused_for_its_memory_and_leaves_nothing(tmp_path) -> None:
    word = pa.DictionaryArray.from_arrays(pa.array(np.zeros(50_000, np.int32)), pa.array(["x" * 2**20]))
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": word}), buffer, compression="zstd")
    assert len(buffer.getvalue()) < 10_000
    asked = upload(tmp_path, buffer.getvalue())
    with pytest.raises(TooLarge, match="must be done in 500000000 bytes of memory"):
        outside.ingest(*asked, Limits(memory_bytes=500_000_000))
    assert not asked[1].exists()


def test_what_takes_too_long_is_refused(tmp_path) -> None:
    asked = upload(tmp_path, b"a,b\n" + b"1,2\n" * 2_000_000)
    with pytest.raises(TooLarge, match=r"must be done in 0.3 seconds"):
        outside.ingest(*asked, Limits(seconds=0.3))
    assert not asked[1].exists()


class Watched(Children):
    """Remembers what a process was given, and may start another in its place."""

    def __init__(self, instead: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self.instead, self.environment = instead, {}

    def run(self, command, told, environment, seconds):
        self.environment = dict(environment)
        return super().run(self.instead or command, told, environment, seconds)


def test_a_crash_is_a_refusal(tmp_path) -> None:
    crash = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    with pytest.raises(Unreadable, match=r"a crash of its reader \(SIGSEGV\)"):
        outside.ingest(*upload(tmp_path, b"a\n1\n"), Limits(), children=Watched((sys.executable, "-c", crash)))


def test_the_process_is_not_told_of_our_secrets(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RIDGELINE_TOKEN", "secret")
    watched = Watched()
    outside.ingest(*upload(tmp_path, b"a\n1\n"), Limits(), children=watched)
    assert "PATH" in watched.environment
    assert "RIDGELINE_TOKEN" not in watched.environment


def test_asking_for_the_outside_imports_no_reader() -> None:
    code = "import sys, ridgeline.tables.outside; sys.exit(bool({'pyarrow', 'numpy', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
