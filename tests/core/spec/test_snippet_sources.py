"""The script of a setting runs as it is on the user's own file, whatever its columns, its task and its model."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from ridgeline.spec import BUILT_IN_SETS, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.datasets import Dataset, NamedDataset, ParseOptions, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import Custom
from ridgeline.spec.snippet import snippet
from ridgeline.spec.sources import GeneratedData, KeptData
from ridgeline.tables import Limits, count, generate, ingest, keep
from ridgeline.tables.guess import MISSING

ROWS = 90


@pytest.fixture(autouse=True)
def torch_as_it_was() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(threads)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Everything that a script defines when it runs in the folder of the files."""

    def run(script: str) -> dict[str, Any]:
        assert [line for line in script.splitlines() if len(line) > 120] == []
        monkeypatch.chdir(tmp_path)
        names: dict[str, Any] = {"__name__": "script"}
        exec(compile(script, "snippet.py", "exec"), names)  # the script under test
        assert np.isfinite(names["score"])
        return names

    return run


@pytest.fixture
def study_of(tmp_path: Path) -> Callable[..., tuple[ResolvedStudy, Dataset]]:
    """A small study on a file of the folder, as the service would resolve it."""

    def make(file: str | Dataset, asked: dict[str, Any], options: ParseOptions | None = None, **spec: Any):
        table = tmp_path / "stored.parquet"
        if isinstance(file, str):
            dataset = ingest(tmp_path / file, table, options or ParseOptions(), file, Limits())
        else:
            dataset = file
        name = file.rpartition(".")[0] if isinstance(file, str) else "rows"
        named = NamedDataset(name=name, created_at=datetime.now(UTC), dataset=dataset)
        kept = KeptData.model_validate({"id": name, **asked})
        roles = roles_of(kept, named)
        task = task_of(kept.task, roles, dataset)
        facts = facts_of(name, dataset, roles, task, count(table, dataset, roles, task))
        spec.setdefault("training", {"epochs": 2, "batch_size": 32})
        told = {"dataset": {"id": name, **asked}, "regularizers": ["none"], **spec}
        if isinstance(spec.get("model"), Custom):
            told.pop("model")
            study = resolve(StudySpec.model_validate(told), facts)
            return study.model_copy(update={"model": spec["model"]}), dataset
        return resolve(StudySpec.model_validate(told), facts), dataset

    return make


NONE = Setting(regularizer="none", learning_rate=0.01)
DROPOUT = Setting(regularizer="dropout", strengths={"rate": 0.2}, learning_rate=0.01)
L2 = Setting(regularizer="l2", strengths={"strength": 0.01}, learning_rate=0.01)


def records(*, holes: bool = True) -> list[dict[str, Any]]:
    """Customers: numbers, words, truths and dates, some of them missing."""
    random = np.random.default_rng(0)
    rows = []
    for i in range(ROWS):
        size = float(random.normal())
        rows.append(
            {
                "size": None if holes and i % 9 == 4 else round(size, 3),
                "age": int(random.integers(18, 80)),
                "city": None if holes and i % 11 == 5 else str(random.choice(["Rome", "Oslo", "Lima"])),
                "member": None if holes and i % 13 == 6 else bool(random.integers(2)),
                "since": datetime(2020, 1, 1) + timedelta(hours=int(random.integers(50_000))),  # noqa: DTZ001
                "shop": f"s{i // 6}",
                "count": round(float(random.uniform(0.5, 2)), 3),
                "churned": ["no", "yes"][int(size + random.normal() / 2 > 0)],
                "level": int(random.integers(3)),
                "spent": round(3 * size + float(random.normal()), 3),
                "earned": round(-size + float(random.normal()), 3),
                "opened": bool(random.integers(2)),
                "bought": ["a", "b"][int(random.integers(2))],
            }
        )
    return rows


def write(path: Path, rows: list[dict[str, Any]], delimiter: str = ",") -> None:
    match path.suffix:
        case ".csv":
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
                writer.writeheader()
                for row in rows:
                    words = {
                        k: "NA" if v is None else str(v).lower() if v in {True, False} else v for k, v in row.items()
                    }
                    if delimiter == ";":
                        words = {k: str(v).replace(".", ",") if isinstance(v, float) else v for k, v in words.items()}
                    writer.writerow(words)
        case ".jsonl":
            path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
        case ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        case ".arrow":
            table = pa.Table.from_pylist(rows)
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)


