"""The files of a study: what they predict is what the refit predicted of its test part."""

import csv
import datetime as dt
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
import structlog
from pyarrow import csv as arrow_csv

from ridgeline import tables
from ridgeline.errors import Invalid
from ridgeline.files import Files
from ridgeline.spec import Setting, StudySpec, resolve
from ridgeline.spec.datasets import Roles, Source
from ridgeline.spec.facts import facts_of
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.metrics import Task
from ridgeline.store import Store, answers, left
from ridgeline.store.finals import Finals
from ridgeline_worker import portable
from ridgeline_worker.engine import InlineEngine, task
from ridgeline_worker.predict import predict
from ridgeline_worker.study_run.artifacts import artifacts
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, held_rows
from ridgeline_worker.training.network import Network

ROWS = 150
REFIT = Evaluation(REFIT_REPEAT, 0)


class Killed(BaseException):
    """The worker is gone at once."""


class Spy(InlineEngine):
    """Remembers what the refit predicted, by number of the contender."""

    def __init__(self):
        self.refit = {}

    def submit(self, asked, *arguments):
        done = super().submit(asked, *arguments)
        if asked is task.train and arguments[0].score and arguments[0].prepared == (REFIT,):
            self.refit |= {lane.trial: lane.predictions for lane in done.result().report.scores}
        return done


def made_up():
    """Numbers with gaps, words with gaps, dates, a flag; what follows from some of them."""
    draw = np.random.default_rng(0)
    age, plan = draw.normal(50, 10, ROWS), draw.integers(0, 3, ROWS)
    odds = (age - 50) / 10 + plan - 1 + draw.normal(0, 0.5, ROWS)
    return {
        "age": [float(a) if draw.random() > 0.1 else None for a in age],
        "plan": ["abc"[p] if draw.random() > 0.1 else None for p in plan],
        "since": [dt.datetime(2020, 1, 1) + dt.timedelta(days=int(d)) for d in draw.integers(0, 900, ROWS)],  # noqa: DTZ001
        "active": draw.random(ROWS) > 0.5,
        "income": draw.normal(50, 10, ROWS),
        "y": np.array(["no", "yes"])[(odds > 0).astype(int)],
    }


COLUMNS = made_up()


class Study:
    """A study on these columns in a store of its own, and what its refit has predicted."""

    def __init__(self, store, folder, carry, **asked):
        self.store, self._carry, self._spy = store, carry, Spy()
        self.path = folder / "kept.parquet"
        known = tables.keep(pa.table(COLUMNS), self.path, tables.Limits(), dataset_id="a" * 64, source=Source.UPLOAD)
        store.datasets.add(known, "kept")
        roles = Roles(target=("y",))
        facts = facts_of("kept", known, roles, Task.BINARY, tables.count(self.path, known, roles, Task.BINARY))
        spec = StudySpec.model_validate(
            {
                "dataset": {"id": "kept", "target": "y"},
                "model": {"kind": "mlp", "hidden": [8], "categories": "embedding"},
                "regularizers": ["none", "l2"],
                "training": {"epochs": 2, "batch_size": 60},
                "budget": {"max_trials": 4},
                "evaluation": {"folds": 2, "final_repeats": 3} | asked,
            }
        )
        self.study = resolve(spec, facts)
        self.id = store.studies.submit(spec, self.study)[0].id
        self.refit = self._spy.refit

    def carry(self):
        self._carry(self.store, self._spy, locate=lambda _: self.path)


@pytest.fixture(scope="module")
def done(new_data_dir, tmp_path_factory, carry):
    """A study that has come to its verdict; its program was left out."""
    with Store.open(new_data_dir()) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "program", lambda *_: "not here")
        study = Study(store, tmp_path_factory.mktemp("kept"), carry)
        study.carry()
        yield study


@pytest.fixture
def another(store, tmp_path, carry):
    """Submit such a study to the store of this test."""
    return lambda **asked: Study(store, tmp_path, carry, **asked)


def content(store, study_id, name="model"):
    return Files(store.data_dir).artifact(left.artifact(store, study_id, name).kept)


