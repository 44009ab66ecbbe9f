"""What is no table, or no study could use, is refused in words, and nothing of it stays."""

import io
import pickle
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from ridgeline.spec.problems import Problem

GOOD = "age,plan,churned\n" + "".join(f"{20 + i},{'ab'[i % 2]},{'yes' if i % 3 else 'no'}\n" for i in range(30))


def csv(target, *, header="age,y"):
    return f"{header}\n" + "".join(f"{place},{value}\n" for place, value in enumerate(target))


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


class Trap:
    """Unpickling it would be seen."""

    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


def pickled_npz():
    file = io.BytesIO()
    np.savez(file, x=np.array([[1.0], [2.0]]), y=np.array([{"a": 1}, None], dtype=object))
    return file.getvalue()


def bomb():
    """A Parquet file of some kilobytes that holds 120 million rows."""
    file = io.BytesIO()
    block = pa.table({"x": pa.nulls(10_000_000, pa.float32())})
    with pa.parquet.ParquetWriter(file, block.schema, compression="zstd") as writer:
        for _ in range(12):
            writer.write_table(block)
    return file.getvalue()


# content, file name, other fields; then the field that is refused and words of the rule, the value or the remedy
REFUSED = {
    "an empty file": (b"", "a.csv", {}, "file", "empty"),
    "a header only": ("age,plan\n", "a.csv", {}, "file", "row"),
    "ragged rows": ("a,b\n1,2\n3,4,5\n", "a.csv", {}, "file", "line 3"),
    "a wrong encoding": (
        "name,age\nJosé,3\nZoé,4\n".encode("latin-1"),
        "a.csv",
        {"encoding": "utf-8"},
        "file",
        "byte 0xe9 in line 2",
    ),
    "an unknown encoding": (GOOD, "a.csv", {"encoding": "klingon"}, "encoding", "klingon"),
    "a binary file named csv": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "a.csv", {}, "file", ""),
    "a picture named csv": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "a.csv", {}, "file", ""),
    "a parquet file cut off": (b"PAR1" + b"\x15\x04" * 50, "a.parquet", {}, "file", ""),
    "a parquet bomb": (bomb(), "a.parquet", {}, "file", "rows"),
    "no parquet": (GOOD, "a.parquet", {"format": "parquet"}, "file", "whole parquet file"),
    "columns of one name": ("a,b,a\n1,2,3\n4,5,6\n", "a.csv", {}, "file", "'a'"),
    "pickled objects in npz": (pickled_npz(), "a.npz", {}, "file", "object"),
    "a pickle": (pickle.dumps(Trap()), "a.npz", {"format": "npz"}, "file", "pickles are never opened"),
    "arrays of two lengths": (npz(x=np.zeros((3, 2)), y=np.zeros(4)), "a.npz", {}, "file", ""),
    "a delimiter of two letters": (GOOD, "a.csv", {"delimiter": "ab"}, "delimiter", "at most 1"),
    "an unknown format": (GOOD, "a.csv", {"format": "xlsx"}, "format", "csv"),
    "a header that is no flag": (GOOD, "a.csv", {"header": "yes"}, "header", "true or false"),
    "a target that is missing": (GOOD, "a.csv", {"target": "churn"}, "target", "age, plan, churned"),
    "a position that is none": (GOOD, "a.csv", {"target": "7"}, "target", "-3 to 2"),
    "NaN in the target": (csv(["1.5", "2.5", "NaN", "", *map(str, range(9))]), "a.csv", {"target": "y"}, "target", "2"),
    "infinity in the target": (csv(["1.5", "inf", *map(str, range(9))]), "a.csv", {"target": "y"}, "target", "finite"),
    "one class only": (csv(["yes"] * 20), "a.csv", {"target": "y"}, "target", ""),
    "a class with one row": (csv(["yes", *["no"] * 20]), "a.csv", {"target": "y"}, "target", "yes"),
    "100,000 categories": (csv([f"w{i}" for i in range(100_000)]), "a.csv", {"target": "y"}, "target", "text"),
    "a text column among the inputs": (
        csv([f"w{i},{i % 2}" for i in range(2000)], header="age,words,y"),
        "a.csv",
        {"target": "y"},
        "exclude",
        "words",
    ),
    "a task that does not fit": (GOOD, "a.csv", {"target": "plan", "task": "regression"}, "task", "binary"),
    "a task that is none": (GOOD, "a.csv", {"target": "plan", "task": "guessing"}, "task", "multiclass"),
    "a column in two roles": (GOOD, "a.csv", {"target": "plan", "group": "plan"}, "group", "target"),
    "roles without a target": (GOOD, "a.csv", {"group": "plan"}, "target", "age, plan, churned"),
    "a path as a name": (GOOD, "a.csv", {"name": "../../etc/passwd"}, "name", "path"),
    "a URL as a name": (GOOD, "a.csv", {"name": "https://example.org/a.csv"}, "name", "URL"),
    "an id as a name": (GOOD, "a.csv", {"name": "a" * 64}, "name", "id"),
    "a file whose name is none": (GOOD, "...", {}, "name", "name"),
    "an unknown field": (GOOD, "a.csv", {"targt": "plan"}, "targt", "'target'"),
    "a task given twice": (GOOD, "a.csv", {"task": ["binary", "regression"]}, "task", "once"),
}


