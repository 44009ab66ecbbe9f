"""Files and generators become data sets, which studies name, people look at, and nobody removes under a study."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from ridgeline.files import Files
from ridgeline.spec.built_in import BUILT_IN, BUILT_IN_SETS
from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import NamedDataset, Source
from ridgeline.spec.metrics import Task
from ridgeline.spec.views import DatasetSummary, Page

ROWS = 60
AGE = [20 + place % 30 for place in range(ROWS)]
PLAN = ["abc"[place % 3] for place in range(ROWS)]
CHURNED = ["yes" if place % 4 == 0 else "no" for place in range(ROWS)]
CSV = "age,plan,churned\n" + "".join(f"{a},{b},{c}\n" for a, b, c in zip(AGE, PLAN, CHURNED, strict=True))
TABLE = pa.table({"age": AGE, "plan": PLAN, "churned": CHURNED})


def parquet():
    file = io.BytesIO()
    pa.parquet.write_table(TABLE, file)
    return file.getvalue()


def arrow():
    file = io.BytesIO()
    pa.feather.write_feather(TABLE, file)
    return file.getvalue()


def npz():
    file = io.BytesIO()
    x = np.column_stack([AGE, [ord(plan) for plan in PLAN]]).astype(float)
    np.savez(file, x=x, y=np.array(CHURNED), names=np.array(["age", "plan"]))
    return file.getvalue()


def jsonl():
    return "\n".join(json.dumps(row) for row in TABLE.to_pylist()).encode()


FILES = {
    "churn.csv": CSV.encode(),
    "churn.tsv": CSV.replace(",", "\t").encode(),
    "churn.parquet": parquet(),
    "churn.arrow": arrow(),
    "churn.npz": npz(),
    "churn.jsonl": jsonl(),
}


@pytest.fixture(scope="module")
def shared_data_dir(new_data_dir):
    return new_data_dir()


@pytest.fixture(scope="module")
def shared(start, shared_data_dir):
    """One service for tests that give each data set a name of its own."""
    with start(shared_data_dir) as opened:
        yield opened


def send(client, content=CSV, filename="churn.csv", **fields):
    return client.post("/v1/datasets", files={"file": (filename, content)}, data=fields)


def named(answer, status=201):
    assert answer.status_code == status, answer.text
    return NamedDataset.model_validate(answer.json())


@pytest.mark.parametrize("filename", FILES)
def test_a_file_of_each_format_becomes_a_data_set_with_its_default_target(shared, filename):
    target = "y" if filename.endswith("npz") else "churned"
    answer = send(shared, FILES[filename], filename, name=filename, target=target)
    found = named(answer)
    assert answer.headers["Location"] == f"/v1/datasets/{filename}"
    assert shared.get(answer.headers["Location"]).json() == answer.json()
    assert shared.get(f"/v1/datasets/{found.dataset.id}").json()["dataset"] == answer.json()["dataset"]
    assert (found.name, found.task, found.roles.target) == (filename, Task.BINARY, (target,))
    assert (found.dataset.source, found.dataset.rows, len(found.dataset.columns)) == (Source.UPLOAD, ROWS, 3)
    assert found.counts.class_counts == {"no": 45, "yes": 15}
    assert len(found.dataset.preview) == 10
    assert found.dataset.column("age").type is ColumnType.NUMERIC


def test_the_same_bytes_and_options_are_one_data_set_under_any_name(shared):
    first = send(shared, name="one")
    again = send(shared, name="one")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    other = named(send(shared, name="another one", target="churned"))
    assert other.dataset == named(again, 200).dataset
    told = named(send(shared, name="told", delimiter=","))
    assert told.dataset.id != other.dataset.id, "options that were given are part of what the id names"
    assert shared.get("/v1/datasets/another%20one").json()["name"] == "another one"


def test_the_name_is_the_files_unless_one_is_given(shared):
    assert named(send(shared, filename="C:\\data\\May 2026.csv.txt")).name == "May 2026"


def test_a_default_target_may_be_a_position_and_is_counted_at_once(shared):
    found = named(send(shared, name="by position", target="-2", exclude=["age"]))
    assert found.roles.target == ("plan",)
    assert found.roles.exclude == ("age",)
    assert found.counts.class_counts == {"a": 20, "b": 20, "c": 20}
    assert found.counts.units == 2  # yes or no is all that is left


def test_a_study_takes_the_default_or_names_a_target_of_its_own(shared):
    send(shared, name="studied", target="churned")
    default = shared.post("/v1/studies", json={"dataset": "studied"})
    assert default.status_code == 202, default.text
    facts = default.json()["study"]["dataset"]
    assert (facts["name"], facts["roles"]["target"], facts["task"]) == ("studied", ["churned"], "binary")
    assert (facts["inputs"]["numbers"], facts["inputs"]["categories"]) == (1, [3])
    asked = {"id": "studied", "target": "plan", "exclude": ["churned"]}
    own = shared.post("/v1/studies/validate", json={"dataset": asked})
    assert own.status_code == 200, own.text
    facts = own.json()["study"]["dataset"]
    assert (facts["roles"]["target"], facts["task"], facts["features"]) == (["plan"], "multiclass", 1)
    assert facts["counts"]["class_counts"] == {"a": 20, "b": 20, "c": 20}


def test_without_a_default_a_study_must_name_its_target(shared):
    found = named(send(shared, name="bare"))
    assert (found.roles, found.task, found.counts) == (None, None, None)
    refused = shared.post("/v1/studies", json={"dataset": "bare"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], "age, plan, churned" in error["remedy"]) == ("dataset.target", True)


def test_another_target_of_a_built_in_set_is_counted(shared):
    asked = {"id": "iris", "target": "petal width (cm)", "exclude": ["species"]}
    facts = shared.post("/v1/studies/validate", json={"dataset": asked}).json()["study"]["dataset"]
    assert (facts["task"], facts["features"]) == ("regression", 3)


class TestAGenerator:
    def test_is_kept_under_a_name_of_its_own_or_a_given_one(self, shared):
        asked = {"generator": "make_moons", "parameters": {"n_samples": 80, "noise": 0.2}, "seed": 3}
        first = named(shared.post("/v1/datasets", json=asked))
        assert first.name == f"make_moons-{first.dataset.id[:12]}"
        assert (first.dataset.source, first.dataset.rows, first.task) == (Source.GENERATED, 80, Task.BINARY)
        assert named(shared.post("/v1/datasets", json=asked), 200) == first
        other = named(shared.post("/v1/datasets", json=asked | {"name": "moons"}))
        assert (other.name, other.dataset, other.roles) == ("moons", first.dataset, first.roles)

    def test_may_be_asked_for_by_a_study(self, shared):
        asked = {"generator": "make_regression", "parameters": {"n_samples": 50, "n_features": 4}}
        facts = shared.post("/v1/studies/validate", json={"dataset": asked}).json()["study"]["dataset"]
        assert (facts["source"], facts["rows"], facts["task"], facts["features"]) == ("generated", 50, "regression", 4)
        assert shared.get(f"/v1/datasets/{facts['name']}").json()["dataset"]["id"] == facts["id"]

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"generator": "make_moon"}, "generator"),
            ({"generator": "make_moons", "parameters": {"n_sample": 5}}, "parameters.n_sample"),
            ({"generator": "make_moons", "parameters": {"n_samples": 10**12}}, "parameters.n_samples"),
            ({"generator": "make_moons", "parameters": {"noise": "loud"}}, "parameters"),
            ({"generator": "make_moons", "seed": -1}, "seed"),
            ({"generator": "make_moons", "name": "../moons"}, "name"),
        ],
    )
    def test_that_refuses_its_parameters_says_which(self, shared, asked, field):
        answer = shared.post("/v1/datasets", json=asked)
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        if "name" not in asked:
            study = shared.post("/v1/studies", json={"dataset": asked})
            assert [error["field"] for error in study.json()["errors"]] == [f"dataset.{field}"]


def test_data_sets_are_listed_by_name_in_pages_without_their_columns(client):
    first = client.get("/v1/datasets", params={"limit": 3}).json()
    second = client.get("/v1/datasets", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    items = [*Page[DatasetSummary].model_validate(first).items, *Page[DatasetSummary].model_validate(second).items]
    assert [item.name for item in items] == sorted(BUILT_IN)
    assert [item.id for item in items] == [BUILT_IN[name].id for name in sorted(BUILT_IN)]
    assert second["next_cursor"] is None


def test_a_built_in_set_is_found_by_name_and_by_id_with_its_columns(client):
    by_name = client.get("/v1/datasets/iris")
    assert named(by_name, 200).dataset == BUILT_IN_SETS["iris"].dataset
    assert client.get(f"/v1/datasets/{BUILT_IN['iris'].id}").json() == by_name.json()
    answer = client.post("/v1/studies", json={"dataset": BUILT_IN["wine"].id})
    assert answer.json()["study"]["dataset"]["name"] == "wine"


def test_a_data_set_goes_with_its_last_name_unless_a_study_uses_it(client, data_dir):
    found = named(send(client, target="churned"))
    table = Files(data_dir).path(found.dataset)
    send(client, name="again")
    study = client.post("/v1/studies", json={"dataset": "churn"}).json()["id"]
    assert client.delete("/v1/datasets/churn").status_code == 204
    refused = client.delete("/v1/datasets/again")
    assert refused.status_code == 409
    assert "used by 1 study; delete that study first (GET /v1/studies?dataset=again lists)" in refused.json()["detail"]
    assert table.exists()
    client.post(f"/v1/studies/{study}/cancel")
    client.delete(f"/v1/studies/{study}")
    assert client.delete("/v1/datasets/again").status_code == 204
    assert not table.exists()
    assert client.get("/v1/datasets/again").status_code == 404
    assert client.delete("/v1/datasets/again").status_code == 404


def test_what_comes_with_ridgeline_is_not_removed(client):
    refused = client.delete("/v1/datasets/iris")
    assert refused.status_code == 409
    assert "comes with Ridgeline" in refused.json()["detail"]