def test_a_file_of_the_test_part_is_predicted_as_the_refit_did(done, tmp_path):
    store, columns = done.store, COLUMNS
    rows = held_rows(done.study, done.path, (REFIT,)).rows
    with (tmp_path / "new.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        names = [name for name in columns if name != "y"]
        writer.writerow(names)
        writer.writerows([["" if columns[n][row] is None else columns[n][row] for n in names] for row in rows])
    told = predict(content(store, done.id), tmp_path / "new.csv", tmp_path / "out.csv", ignores_extra=False)
    assert (told.rows, told.remarks) == (len(rows), ())
    expected = done.refit[answers.verdict(store, done.id).recommended.number]
    found = arrow_csv.read_csv(tmp_path / "out.csv")
    assert found.column_names == ["prediction", "probability_no", "probability_yes"]
    probabilities = np.stack([found.column(i).to_numpy() for i in (1, 2)], axis=1)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-12)
    assert found.column(0).to_pylist() == [("no", "yes")[place] for place in expected.argmax(axis=1)]


def test_new_words_and_gaps_are_told_and_other_columns_refused(done, tmp_path):
    model, out = content(done.store, done.id), tmp_path / "out.parquet"
    new = pa.table({name: values[:5] for name, values in COLUMNS.items()})
    new = new.set_column(1, "plan", pa.array(["a", "new", None, "b", "c"]))
    gap = new.set_column(4, "income", pa.array([1.0, None, 3.0, 4.0, 5.0]))

    def told(table, **asked):
        path = tmp_path / "new.parquet"
        pa.parquet.write_table(table, path)
        return predict(model, path, out, **{"ignores_extra": False} | asked)

    assert told(new).remarks == ("plan: 1 rows have a word, or none, that the training rows lack; it counts as none",)
    assert [remark.partition(":")[0] for remark in told(gap).remarks] == ["plan", "income"]
    for wrong, rule in [
        (
            new.rename_columns(["Age", *new.column_names[1:]]),
            "must have every column.*'age'.*'Age'; rename it if it is",
        ),
        (new.append_column("more", pa.array(range(5))), "no column that the data set of the model lacks.*'more'"),
        (new.set_column(0, "age", pa.array(["old"] * 5)), "must hold numbers in 'age' but got 'words'"),
        (new.slice(0, 0), "must have a row of values"),
    ]:
        with pytest.raises(Invalid, match=rule):
            told(wrong)
    assert told(new.append_column("more", pa.array(range(5))), ignores_extra=True).rows == 5


def test_a_worker_that_dies_before_the_verdict_leaves_the_same_files_to_the_next(store, another, monkeypatch):
    done = another()
    with monkeypatch.context() as patch:

        def die(*_, **__):
            raise Killed

        patch.setattr(Finals, "conclude", die)
        with pytest.raises(Killed):
            done.carry()
    folder = store.data_dir / "files" / "artifacts" / done.id
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(before) == 2
    with Store.open(store.data_dir, clock=lambda: 4_000_000_000.0) as later:
        claim = later.claims.next("test", lease_seconds=600)
        assert claim is not None
        later.claims.release(claim, running_seconds=1.0)
    done.carry()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {one.kept.file.split("/")[1] for one in store.artifacts.of(done.id) if one.kept} == set(before)


def test_without_a_test_part_the_model_is_trained_on_all_rows(store, another):
    done = another(test_fraction=0)
    done.carry()
    verdict = answers.verdict(store, done.id)
    assert verdict.recommended.test is None
    assert list(done.refit) == [verdict.recommended.number]
    manifest, _, _ = portable.read_model(content(store, done.id))
    assert manifest.about["rows"] == ROWS


def test_what_cannot_be_made_is_told_and_raises_nothing():
    def fail(*_):
        raise OSError("no room")

    work = Work.__new__(Work)  # of a study that has come so far
    vars(work).update(ask=fail, log=structlog.get_logger(), claim=SimpleNamespace(study_id="0123456789abcdef"))
    setting = Setting(regularizer="none", strengths={}, learning_rate=0.01)
    failed = artifacts(work, setting, (Network({}),))
    assert {(one.kept, one.detail) for one in failed} == {(None, "it could not be made (OSError: no room)")}
    assert all("no finite predictions" in one.detail for one in artifacts(work, setting, ()))


def test_the_script_of_what_is_recommended_is_one_of_python(done):
    script = left.script(done.store, done.id)
    compile(script, "script.py", "exec")
    assert "class Embeddings(nn.Module)" in script
