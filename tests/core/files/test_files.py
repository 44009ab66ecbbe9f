"""A stored table is whole or not there, and nothing is left behind."""

import errno
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ridgeline.files import Files
from ridgeline.spec import BUILT_IN_SETS
from ridgeline.spec.datasets import Dataset, Source

ID = "a" * 64


def write(folder, content: bytes = b"rows"):
    path = folder / "table.parquet"
    path.write_bytes(content)
    return path


def age(path, seconds: float) -> None:
    for each in (*path.rglob("*"), path):
        os.utime(each, (time.time() - seconds,) * 2)


def test_a_table_is_found_where_it_was_adopted(tmp_path) -> None:
    files = Files(tmp_path)
    with files.incoming() as folder:
        place = files.adopt(write(folder), ID)
    dataset = Dataset(id=ID, source=Source.UPLOAD, rows=1, bytes=4, columns=())
    assert files.path(dataset) == place
    assert place.read_bytes() == b"rows"


@pytest.mark.parametrize("named", BUILT_IN_SETS.values(), ids=BUILT_IN_SETS)
def test_built_in_tables_lie_in_the_package(tmp_path, named) -> None:
    assert Files(tmp_path).path(named.dataset).stat().st_size == named.dataset.bytes


def test_a_second_copy_is_dropped(tmp_path) -> None:
    files = Files(tmp_path)
    for content in (b"first", b"second"):
        with files.incoming() as folder:
            place = files.adopt(write(folder, content), ID)
            assert list(folder.iterdir()) == []
    assert place.read_bytes() == b"first"


def test_of_copies_that_come_at_once_one_stays(tmp_path) -> None:
    files = Files(tmp_path)

    def add(number: int):
        with files.incoming() as folder:
            return files.adopt(write(folder, b"%d" % number * 1000), ID)

    with ThreadPoolExecutor(8) as pool:
        (place,) = set(pool.map(add, range(8)))
    assert len(set(place.read_bytes())) == 1
    assert [each.name for each in (tmp_path / "files" / "incoming").iterdir()] == []


def test_nothing_stays_of_an_upload_that_fails(tmp_path) -> None:
    with pytest.raises(FileNotFoundError), Files(tmp_path).incoming() as folder:
        write(folder).rename(folder / "nowhere" / "table")
    assert list((tmp_path / "files" / "incoming").iterdir()) == []


def test_removing_twice_is_removing(tmp_path) -> None:
    files = Files(tmp_path)
    with files.incoming() as folder:
        place = files.adopt(write(folder), ID)
    files.remove(ID)
    files.remove(ID)
    assert not place.exists()


@pytest.mark.parametrize("name", ["churn", "../../etc/passwd", "", "A" * 64])
def test_only_an_id_is_a_place(tmp_path, name) -> None:
    with pytest.raises(ValueError, match="dataset_id must be 64 hexadecimal digits"):
        Files(tmp_path).remove(name)


class TestSweep:
    def test_takes_old_uploads_and_old_tables_without_a_row(self, tmp_path) -> None:
        files = Files(tmp_path)
        left = tmp_path / "files" / "incoming" / "left"
        left.mkdir(parents=True)
        write(left)
        for name in ("a", "b"):
            with files.incoming() as folder:
                files.adopt(write(folder), name * 64)
        age(tmp_path / "files", 100)
        assert files.sweep({"a" * 64}, older_than_seconds=50) == 2
        assert not left.exists()
        assert [each.stem for each in (tmp_path / "files" / "tables").iterdir()] == ["a" * 64]

    def test_leaves_what_is_young(self, tmp_path) -> None:
        files = Files(tmp_path)
        with files.incoming() as folder:
            write(folder)
            age(folder, 100)
            write(folder)  # an upload that goes on writes into an old folder
            assert files.sweep((), older_than_seconds=50) == 0
            place = files.adopt(write(folder), ID)
        age(place.parent, 100)
        with files.incoming() as folder:
            files.adopt(write(folder), ID)
        assert files.sweep((), older_than_seconds=50) == 0

    def test_takes_the_upload_of_a_killed_process_at_once(self, tmp_path) -> None:
        begin = (
            "import sys, time; from pathlib import Path; from ridgeline.files import Files\n"
            "with Files(Path(sys.argv[1])).incoming() as folder: print(folder, flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", begin, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            folder = Path(process.stdout.readline().strip())
            age(folder, 100)
            assert Files(tmp_path).sweep((), older_than_seconds=50) == 0, "it is held"
            process.kill()
        assert folder.is_dir()
        assert Files(tmp_path).sweep((), older_than_seconds=50) == 1
        assert not folder.exists()

    @pytest.mark.parametrize(("seconds", "swept"), [(10, 0), (100, 1)])
    def test_goes_by_age_where_nothing_can_be_locked(self, tmp_path, monkeypatch, seconds, swept) -> None:
        def cannot(*_) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr("fcntl.flock", cannot)
        with Files(tmp_path).incoming() as folder:
            age(folder, seconds)
            assert Files(tmp_path).sweep((), older_than_seconds=50) == swept

    def test_of_an_empty_folder_takes_nothing(self, tmp_path) -> None:
        assert Files(tmp_path).sweep((), older_than_seconds=0) == 0