TASKS = {
    "binary": {"target": "churned"},
    "multiclass": {"target": "level"},
    "multilabel": {"target": ["opened", "bought"]},
    "regression": {"target": "spent"},
    "multi_target": {"target": ["spent", "earned"]},
}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "arrow"])
class TestEveryFormat:
    def test_its_columns_are_those_that_were_ingested(self, study_of, run, tmp_path, suffix) -> None:
        write(tmp_path / f"churn.{suffix}", records())
        study, dataset = study_of(f"churn.{suffix}", {"target": "churned", "exclude": ["shop"]})
        names = run(snippet(study, NONE, dataset))
        assert names["X_train"].shape[1] == study.dataset.inputs.width
        assert sorted(np.bincount(names["y"])) == sorted(study.dataset.class_counts.values())
        stored = pq.read_table(tmp_path / "stored.parquet")
        sizes = np.array([np.nan if v is None else v for v in stored["size"].to_pylist()], dtype=float)
        np.testing.assert_array_equal(names["numbers"]("size"), sizes)
        days = stored["since"].cast(pa.int64()).to_numpy() / 86_400_000_000
        np.testing.assert_allclose(names["dates"]("since"), days)
        truths = np.array([np.nan if v is None else v for v in stored["member"].to_pylist()], dtype=float)
        np.testing.assert_array_equal(names["truths"]("member"), truths)

    def test_it_runs_in_a_process_of_its_own(self, study_of, tmp_path, suffix) -> None:
        write(tmp_path / f"churn.{suffix}", records())
        study, dataset = study_of(f"churn.{suffix}", {"target": "churned"})
        script = snippet(study, DROPOUT, dataset)
        assert "ridgeline" not in script
        assert f"Reads churn.{suffix}: " in script
        command = [sys.executable, "-W", "error", "-c", script]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("log_loss on 18 held-out rows: ")


@pytest.mark.parametrize("task", TASKS)
class TestEveryTask:
    def test_every_metric_is_scored_with_the_weights_of_the_rows(self, study_of, run, tmp_path, task) -> None:
        write(tmp_path / "churn.csv", records())
        for metric in [metric for metric in Metric if metric.fits(Task(task))]:
            for weight in (None, "count"):
                asked = TASKS[task] | {"weight": weight, "exclude": ["shop", "since"]}
                study, dataset = study_of("churn.csv", asked, objective={"metric": metric})
                assert study.task == task
                names = run(snippet(study, NONE, dataset))
                assert ("weight_train" in names) == (weight is not None)

    @pytest.mark.parametrize("kind", ["linear", "mlp", "residual_mlp"])
    @pytest.mark.parametrize("categories", ["one_hot", "embedding"])
    def test_every_model_of_tables_has_the_declared_parameters(
        self, study_of, run, tmp_path, task, kind, categories
    ) -> None:
        write(tmp_path / "churn.csv", records())
        model = {"kind": kind} if kind == "linear" else {"kind": kind, "categories": categories}
        study, dataset = study_of("churn.csv", TASKS[task] | {"exclude": ["shop"]}, model=model)
        for setting in (L2, *(() if kind == "linear" else (DROPOUT,))):
            network = run(snippet(study, setting, dataset))["model"]
            declared = sum(layer.weights + layer.biases for layer in study.layers)
            assert sum(p.numel() for p in network.parameters()) == declared


