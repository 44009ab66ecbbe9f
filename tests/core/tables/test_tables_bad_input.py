"""Each file that is no table is refused with a sentence, and nothing of it stays."""

import io
import pickle
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ridgeline.errors import Invalid
from ridgeline.spec.datasets import ParseOptions, Roles
from ridgeline.spec.facts import facts_of, task_of
from ridgeline.spec.metrics import Task
from ridgeline.tables import Limits, TooLarge, Unreadable, count, ingest


def parquet(columns: dict) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def npz(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


X = np.arange(6.0).reshape(3, 2)
BAD = {
    "an empty file": (b"", {}, "must have a row of values but got 'an empty file'"),
    "blank lines": (b"\n\n\n", {}, "must have a row of values"),
    "spaces only": (b"\n\n  \n  \n", {}, "must have a value in some row but got"),
    "missing values only": (b"a,b\nNA,\n,NA\n", {}, "must have a value in some row but got '2 rows without any'"),
    "header only": (b"a,b\n", {}, "must have a row of values but got '0 rows'"),
    "ragged rows": (
        b"a,b\n1,2\n\n3\n4,5\n",
        {},
        "must have 2 values in every row, as in the first but got '1 in line 4'",
    ),
    "ragged rows below a quoted line end": (b'a,b\n"x\ny",2\n3,4,5\n', {}, "got '3 in line 4'"),
    "a quote that is never closed": (b'a,b\n1,"x\n' + b"2,3\n" * 600_000, {}, "must have no row of more than 1 MB"),
    "the wrong encoding": ("a,b\n1,é\n".encode("latin-1"), {"encoding": "utf-8"}, "got 'byte 0xe9 in line 2'"),
    "no encoding that is known": (b"a,b\n1,\x81\n", {}, "must be UTF-8 text but got 'byte 0x81 in line 2'"),
    "an encoding that does not exist": (
        b"a,b\n1,2\n",
        {"encoding": "utf-9"},
        "encoding must be the name of a text enc",
    ),
    "an encoding that is no text": (b"a,b\n1,2\n", {"encoding": "hex"}, "encoding must be the name of a text encoding"),
    "a delimiter that cannot be": (b"a,b\n1,2\n", {"delimiter": '"'}, "delimiter must be one character"),
    "an image named .csv": (b"\x89PNG\r\n\x1a\n" + bytes(50), {}, "got 'an image'"),
    "a binary file named .csv": (bytes(range(256)) * 9, {}, "must be text to be read as csv or jsonl but got 'binary"),
    "a pickle": (pickle.dumps({"a": 1}), {}, "got 'a pickle'; write it as Parquet: pickles are never opened"),
    "a gzip file": (b"\x1f\x8b\x08" + bytes(20), {}, "got 'a gzip file'; unpack it"),
    "a column twice": (b"a,b,a\n1,2,3\n", {}, 'must name each column once but got ["a"]'),
    "our own column": (b"a,__row_hash__\n1,2\n", {}, "and none '__row_hash__'"),
    "parse options of another format": (b'{"a": 1}\n', {"delimiter": ","}, "delimiter must be left out for jsonl"),
    "another format than was named": (parquet({"a": [1]}), {"format": "npz"}, "format must be npz but got 'parquet'"),
    "text that is named a parquet file": (b"a,b\n1,2\n", {"format": "parquet"}, "must be a whole parquet file"),
    "a cut parquet file": (parquet({"a": [1, 2]})[:-20], {}, "must be a whole parquet file"),
    "a parquet file without rows": (parquet({"a": pa.array([], pa.int8())}), {}, "must have a row of values"),
    "objects in parquet": (parquet({"a": [{"b": 1}]}), {}, "in 'a' but got 'struct<b: int64>'"),
    "bytes in parquet": (parquet({"a": [b"x"]}), {}, "in 'a' but got 'binary'"),
    "lists of several lengths": (parquet({"a": [[1], [1, 2]]}), {}, "must hold arrays of numbers of one shape in 'a'"),
    "a cut arrow file": (b"ARROW1\0\0" + bytes(40), {}, "must be a whole arrow file"),
    "a cut npz file": (npz(x=X)[:-30], {}, "must be a whole NPZ file"),
    "pickled objects": (npz(x=np.array([{"a": 1}], dtype=object)), {}, "objects are never unpickled"),
    "other arrays": (npz(data=X), {}, "must hold the arrays x, y, and optionally names, and no others"),
    "y of another length": (npz(x=X, y=np.zeros(2)), {}, "must have as many rows in y as in x, 3, but got 2"),
    "too few names": (npz(x=X, names=np.array(["a"])), {}, "must have 2 names for the columns of x but got 1"),
    "complex numbers": (npz(x=X + 1j), {}, "must hold numbers, booleans or words in x but got 'complex128'"),
    "no rows": (npz(x=np.zeros((0, 2))), {}, "must have rows and columns in x"),
    "a cut line of json": (b'{"a": 1}\n{"a":', {}, "must be a JSON object in line 2"),
    "a list of json": (b"[1, 2]\n", {"format": "jsonl"}, "must be a JSON object in line 1 but got 'list'"),
    "a name twice in an object": (b'{"a": 1, "a": 2}\n', {}, "must name each column once in line 1 but got 'a'"),
    "an object in an object": (b'{"a": {"b": 1}}\n', {}, "'a' but got 'an object in line 1'"),
    "arrays of several shapes": (b'{"a": [1]}\n{"a": [1, 2]}\n', {}, "one shape in 'a' but got '(2,) in line 2'"),
}


@pytest.mark.parametrize(("data", "options", "message"), BAD.values(), ids=BAD)
def test_is_refused_in_words_and_leaves_nothing(tmp_path, data, options, message) -> None:
    path, output = tmp_path / "upload", tmp_path / "out" / "table.parquet"
    path.write_bytes(data)
    output.parent.mkdir()
    with pytest.raises(Unreadable) as refused:
        ingest(path, output, ParseOptions(**options), "table.csv", Limits())
    assert message in str(refused.value)
    assert list(output.parent.iterdir()) == []


def limited(tmp_path, data: bytes, **limits):
    path = tmp_path / "upload"
    path.write_bytes(data)
    with pytest.raises(TooLarge) as refused:
        ingest(path, tmp_path / "table.parquet", ParseOptions(), "table.csv", Limits(**limits))
    return str(refused.value)


class TestLimits:
    def test_of_the_file(self, tmp_path) -> None:
        assert "must have at most 5 bytes but got 8" in limited(tmp_path, b"a,b\n1,2\n", file_bytes=5)

    def test_of_rows(self, tmp_path) -> None:
        assert "must have at most 2 rows" in limited(tmp_path, b"a,b\n1,2\n3,4\n5,6\n", rows=2)
        assert "must have at most 2 rows but got 3" in limited(tmp_path, parquet({"a": [1, 2, 3]}), rows=2)

    def test_of_columns(self, tmp_path) -> None:
        assert "must have at most 2 columns but got 3" in limited(tmp_path, b"a,b,c\n1,2,3\n", columns=2)
        lines = b"".join(b'{"c%d": 1}\n' % i for i in range(9))
        assert "must have at most 5 columns" in limited(tmp_path, lines, columns=5)

    def test_of_what_a_small_file_unpacks_to(self, tmp_path) -> None:
        bomb = parquet({"a": pa.array(["x" * 10_000] * 10_000)})
        assert len(bomb) < 100_000
        assert "must hold at most 1000000 bytes of values" in limited(tmp_path, bomb, table_bytes=1_000_000)
        bomb = npz(x=np.zeros((1000, 1000)))
        assert len(bomb) < 100_000
        assert "must hold at most 1000000 bytes of values" in limited(tmp_path, bomb, table_bytes=1_000_000)

    def test_an_npz_entry_that_tells_more_rows_than_it_has(self, tmp_path) -> None:
        path = tmp_path / "upload"
        with zipfile.ZipFile(path, "w") as file, file.open("x.npy", "w") as entry:
            header = {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10)}
            np.lib.format.write_array_header_1_0(entry, header)
        with pytest.raises(Unreadable, match="must hold all the rows of x"):
            ingest(path, tmp_path / "table.parquet", ParseOptions(), "x.npz", Limits())