@pytest.fixture(scope="module")
def data_dir(new_data_dir):
    return new_data_dir()


@pytest.fixture(scope="module")
def client(start, data_dir):
    """One service for all tests of this file: none of them is to leave anything."""
    with start(data_dir) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_kept(client, data_dir):
    """Whatever the test does, the data sets and the files stay as they were."""

    def kept():
        files = {path for path in data_dir.rglob("*") if path.is_file() and not path.name.startswith("ridgeline.db")}
        return files, client.get("/v1/datasets", params={"limit": 500}).json()

    before = kept()
    yield
    assert kept() == before


def refused(answer, status=422):
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    return Problem.model_validate(answer.json())


@pytest.mark.parametrize(("content", "filename", "fields", "field", "told"), REFUSED.values(), ids=REFUSED)
def test_a_bad_table_is_refused_by_field_rule_value_and_remedy(client, content, filename, fields, field, told):
    problem = refused(client.post("/v1/datasets", files={"file": (filename, content)}, data=fields))
    broken = {error.field: error for error in problem.errors}
    assert field in broken, problem.detail
    error = broken[field]
    assert error.rule
    assert error.remedy
    assert told in f"{error.rule} {error.value} {error.remedy}", problem.detail


def test_a_zip_of_something_else_is_no_npz(client):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    problem = refused(client.post("/v1/datasets", files={"file": ("a.npz", file.getvalue())}))
    assert problem.errors[0].field in {"file", "format"}


class TestABody:
    def test_of_another_kind_is_told_what_to_send(self, client):
        problem = refused(client.post("/v1/datasets", content=GOOD, headers={"Content-Type": "text/csv"}))
        assert problem.errors[0].field == "body"
        assert "curl -F file=@FILE" in problem.errors[0].remedy

    def test_without_a_boundary_is_refused(self, client):
        problem = refused(client.post("/v1/datasets", content=b"x", headers={"Content-Type": "multipart/form-data"}))
        assert problem.errors[0].field == "body"

    def test_without_a_file_is_refused(self, client):
        problem = refused(client.post("/v1/datasets", files={"data": ("a.csv", GOOD)}))
        assert [error.field for error in problem.errors] == ["file"]

    def test_with_two_files_is_refused(self, client):
        files = [("file", ("a.csv", GOOD)), ("file", ("b.csv", GOOD))]
        problem = refused(client.post("/v1/datasets", files=files))
        assert [(error.field, error.value) for error in problem.errors] == [("file", "a second")]

    def test_that_ends_before_its_last_boundary_is_refused(self, client):
        body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{GOOD}'
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        problem = refused(client.post("/v1/datasets", content=body.encode(), headers=kind))
        assert problem.errors[0].value == "an end before the last boundary"

    def test_with_too_much_beside_the_file_is_refused(self, client):
        fields = {"exclude": ["x" * 900] * 1500}
        problem = refused(client.post("/v1/datasets", files={"file": ("a.csv", GOOD)}, data=fields))
        assert "beside the file" in problem.errors[0].rule


def test_a_name_of_other_rows_is_refused_before_the_file_is_read(client):
    answer = client.post("/v1/datasets", files={"file": ("a.csv", GOOD)}, data={"name": "iris"})
    problem = refused(answer, 409)
    assert "must stand for one data set" in problem.detail


@pytest.mark.parametrize(
    ("dataset", "field", "told"),
    [
        ({"id": "iris", "target": "petals"}, "dataset.target", "species"),
        ({"id": "iris", "target": 5}, "dataset.target", "-5 to 4"),
        ({"id": "iris", "task": "regression"}, "dataset.task", "multiclass"),
        ({"id": "iris", "group": "species"}, "dataset.group", "target"),
        ({"id": "iris", "weight": "petal"}, "dataset.weight", "petal width (cm)"),
        ({"id": "iris", "targets": "species"}, "dataset.targets", "'target'"),
        ({"id": "/etc/passwd"}, "dataset.id", "iris"),
        ({"id": "https://example.org/a.csv"}, "dataset.id", "iris"),
        ({"id": "iris", "target": ["species", "petal width (cm)"]}, "dataset.target", "name other columns"),
    ],
)
def test_a_study_that_asks_for_impossible_roles_is_refused_at_submission(client, dataset, field, told):
    problem = refused(client.post("/v1/studies", json={"dataset": dataset}))
    broken = {error.field: error for error in problem.errors}
    assert field in broken, problem.detail
    assert told in f"{broken[field].rule} {broken[field].remedy}"