class TestPreparation:
    @pytest.mark.parametrize("scaling", ["standard", "quantile", "none"])
    @pytest.mark.parametrize("imputation", ["median", "mean"])
    @pytest.mark.parametrize("holes", [False, True])
    def test_every_way_runs_on_numbers_and_on_words(self, study_of, run, tmp_path, scaling, imputation, holes) -> None:
        write(tmp_path / "churn.csv", records(holes=holes))
        wanted = {"scaling": scaling, "imputation": imputation}
        for exclude in ([], ["city", "churned", "bought", "shop"]):
            study, dataset = study_of("churn.csv", {"target": "spent", "exclude": exclude}, preparation=wanted)
            names = run(snippet(study, NONE, dataset))
            assert names["X_train"].shape[1] == study.dataset.inputs.width
            assert torch.isfinite(names["X_train"]).all()

    def test_a_comma_before_decimals_is_read(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records(), delimiter=";")
        study, dataset = study_of("churn.csv", {"target": "spent"})
        assert dataset.column("size").type == "numeric"
        sizes = [np.nan if row["size"] is None else row["size"] for row in records()]
        np.testing.assert_array_equal(run(snippet(study, NONE, dataset))["numbers"]("size"), sizes)

    def test_a_file_without_a_header_and_in_another_encoding_is_read(self, study_of, run, tmp_path) -> None:
        lines = [f"{i},{['Kōln', 'Oslo'][i % 2]},{i % 7}" for i in range(40)]
        (tmp_path / "bare.csv").write_text("\n".join(lines), encoding="utf-16")
        study, dataset = study_of("bare.csv", {"target": "c1"})
        names = run(snippet(study, NONE, dataset))
        assert names["names"] == ["c0", "c1", "c2"]
        assert study.dataset.class_counts == {"Kōln": 20, "Oslo": 20}

    def test_the_words_for_a_missing_value_are_those_of_ingestion(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records())
        study, dataset = study_of("churn.csv", {"target": "spent"})
        assert run(snippet(study, NONE, dataset))["MISSING"] == MISSING

    def test_infinite_numbers_are_missing(self, study_of, run, tmp_path) -> None:
        rows = [{"a": "inf" if i == 3 else i, "b": i % 2} for i in range(40)]
        write(tmp_path / "far.csv", rows)
        study, dataset = study_of("far.csv", {"target": "b"})
        assert run(snippet(study, NONE, dataset))["X_train"].shape[1] == 2

    def test_class_weights_weigh_each_row_by_its_class(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records())
        training = {"epochs": 1, "class_weight": {"no": 1.0, "yes": 3.0}}
        study, dataset = study_of("churn.csv", {"target": "churned", "weight": "count"}, training=training)
        names = run(snippet(study, NONE, dataset))
        expected = names["row_weights"][names["train"]] * np.where(names["y"][names["train"]], 3, 1)
        np.testing.assert_allclose(names["weight_train"].numpy(), expected / expected.mean(), rtol=1e-5)

    def test_balanced_classes_weigh_as_much_as_each_other(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records())
        training = {"epochs": 1, "class_weight": "balanced"}
        study, dataset = study_of("churn.csv", {"target": "level"}, training=training)
        names = run(snippet(study, NONE, dataset))
        by_class = np.bincount(names["y"][names["train"]], weights=names["weight_train"].numpy())
        np.testing.assert_allclose(by_class, by_class.mean(), rtol=1e-5)

    def test_many_categories_are_not_listed(self, study_of, run, tmp_path) -> None:
        rows = [
            {f"w{i}": f"{i}{(row * (i + 1)) % 5}" + "x" for i in range(30)} | {"size": row / 7, "y": row % 2}
            for row in range(60)
        ]
        write(tmp_path / "wide.csv", rows)
        study, dataset = study_of("wide.csv", {"target": "y"})
        assert run(snippet(study, NONE, dataset))["X_train"].shape[1] == study.dataset.inputs.width

    def test_many_columns_are_told_by_those_that_are_left_out(self, study_of, run, tmp_path) -> None:
        rows = [{f"c{i}": (row * i) % 50 for i in range(200)} | {"y": row % 2, "key": row} for row in range(60)]
        write(tmp_path / "wide.csv", rows)
        study, dataset = study_of("wide.csv", {"target": "y", "exclude": ["key"]})
        script = snippet(study, NONE, dataset)
        assert len(script.splitlines()) < 70
        assert run(script)["X"].shape == (60, 200)


class TestSplits:
    def test_no_group_is_parted(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records())
        study, dataset = study_of("churn.csv", {"target": "churned", "group": "shop"})
        names = run(snippet(study, NONE, dataset))
        shops = names["groups"]
        assert not set(shops[names["train"]]) & set(shops[names["val"]])
        assert len(names["train"]) + len(names["val"]) == ROWS

    @pytest.mark.parametrize("column", ["since", "age"])
    def test_the_latest_rows_are_held_out(self, study_of, run, tmp_path, column) -> None:
        write(tmp_path / "churn.csv", records())
        study, dataset = study_of("churn.csv", {"target": "spent", "time": column})
        names = run(snippet(study, NONE, dataset))
        assert names["times"][names["train"]].max() <= names["times"][names["val"]].min()
        assert len(names["val"]) == 18