def refusal(dataset, target: str) -> str:
    with pytest.raises(Invalid) as refused:
        task_of(None, Roles(target=(target,)), dataset)
    return str(refused.value)


class TestTargets:
    @pytest.mark.parametrize("value", ["nan", "inf", "-inf", "", "NA"])
    def test_without_a_finite_number_in_each_row_are_refused(self, kept, value) -> None:
        dataset, _ = kept(f"a,b\n1,2.5\n2,{value}\n3,4.5\n")
        assert "must have a finite value in every row of 'b' but got '1 rows without'" in refusal(dataset, "b")

    def test_of_a_hundred_thousand_categories_are_refused(self, kept) -> None:
        dataset, _ = kept("a,b\n" + "".join(f"{i},w{i}\n" for i in range(100_000)))
        assert dataset.columns[1].type == "text"
        assert "at most 1000 classes in 'b' but got 'text, more than" in refusal(dataset, "b")
        assert "must name every column of text, and 'b' has more than 1000" in refusal(dataset, "a")

    @pytest.mark.parametrize(("target", "field"), [("b", "target"), ("a", "exclude")])
    def test_or_inputs_whose_squares_nothing_can_hold_are_refused(self, kept, target, field) -> None:
        dataset, _ = kept("a,b\n1,2.5\n2,1.5e100\n3,4.5\n")
        told = refusal(dataset, target)
        assert f"dataset.{field} must leave numbers of at most 1e+100 in 'b' but got 1.5e+100" in told

    def test_of_one_class_are_refused(self, kept, tmp_path) -> None:
        dataset, _ = kept("a,b\n1,x\n2,x\n")
        roles = Roles(target=("b",))
        counts = count(tmp_path / "one" / "table.parquet", dataset, roles, Task.MULTICLASS)
        with pytest.raises(Invalid, match="must have two classes or more in 'b'"):
            facts_of("t", dataset, roles, Task.MULTICLASS, counts)

    def test_of_a_class_with_one_row_are_refused(self, kept, tmp_path) -> None:
        dataset, _ = kept("a,b\n1,x\n2,x\n3,y\n")
        roles = Roles(target=("b",))
        counts = count(tmp_path / "one" / "table.parquet", dataset, roles, Task.BINARY)
        with pytest.raises(Invalid, match="must have two rows or more of each class but got \"1 of 'y'\""):
            facts_of("t", dataset, roles, Task.BINARY, counts)