class TestArrays:
    def npz(self, path: Path, x: Any, y: Any, **more: Any) -> None:
        np.savez(path, x=x, y=y, **more)

    @pytest.mark.parametrize(
        ("shape", "model"),
        [
            ((1, 8, 8), {"kind": "conv2d", "channels": [3, 4], "hidden": [5]}),
            ((9, 7), {"kind": "conv2d", "channels": [3], "pool": 1}),
            ((3, 8, 8), "mlp"),
            ((2, 12), {"kind": "conv1d", "channels": [3], "hidden": [], "activation": "tanh"}),
            ((12,), {"kind": "conv1d", "channels": [3]}),
        ],
    )
    @pytest.mark.parametrize("scaling", ["standard", "none"])
    def test_images_and_series_are_read_in_their_shape(self, study_of, run, tmp_path, shape, model, scaling) -> None:
        random = np.random.default_rng(0)
        self.npz(tmp_path / "images.npz", random.normal(3, 2, (60, *shape)), random.integers(0, 3, 60) * 2)
        study, dataset = study_of("images.npz", {"target": "y"}, model=model, preparation={"scaling": scaling})
        names = run(snippet(study, DROPOUT, dataset))
        assert sum(p.numel() for p in names["model"].parameters()) == sum(
            layer.weights + layer.biases for layer in study.layers
        )
        assert sorted(set(names["y"])) == [0, 1, 2]
        if scaling == "standard":
            assert abs(names["X_train"].mean()) < 0.01
            assert abs(names["X_train"].std() - 1) < 0.01

    def test_columns_of_arrays_have_roles_too(self, study_of, run, tmp_path) -> None:
        random = np.random.default_rng(0)
        x = random.normal(size=(60, 3))
        self.npz(tmp_path / "t.npz", x, random.normal(size=(60, 2)), names=np.array(["a", "b", "c"]))
        study, dataset = study_of("t.npz", {"target": ["y0", "c"], "exclude": ["y1"]})
        names = run(snippet(study, NONE, dataset))
        np.testing.assert_array_equal(names["X"], x[:, :2])
        np.testing.assert_array_equal(names["y"][:, 1], x[:, 2])

    def test_an_array_of_columns_alone_may_hold_the_target(self, study_of, run, tmp_path) -> None:
        x = np.random.default_rng(0).normal(size=(40, 3))
        np.savez(tmp_path / "alone.npz", x=x, names=np.array(["a", "b", "yield"]))
        study, dataset = study_of("alone.npz", {"target": "yield"})
        np.testing.assert_array_equal(run(snippet(study, NONE, dataset))["y"], x[:, 2])

    def test_arrays_in_a_parquet_file_may_be_missing(self, study_of, run, tmp_path) -> None:
        random = np.random.default_rng(0)
        rows = [{"series": None if i == 7 else random.normal(size=10).tolist(), "y": i % 2} for i in range(50)]
        write(tmp_path / "s.parquet", rows)
        study, dataset = study_of("s.parquet", {"target": "y"}, model={"kind": "conv1d", "channels": [2], "pool": 2})
        names = run(snippet(study, NONE, dataset))
        assert names["X"].shape == (50, 10)
        assert torch.isfinite(names["X_train"]).all()


GENERATED = [
    {"generator": "make_moons", "parameters": {"n_samples": 60, "noise": 0.3}, "seed": 3},
    {"generator": "make_classification", "parameters": {"n_samples": 90, "n_classes": 3, "n_informative": 5}},
    {"generator": "make_multilabel_classification", "parameters": {"n_samples": 80, "n_classes": 3}},
    {"generator": "make_regression", "parameters": {"n_samples": 60, "n_targets": 2}},
    {"generator": "make_friedman1", "parameters": {"n_samples": 60}},
    {"generator": "make_hastie_10_2", "parameters": {"n_samples": 60}},
    {"generator": "make_blobs", "parameters": {"n_samples": 60, "center_box": [-3.0, 3.0]}},
    {"generator": "mnist1d", "parameters": {"num_samples": 100}},
]


@pytest.mark.parametrize("asked", GENERATED, ids=lambda asked: asked["generator"])
def test_generated_rows_come_from_the_call_of_their_generator(study_of, run, tmp_path, asked) -> None:
    dataset, roles, task = generate(GeneratedData.model_validate(asked), tmp_path / "stored.parquet")
    target = {"target": list(roles.target) if len(roles.target) > 1 else roles.target[0], "task": task}
    model = {"kind": "conv1d", "channels": [4]} if asked["generator"] == "mnist1d" else "mlp"
    study, _ = study_of(dataset, target, model=model)
    names = run(snippet(study, NONE, dataset))
    assert len(names["y"]) == dataset.rows
    stored = pq.read_table(tmp_path / "stored.parquet")
    if study.dataset.inputs.shape is None:
        np.testing.assert_array_equal(names["X"][:, 0], stored["x0"].to_numpy())
        if len(roles.target) == 1 and task is not Task.BINARY:
            np.testing.assert_array_equal(names["y"], stored["y"].to_numpy())


def test_another_column_of_a_built_in_set_can_be_the_target(study_of, run, tmp_path, monkeypatch) -> None:
    from ridgeline.tables import built_in  # noqa: PLC0415

    for name, target in (("iris", "petal width (cm)"), ("wine", "alcohol"), ("diabetes", "bmi")):
        named = BUILT_IN_SETS[name]
        roles = roles_of(KeptData(id=name, target=target), named)
        task = task_of(None, roles, named.dataset)
        counts = count(built_in.FOLDER / f"{name}.parquet", named.dataset, roles, task)
        facts = facts_of(name, named.dataset, roles, task, counts)
        spec = {"dataset": {"id": name, "target": target}, "regularizers": ["none"], "training": {"epochs": 1}}
        names = run(snippet(resolve(StudySpec.model_validate(spec), facts), NONE))
        assert names["X_train"].shape[1] == facts.inputs.width
        stored = pq.read_table(built_in.FOLDER / f"{name}.parquet")
        np.testing.assert_array_equal(names["y"], stored[target].to_numpy())


PLUGIN = """
import numpy as np
import pyarrow as pa
from pydantic import BaseModel
from torch import nn


class Network(nn.Module):
    class Config(BaseModel):
        hidden: int = 5

    def __init__(self, config, inputs, outputs):
        super().__init__()
        self.norm = nn.LayerNorm([1, inputs.width])
        self.first, self.drop = nn.Linear(inputs.width, config.hidden), nn.Dropout(0.9)
        self.last = nn.Linear(config.hidden, outputs)

    def forward(self, rows):
        return self.last(self.drop(self.first(self.norm(rows.unsqueeze(1)).squeeze(1)).relu()))


def arrays():
    random = np.random.default_rng(0)
    return random.normal(size=(60, 4)), random.integers(0, 2, 60)


def table():
    return pa.table({"a": list(range(60)), "b": ["u", "v", "w"] * 20, "y": [i % 2 for i in range(60)]})
"""


class TestOperator:
    @pytest.fixture(autouse=True)
    def package(self, tmp_path, monkeypatch) -> None:
        info = tmp_path / "site" / "acme-1.0.dist-info"
        info.mkdir(parents=True)
        (tmp_path / "site" / "acme_snippet.py").write_text(PLUGIN)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(
            "[ridgeline.models]\nwide = acme_snippet:Network\n"
            "[ridgeline.datasets]\narrays = acme_snippet:arrays\nrows = acme_snippet:table\n"
        )
        monkeypatch.syspath_prepend(tmp_path / "site")
        monkeypatch.delitem(sys.modules, "acme_snippet", raising=False)

    def test_a_model_of_the_operator_is_imported_by_its_entry_point(self, study_of, run, tmp_path) -> None:
        write(tmp_path / "churn.csv", records(holes=False))
        study, dataset = study_of("churn.csv", {"target": "level"}, model=Custom(name="wide", config={"hidden": 3}))
        names = run(snippet(study, DROPOUT, dataset))
        assert type(names["model"]).__name__ == "Network"
        assert names["model"].first.out_features == 3
        assert names["model"].drop.p == 0.2
        assert not names["model"].training
        names = run(snippet(study, L2, dataset))
        assert {id(w) for w in names["weights"]} == {id(names["model"].first.weight), id(names["model"].last.weight)}

    @pytest.mark.parametrize("name", ["arrays", "rows"])
    def test_rows_of_the_operator_come_from_its_callable(self, study_of, run, tmp_path, name) -> None:
        import acme_snippet  # noqa: PLC0415

        given = acme_snippet.arrays() if name == "arrays" else acme_snippet.table()
        dataset = keep(given, tmp_path / "stored.parquet", Limits(), dataset_id="0" * 64, source=Source.PLUGIN)
        study, _ = study_of(dataset, {"target": "y"})
        study = study.model_copy(update={"dataset": study.dataset.model_copy(update={"name": name})})
        names = run(snippet(study, NONE, dataset))
        assert len(names["y"]) == 60
        assert names["X_train"].shape[1] == study.dataset.inputs.width


def test_a_data_set_that_is_not_built_in_must_be_given(study_of, tmp_path) -> None:
    write(tmp_path / "churn.csv", records())
    study, _ = study_of("churn.csv", {"target": "churned"})
    with pytest.raises(ValueError, match="pass dataset="):
        snippet(study, NONE)
